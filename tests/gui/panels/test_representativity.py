"""How well an image pins its fractions: whiskers that are true, and a remark as grave as its reason."""

import pytest

from morphstudio.core.descriptors.representativity import FractionInterval
from morphstudio.core.phases import Phase
from morphstudio.gui.panels.data.representativity_view import axis_ticks, mark_for, remark_of, whiskers


@pytest.mark.parametrize("half", [0.0, 0.1, 3.0, 25.0, 80.0])
@pytest.mark.parametrize("x", [70.0, 70.5, 130.0, 189.5])
def test_that_no_interval_is_drawn_wider_than_it_is(x, half):
    low, high = whiskers(x, half, (70.0, 190.0))
    assert low == max(x - half, 70.0)
    assert high == min(x + half, 190.0)


def test_that_a_wide_interval_ends_where_it_does():
    assert whiskers(130.0, 25.0, (70.0, 190.0)) == (105.0, 155.0)


@pytest.mark.parametrize(("half", "state", "images"), [(0.014, "info", "2"), (0.02, "info", "4"), (0.05, "warn", "25")])
def test_that_a_few_images_more_are_no_warning(half, state, images):
    interval = FractionInterval(0.43, half, half / 1.96, 1.0)
    told, text = remark_of([Phase(1, "SE")], [interval])
    assert told == state
    assert f"you need {images} images" in text


def test_that_a_narrow_interval_needs_no_remark():
    assert remark_of([Phase(1, "SE")], [FractionInterval(0.43, 0.008, 0.004, 1.0)])[1] == ""


@pytest.mark.parametrize(("half", "mark"), [(0.4, "tick"), (5.0, "tick"), (6.0, "dot"), (40.0, "dot")])
def test_that_no_mark_hides_its_interval(half, mark):
    assert mark_for(130.0, *whiskers(130.0, half, (70.0, 190.0))) == mark


@pytest.mark.parametrize(("top", "ticks"), [(1.0, (0.0, 0.5, 1.0)), (0.7, (0.0, 0.5, 0.7)), (0.6, (0.0, 0.6)),
                                            (0.2, (0.0, 0.2))])
def test_that_the_axis_has_a_value_at_both_ends(top, ticks):
    assert axis_ticks(top) == ticks
