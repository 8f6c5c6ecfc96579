"""Crops and resampled images: known voxels, kept phases, clear refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from morphstudio.core.errors import InputError
from morphstudio.core.image_edits import cropped, resampled
from morphstudio.core.phases import PhaseImage, phase_image


def _image(shape: tuple[int, int, int] = (20, 24, 28), voxel: float = 0.2) -> PhaseImage:
    labels = np.random.default_rng(3).integers(0, 3, shape).astype(np.uint8)
    return phase_image(labels, (voxel,) * 3, {0: "pore", 1: "am", 2: "se"}, "grains")


def test_that_a_crop_holds_the_voxels_of_its_box() -> None:
    image = _image()
    part = cropped(image, ((2, 12), (0, 24), (5, 20)))
    np.testing.assert_array_equal(part.labels, image.labels[2:12, :, 5:20])
    assert part.labels.flags.c_contiguous
    assert part.voxel_size_um == image.voxel_size_um
    assert part.phases == image.phases
    np.testing.assert_array_equal(part.counts, [(part.labels == k).sum() for k in range(3)])


def test_that_a_phase_outside_the_crop_is_dropped() -> None:
    labels = np.zeros((1, 40, 40), np.uint8)
    labels[0, :, 20:] = 1
    labels[0, :4, :] = 2
    part = cropped(phase_image(labels), ((0, 1), (10, 40), (0, 40)))
    assert [p.label for p in part.phases] == [0, 1]


@pytest.mark.parametrize(("box", "words"), [
    (((0, 20), (0, 25), (0, 28)), "not within 0 … 24"),
    (((0, 20), (5, 5), (0, 28)), "not within"),
    (((0, 20), (0, 24), (3, 8)), "5 voxels along x"),
])
def test_that_unusable_boxes_are_refused(box: tuple[tuple[int, int], ...], words: str) -> None:
    with pytest.raises(InputError, match=words):
        cropped(_image(), box)  # type: ignore[arg-type]


def test_that_a_crop_of_one_phase_is_refused() -> None:
    labels = np.zeros((1, 40, 40), np.uint8)
    labels[0, :, 20:] = 1
    with pytest.raises(InputError, match="Only 0 would be left"):
        cropped(phase_image(labels), ((0, 1), (0, 40), (0, 20)))


def test_that_twice_as_fine_repeats_voxels() -> None:
    image = _image((10, 9, 11))
    fine = resampled(image, (0.1, 0.1, 0.1))
    np.testing.assert_array_equal(fine.labels, image.labels.repeat(2, 0).repeat(2, 1).repeat(2, 2))
    assert fine.voxel_size_um == (0.1, 0.1, 0.1)


def test_that_twice_as_coarse_takes_the_majority() -> None:
    image = _image()
    coarse = resampled(image, (0.4, 0.4, 0.4))
    blocks = image.labels.reshape(10, 2, 12, 2, 14, 2).transpose(0, 2, 4, 1, 3, 5).reshape(10, 12, 14, 8)
    votes = np.stack([(blocks == k).sum(-1) for k in range(3)], -1)
    chosen = np.take_along_axis(votes, coarse.labels[..., None].astype(int), -1)[..., 0]
    np.testing.assert_array_equal(chosen, votes.max(-1))


def _blobs(seed: int, width: float, share: float = 0.5) -> np.ndarray:
    """Return labels 0 and 1 with the given share of 1."""
    field = gaussian_filter(np.random.default_rng(seed).standard_normal((64, 64, 64)), width, mode="wrap")
    return (field > np.quantile(field, 1 - share)).astype(np.uint8)


@pytest.mark.parametrize("voxel", [0.2, 0.15, 0.4])
def test_that_ties_favour_neither_label(voxel: float) -> None:
    labels = _blobs(5, 0.8)
    change = []
    for marked in (labels, 1 - labels):
        image = phase_image(marked, (0.1,) * 3)
        coarse = resampled(image, (voxel,) * 3)
        change.append(coarse.fractions[0] - image.fractions[0])
    assert change[0] == pytest.approx(-change[1], abs=1e-12)  # the same voxels, whatever their labels
    assert abs(change[0] - change[1]) < 0.02


@pytest.mark.parametrize(("seed", "width"), [(6, 1.0), (7, 1.5), (8, 2.5)])
def test_that_blobs_keep_their_fraction_on_doubled_voxels(seed: int, width: float) -> None:
    image = phase_image(_blobs(seed, width), (0.1,) * 3)
    assert resampled(image, (0.2,) * 3).fractions[1] == pytest.approx(0.5, abs=0.01)


def test_that_the_phase_at_the_centre_breaks_a_tie() -> None:
    labels = np.zeros((1, 16, 16), np.uint8)
    labels[0, :, 1::2] = 1
    coarse = resampled(phase_image(np.where(np.arange(16)[:, None] < 8, labels, 1 - labels), (0.1,) * 3),
                       (0.1, 0.1, 0.2))
    np.testing.assert_array_equal(coarse.labels[0, :8], 1)
    np.testing.assert_array_equal(coarse.labels[0, 8:], 0)


def test_that_uneven_steps_keep_fractions_of_broad_shapes() -> None:
    y, x = np.mgrid[:300, :300]
    labels = ((np.hypot(y - 150, x - 150) < 100).astype(np.uint8))[None]
    image = phase_image(labels, (0.1, 0.1, 0.1))
    other = resampled(image, (0.1, 0.173, 0.27))
    assert other.shape == (1, 173, 111)
    # A boundary of 2π·100 voxels shifts by far less than half a coarse voxel on average.
    np.testing.assert_allclose(other.fractions, image.fractions, atol=0.004)


def test_that_a_section_keeps_its_one_voxel_across() -> None:
    image = _image((1, 40, 40))
    assert resampled(image, (5.0, 0.4, 0.4)).shape == (1, 20, 20)
    assert resampled(image, (5.0, 0.4, 0.4)).voxel_size_um == (0.2, 0.4, 0.4)


def test_that_the_same_size_changes_nothing() -> None:
    image = _image()
    np.testing.assert_array_equal(resampled(image, (0.2, 0.2, 0.2)).labels, image.labels)


def test_that_what_cannot_be_resampled_is_refused() -> None:
    with pytest.raises(InputError, match="not known"):
        resampled(phase_image(_image().labels), (0.1, 0.1, 0.1))
    with pytest.raises(InputError, match="voxels would be left along z"):
        resampled(_image(), (1.0, 0.2, 0.2))
    labels = np.zeros((1, 64, 64), np.uint8)
    labels[0, ::9, ::9] = 1
    with pytest.raises(InputError, match="would vanish"):
        resampled(phase_image(labels, (0.1,) * 3), (0.1, 0.4, 0.4))
