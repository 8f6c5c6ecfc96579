"""The stretch along z from chord lengths: a known one is recovered, also from sections of two planes."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.descriptors.stretch import stretch_along_z
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import PhaseImage, phase_image

NAMES = {1: "a", 2: "b", 3: "c"}


def model(stretch: float) -> ExcursionSet:
    return excursion_set(("a", "b", "c"), {"alpha_chi_x": 0.7, "alpha_x": 0.9, "alpha_chi_y": 0.8, "alpha_y": 1.1,
                                           "lambda_x": 1.9, "lambda_y": 1.0, "scale_z": stretch})


def image(stretch: float, shape: tuple[int, int, int], seed: int, voxel: tuple[float, float, float]) -> PhaseImage:
    return phase_image(realise(model(stretch), shape, voxel, seed) + np.uint8(1), voxel, NAMES)


@pytest.mark.parametrize(("stretch", "voxel"), [(0.7, (0.2, 0.2, 0.2)), (1.0, (0.2, 0.2, 0.2)), (1.4, (0.2, 0.2, 0.2)),
                                                (0.93, (0.15, 0.2, 0.2))])
def test_that_a_known_stretch_of_a_volume_is_recovered(stretch: float, voxel: tuple[float, float, float]) -> None:
    found = stretch_along_z([image(stretch, (144, 144, 144), 3, voxel)])
    assert found.standard_error is not None
    assert found.standard_error < 0.05 * stretch
    assert abs(found.value - stretch) < 4 * found.standard_error + 0.01
    assert found.distance < 0.1


def test_that_sections_of_two_planes_are_enough() -> None:
    voxel = (0.2, 0.2, 0.2)
    planes = [image(1.3, (1, 600, 600), 5, voxel), image(1.3, (600, 1, 600), 6, voxel)]
    found = stretch_along_z(planes)
    assert found.standard_error is not None
    assert abs(found.value - 1.3) < 4 * found.standard_error + 0.01
    alone = stretch_along_z(planes[1:])  # x and z are both in it
    assert alone.value == pytest.approx(1.3, abs=0.15)


def test_that_the_printed_formula_would_give_the_inverse() -> None:
    whole = stretch_along_z([image(1.3, (600, 1, 600), 6, (0.2, 0.2, 0.2))])
    turned = image(1.3, (600, 1, 600), 6, (0.2, 0.2, 0.2))
    turned = phase_image(turned.labels.transpose(2, 1, 0).copy(), (0.2, 0.2, 0.2), NAMES)
    assert whole.value * stretch_along_z([turned]).value == pytest.approx(1, abs=0.02)


def test_what_cannot_tell() -> None:
    section = image(1.0, (1, 100, 100), 1, (0.2, 0.2, 0.2))
    with pytest.raises(InputError, match="along z"):
        stretch_along_z([section])
    small = stretch_along_z([image(1.0, (24, 40, 40), 2, (0.2, 0.2, 0.2))])
    assert small.standard_error is None
