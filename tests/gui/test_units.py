"""Numbers and lengths as the window writes them."""

import pytest

from morphstudio.gui.theme.tokens import phase_colours
from morphstudio.gui.units import UnitController, counted, number
from morphstudio.gui.widgets.number_field import parse_number
from morphstudio.gui.widgets.ticks import nice_ticks


@pytest.mark.parametrize(("value", "text"), [
    (-0.27, "−0.270"), (91.0, "91.0"), (0.0, "0"), (1234.0, "1234"), (3.3e-4, "3.30 × 10⁻⁴"), (3.3e-5, "3.30 × 10⁻⁵"),
    (0.1 + 0.2, "0.300")])
def test_that_numbers_have_a_true_minus_and_three_figures(value, text):
    assert number(value) == text


def test_that_conversions_come_back(qapp):
    units = UnitController()
    units.set_voxel_size((0.4, 0.1, 0.2))
    for unit in ("nm", "um", "voxel"):
        units.set_unit(unit)
        for power in (-1, 1, 3):
            assert units.to_um(units.convert(1.7, power), power) == pytest.approx(1.7)


def test_that_an_inverse_length_is_inverted(qapp):
    units = UnitController()
    units.set_unit("nm")
    assert units.format(0.75, power=-1) == "7.50 × 10⁻⁴ nm⁻¹"
    units.set_voxel_size((0.2, 0.2, 0.2))
    units.set_unit("voxel")
    assert units.convert(0.75, power=-1) == pytest.approx(0.15)


def test_that_voxels_are_counted_in_the_plural_and_named_in_the_singular(qapp):
    units = UnitController()
    units.set_voxel_size((0.2, 0.2, 0.2))
    units.set_unit("voxel")
    assert units.format(12.9) == "64.5 voxels"
    assert units.format(25.6) == "128 voxels"
    assert (counted("1"), counted("2"), counted("1.5")) == ("voxel", "voxels", "voxels")
    # As an axis of a plot has it.
    assert units.unit_text() == units.label == "voxel"
    assert units.format(5.0, power=-1) == "1.00 voxel⁻¹"
    units.set_unit("nm")
    assert (units.format(12.9), units.unit_of()) == ("12\u202f900 nm", "nm")


@pytest.mark.parametrize(("text", "value"), [("0,12", 0.12), ("−3", -3.0), (" 4 ", 4.0), ("1e-3", 0.001), ("", None),
                                             ("nan", None), ("x", None)])
def test_that_entries_are_read_with_comma_and_true_minus(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize("roles", [
    ("pore", "active material", "binder"), ("other",) * 4, ("other", "other"), ("pore", "pore", "solid"),
    ("electrolyte", "active material", "pore"), ("solid", "active material", "other", "pore")])
def test_that_phases_never_share_a_colour(roles):
    colours = phase_colours(roles)
    assert len(set(colours)) == len(roles)


def test_that_a_phase_colour_says_only_what_somebody_said():
    said = set(phase_colours(("electrolyte", "active material", "binder", "pore")))
    for roles in (("other",) * 3, ("other", "other", "binder"), ("pore", "other"), ("pore", "pore")):
        unsaid = [colour for at, colour in enumerate(phase_colours(roles)) if roles[at] == "other" or roles[at] in
                  roles[:at]]
        assert said.isdisjoint(unsaid)
        assert all(len(set(colour)) == 1 for colour in unsaid)


def test_that_greys_stay_when_another_phase_gets_its_role():
    assert phase_colours(("other", "active material", "other"))[::2] == phase_colours(("other",) * 3)[::2]


def test_that_a_role_has_its_colour_whatever_stands_beside_it():
    assert phase_colours(("pore", "binder"))[0] == phase_colours(("active material", "pore", "other"))[1]


def test_that_ticks_are_round_and_inside():
    assert nice_ticks(0.0, 91.0, 5) == (0, 20, 40, 60, 80)
    assert nice_ticks(0.31, 0.58, 3) == (0.4, 0.5)
