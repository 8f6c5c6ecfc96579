"""Formulas are typeset: italic letters, upright words, raised and lowered parts; nothing of their text is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.fields.families import FAMILIES, family
from morphstudio.core.models.excursion_set import families_of, parameter_table
from morphstudio.gui.param_form.formula import formula_html
from morphstudio.gui.widgets.explanation import of_param


def _inner(formula: str) -> str:
    return re.sub(r"^<span[^>]*>|</span>$", "", formula_html(formula)).replace(
        "\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(("formula", "wanted"), [
    (family("matern").formula,
     "<i>ρ</i>(<i>h</i>) = 2<sup>1−<i>ν</i></sup>/Γ(<i>ν</i>) · (<i>α</i> <i>h</i>)<sup><i>ν</i></sup> "
     "<i>K</i><sub><i>ν</i></sub>(<i>α</i> <i>h</i>)"),
    (family("cauchy").formula, "<i>ρ</i>(<i>h</i>) = (1 + (<i>α</i> <i>h</i>)<sup>2</sup>)<sup>−<i>β</i></sup>"),
    ("exp(−(a₅ h)^a₁₁)", "exp(−(<i>a</i><sub>5</sub> <i>h</i>)<sup><i>a</i>₁₁</sup>)"),
    ("Z = Σ_{j≤n} X_j² + σ X", "<i>Z</i> = Σ<sub><i>j</i>≤<i>n</i></sub> <i>X</i><sub><i>j</i></sub><sup>2</sup> + "
                               "<i>σ</i> <i>X</i>"),
    ("χ_V = p_vertex / volume", "<i>χ</i><sub><i>V</i></sub> = <i>p</i><sub>vertex</sub> / volume"),
    ("k of a line; a < b", "<i>k</i> of a line<br><i>a</i> &lt; <i>b</i>"),
    ("(1 − a₁)[C]", "(1\N{NO-BREAK SPACE}−\N{NO-BREAK SPACE}<i>a</i><sub>1</sub>)[<i>C</i>]"),
    ("X̃ + β′", "<i>X̃</i> + <i>β′</i>"),
    ("open (bracket ^(1", "open (bracket <sup>(1</sup>"),
])
def test_that_formulas_are_typeset(qapp: object, formula: str, wanted: str) -> None:
    assert _inner(formula) == wanted


def _plain(text: str) -> str:
    """Return what is left of a formula without marks that only say where something stands."""
    digits = str.maketrans("₀₁₂₃₄₅₆₇₈₉²³⁻", "012345678923−")
    return re.sub(r"[\s^_(){};]", "", text).translate(digits)


def test_that_nothing_of_any_formula_is_lost(qapp: object) -> None:
    formulas = [d.formula for d in DESCRIPTORS.values()]
    for key in (*FAMILIES, "gaussian+matern"):
        formulas += [param.formula for param in parameter_table(3, families_of(3, key))]
    for formula in set(formulas):
        told = unescape(re.sub(r"<[^>]*>", "", _inner(formula)))
        assert _plain(told) == _plain(formula)


def test_that_a_mixture_marks_the_numbers_of_its_second_part() -> None:
    assert family("gaussian+cauchy").formula == (
        "ρ(h) = w · [exp(−(α h)²)] + (1 − w) · [(1 + (α′ h)²)^−β′]")


def test_that_tooltips_hold_the_typeset_formula(qapp: object) -> None:
    param = parameter_table(3, families_of(3, "matern"))[1]
    assert formula_html(param.formula) in of_param(param).tip()
