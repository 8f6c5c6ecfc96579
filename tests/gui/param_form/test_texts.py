"""What a parameter's row writes: numbers that can be read back, symbols set as in print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphstudio.core.models.excursion_set import parameter_table
from morphstudio.gui.param_form.row import plain_name
from morphstudio.gui.param_form.symbol import is_word, symbol_html
from morphstudio.gui.param_form.value_field import ValueField
from morphstudio.gui.theme.fonts import symbol_font
from morphstudio.gui.units import NARROW_SPACE, number, plain_text, short_number
from morphstudio.gui.widgets.number_field import parse_number


@pytest.mark.parametrize(("value", "text"), [
    (5e-5, "5 × 10⁻⁵"), (0.02, "0.02"), (20.0, "20"), (-1.0, "−1"), (0.0, "0"), (12900.0, f"12{NARROW_SPACE}900"),
    (2.5e7, "2.5 × 10⁷"), (0.25, "0.25")])
def test_that_limits_of_sliders_are_written_without_e(value: float, text: str):
    assert short_number(value, 3) == text


def test_that_thousands_stand_apart_from_five_figures_on():
    assert number(1290.0) == "1290"
    assert number(12900.0) == f"12{NARROW_SPACE}900"
    assert number(-129000.4) == f"−129{NARROW_SPACE}000"


@given(st.floats(1e-9, 1e9) | st.floats(-1e9, -1e-9))
def test_that_every_number_written_can_be_read_back(value: float):
    assert float(plain_text(number(value))) == pytest.approx(value, rel=6e-3)
    assert parse_number(number(value)) == pytest.approx(value, rel=6e-3)


@pytest.mark.parametrize("value", [4.5e-4, 12900.0, -0.27, 5.9])
def test_that_a_field_reads_what_it_shows(qtbot, value: float):
    field = ValueField()
    qtbot.addWidget(field)
    field.show_unit("nm⁻¹")
    field.show_value(value)
    assert field.valueFromText(field.text()) == pytest.approx(value, rel=6e-3)


def test_that_abbreviations_stand_upright_below_a_symbol_and_letters_do_not():
    assert is_word("SE")
    assert not is_word("X̃")
    assert "<sub>SE</sub>" in symbol_html("ε_SE")
    assert "<sub><i>X</i></sub>" in symbol_html("λ_X")
    assert not symbol_font(12, upright=True).italic()


def test_that_names_begin_with_the_telling_word():
    titles = {param.title for param in parameter_table(3) if param.group}
    assert {"Squared fields: detail", "Plain field: detail"} <= titles
    telling = ("Squared fields", "Plain field", "Common field", "Threshold", "Confinement")
    assert all(title.startswith(telling) for title in titles)


@pytest.mark.parametrize("phases", [("am", "pore"), ("am", "pore", "se"), ("am", "pore", "se", "binder")])
def test_that_plain_names_tell_parameters_apart_without_symbols(phases: tuple[str, ...]):
    names = [plain_name(param, phases) for param in parameter_table(len(phases))]
    assert len(set(names)) == len(names)
    assert all(name[0].isalpha() and not set("_:") & set(name) for name in names)
    assert {"detail of squared fields (am)", "threshold (am)", "stretch along z"} <= set(names)
