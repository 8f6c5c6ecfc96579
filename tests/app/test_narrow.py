"""A volume is said to be too narrow where it holds a few pieces of a phase."""

import pytest

from morphstudio.app.narrow import narrow_words
from morphstudio.core.twopoint.values import PhaseValues


def values(phase, chord):
    return PhaseValues(phase, 0.3, 1.0, 1.0, 1.0, (chord, chord, chord), sub_voxel_detail=False)


@pytest.mark.parametrize(("shape", "words"), [
    ((100, 100, 100), ""),  # five mean chords of AM exactly
    ((100, 100, 40), "Only 2.0 mean chords of am across"),
    ((1, 100, 100), ""),  # a section has no depth to be too narrow in
])
def test_that_the_phase_with_the_fewest_chords_across_is_told(shape, words):
    told = narrow_words((values("se", 1.0), values("am", 4.0)), shape, (0.2, 0.2, 0.2))
    assert told.startswith(words)
    assert bool(told) == bool(words)
