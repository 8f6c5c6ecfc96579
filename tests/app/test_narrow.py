"""A volume is said to be too narrow where it holds a few pieces of a phase."""

import pytest

from morphstudio.app.narrow import coarsening, narrow_words
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


@pytest.mark.parametrize(("chords", "factor"), [
    ((1.0, 2.0), 1),  # 6.4 of the larger across: wide enough
    ((2.0, 9.0), 5),  # 1.4 across; at five times the voxel 7.1
    ((0.4, 9.0), 3),  # no further than the smaller allows: one voxel and a quarter to its chord
    ((0.2, 9.0), 1),
])
def test_that_voxels_grow_until_the_coarsest_phase_is_a_sample_and_the_finest_still_seen(chords, factor):
    chords_of = [values("pore", chords[0]), values("am", chords[1])]
    assert coarsening(chords_of, (128, 128, 128), (0.1, 0.1, 0.1)) == factor
