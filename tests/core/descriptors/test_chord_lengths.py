"""Chords: lines counted by hand, border corrections, invariants."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import label

from morphstudio.core.descriptors.chord_lengths import chord_length_distributions, mean_chord_lengths
from morphstudio.core.descriptors.runs import count_runs


def line(text, axis=2):
    """Return the image of one line of digits, two rows of it."""
    row = np.array([int(c) for c in text], np.uint8)
    return np.moveaxis(np.stack([row, row])[None], 2, axis) if axis != 2 else np.stack([row, row])[None]


def runs_of(indices, n_phases=2, axis=2, step=1.0):
    return count_runs(indices, n_phases, axis, step)


def test_that_runs_of_a_line_are_those_counted_by_hand():
    runs = runs_of(line("1101110010"), 3)
    assert runs.complete[1].tolist() == [0, 2, 0, 2] + [0] * 7  # 1 and 111, in two rows
    assert runs.complete[0].tolist() == [0, 2, 2] + [0] * 8
    assert runs.cut_once[1].tolist() == [0, 0, 2] + [0] * 8
    assert runs.cut_once[0].tolist() == [0, 2] + [0] * 9
    assert runs.cut_twice.sum() == 0
    assert runs.voxels.tolist() == [8, 12, 0]
    assert runs.ends.tolist() == [10, 10, 0]
    assert runs.n_lines == 2


def test_that_a_line_of_one_phase_is_cut_at_both_ends():
    runs = runs_of(line("11111"))
    assert runs.cut_twice[1].tolist() == [0, 0, 0, 0, 0, 2]
    assert runs.complete.sum() == runs.cut_once.sum() == 0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_runs_agree_with_labelled_components(axis):
    indices = np.random.default_rng(0).integers(0, 2, (11, 12, 13)).astype(np.uint8)
    along = np.zeros((3, 3, 3), int)
    along[tuple(slice(None) if a == axis else 1 for a in range(3))] = 1
    runs = runs_of(indices, axis=axis)
    for phase in (0, 1):
        parts, n_parts = label(indices == phase, along)
        every = (runs.complete + runs.cut_once + runs.cut_twice)[phase]
        assert every.sum() == n_parts
        assert np.array_equal(every[1:], np.bincount(np.bincount(parts.ravel())[1:], minlength=len(every))[1:])


def test_that_the_mean_chord_is_fraction_over_chord_starts():
    # ε = 0.6, and 5 of 9 neighbour pairs have one end in the phase: C(1) = 0.6 − 5/18.
    (_, one) = mean_chord_lengths(runs_of(line("1101110010"), step=0.5), "um")
    assert one.value == pytest.approx(0.6 * 0.5 / (5 / 18))
    assert one.unit == "um"


def test_that_the_mean_chord_of_a_laminate_is_its_layer_whatever_the_border():
    layers = np.tile(np.repeat([0, 1], [3, 5]), 200).astype(np.uint8)
    for shift in range(8):
        indices = np.broadcast_to(np.roll(layers, shift)[:, None, None], (1600, 2, 2))
        zero, one = mean_chord_lengths(runs_of(indices, axis=0, step=0.2), "um")
        assert zero.value == pytest.approx(0.6, rel=0.002)
        assert one.value == pytest.approx(1.0, rel=0.002)


def test_that_a_phase_without_boundary_or_voxel_has_no_mean_chord_and_says_why():
    indices = np.broadcast_to(np.array([0, 1, 0], np.uint8)[:, None, None], (3, 4, 5))
    values = mean_chord_lengths(runs_of(indices, 3, axis=2), "voxel")
    assert [v.value for v in values] == [None, None, None]
    assert values[0].reason == values[1].reason == "the phase has no boundary along this axis"
    assert values[2].reason == "the image has no voxel of this phase"


def test_that_the_distribution_holds_complete_chords_only():
    zero, one = chord_length_distributions(runs_of(line("1101110010"), step=2.0), "um")
    assert one.grid.tolist() == [0, 2, 4, 6]
    assert one.cdf.tolist() == [0, 0.5, 0.5, 1]
    assert one.mean == pytest.approx((2 + 6) / 2)
    assert zero.cdf.tolist() == [0, 0.5, 1]
    assert zero.mean == pytest.approx(3)


def test_that_a_phase_with_no_complete_chord_has_an_empty_distribution_and_says_why():
    first, second, third = chord_length_distributions(runs_of(line("111000"), 3), "um")
    for curve in (first, second):
        assert len(curve.grid) == 0
        assert curve.mean is None
        assert curve.reason == "no chord lies wholly inside the image"
    assert third.reason == "the image has no voxel of this phase"


def test_that_the_kaplan_meier_curve_is_that_computed_by_hand():
    # Chords of phase 1: complete 1 and 3, cut once 2; from both sides: ended 1, 1, 3, 3 and censored 2.
    _, one = chord_length_distributions(runs_of(line("110101110")), "um", "kaplan-meier")
    assert one.grid.tolist() == [0, 1, 2, 3]
    assert one.cdf == pytest.approx([0, 2 / 5, 2 / 5, 1])
    assert one.mean == pytest.approx(1 + 3 / 5 + 3 / 5)


def test_that_the_kaplan_meier_curve_stays_below_one_where_the_longest_chord_is_cut():
    _, one = chord_length_distributions(runs_of(line("1111010")), "um", "kaplan-meier")
    assert one.grid[-1] == 3  # 4 voxels in sight say that the chord is longer than 3
    assert one.cdf[-1] == pytest.approx(2 / 3)


def test_that_kaplan_meier_is_free_of_border_bias_where_exclusion_is_not():
    # Independent voxels: chords are geometric, whatever the line they are seen on.
    share, n = 0.8, 12
    indices = (np.random.default_rng(0).random((1, 40000, n)) < share).astype(np.uint8)
    runs = runs_of(indices)
    lengths = np.arange(n)
    expected = 1 - share**lengths
    _, corrected = chord_length_distributions(runs, "um", "kaplan-meier")
    _, complete = chord_length_distributions(runs, "um")
    assert corrected.cdf[: n - 1] == pytest.approx(expected[: n - 1], abs=0.01)
    assert np.max(complete.cdf - expected[: len(complete.cdf)]) > 0.1
    assert complete.mean < 0.8 / (1 - share)
    (_, mean) = mean_chord_lengths(runs, "um")
    assert mean.value == pytest.approx(1 / (1 - share), rel=0.02)


def test_that_reversed_lines_have_the_same_chords():
    indices = np.random.default_rng(0).integers(0, 3, (6, 7, 20)).astype(np.uint8)
    there, back = runs_of(indices, 3), runs_of(indices[:, :, ::-1], 3)
    for name in ("complete", "cut_once", "cut_twice"):
        assert np.array_equal(getattr(there, name), getattr(back, name))
