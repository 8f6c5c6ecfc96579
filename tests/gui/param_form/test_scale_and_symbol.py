"""Positions of values on sliders; symbols split for typesetting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphstudio.core.models.excursion_set import parameter_table
from morphstudio.gui.param_form.scale import SliderScale
from morphstudio.gui.param_form.symbol import Glyph, SymbolLabel, split_symbol

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TABLE = parameter_table(3)


def test_that_the_middle_of_a_logarithmic_slider_is_the_geometric_mean():
    assert SliderScale(0.05, 20.0, logarithmic=True).value(0.5) == pytest.approx(1.0, rel=5e-3)


def test_that_whole_parameters_take_whole_values_only():
    scale = SliderScale(1, 8, whole=True)
    assert {scale.value(p / 100) for p in range(101)} == set(map(float, range(1, 9)))


@given(st.sampled_from(TABLE), st.floats(0, 1))
def test_that_every_slider_value_is_admissible_and_stands_where_it_came_from(param, position):
    if param.scale == "sign":
        return
    scale = SliderScale.of(param)
    value = scale.value(position)
    param.check(value)
    if not scale.whole:
        assert scale.position(value) == pytest.approx(position, abs=2e-3)


def test_that_values_beyond_the_slider_stand_at_its_end():
    scale = SliderScale(0.05, 20.0, logarithmic=True)
    assert scale.position(1e-9) == 0.0
    assert scale.position(1e3) == 1.0


def test_that_a_tilde_belongs_to_its_letter_and_a_hat_stays_one_letter():
    assert split_symbol("α_X̃") == ((Glyph("α"),), (Glyph("X", tilde=True),))
    assert split_symbol("ŝ") == ((Glyph("ŝ"),), ())


def test_that_a_scale_stretches_to_hold_a_value_beyond_its_end():
    scale = SliderScale(0.05, 20.0, logarithmic=True)
    wide = scale.reaching(50.0, None)
    assert (wide.low, wide.high) == (0.05, 50.0)
    assert wide.position(50.0) == 1.0
    assert wide.value(1.0) == 50.0
    assert scale.reaching(3.0, 0.0) == scale


@pytest.mark.parametrize(("symbol", "spoken"), [
    ("α_X̃", "alpha X tilde"), ("λ_X", "lambda X"), ("ε_pore", "epsilon pore"), ("γ", "gamma"), ("ŝ", "s hat"),
    ("a_10", "a 10"), ("α′_Y", "alpha prime Y")])
def test_that_a_symbol_is_read_aloud_in_words(qtbot: QtBot, symbol: str, spoken: str):
    label = SymbolLabel(symbol)
    qtbot.addWidget(label)
    assert label.accessibleName() == spoken
