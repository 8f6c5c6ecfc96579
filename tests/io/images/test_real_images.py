"""The real images that come with the project, where they are at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from morphstudio.core.errors import InputError
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("name", "shape", "fractions"), [
    ("cathode_nmc_2d_3phase/nmc_sem_3phase_628x758.tif", (1, 628, 758), (0.1437, 0.5825, 0.2738)),
    ("cathode_nmc_2d_3phase/nmc_ct_slice_3phase_1024x1024.tif", (1, 1024, 1024), (0.4877, 0.3887, 0.1235)),
    ("cathode_nmc_ct_3phase_3d/nmc_cal_3phase_301x301x251.tif", (251, 301, 301), (0.4005, 0.4995, 0.1000)),
    ("rock_berea_2phase_3d/berea_2phase_200x200x200.tif", (200, 200, 200), (0.1990, 0.8010)),
])
def test_that_shape_and_fractions_are_the_documented_ones(name: str, shape: tuple[int, int, int],
                                                          fractions: tuple[float, ...], shared_data: Path) -> None:
    image = open_image(shared_data / name)
    assert image.shape == shape
    assert image.fractions == pytest.approx(fractions, abs=6e-5)
    assert image.voxel_size_um is None


@pytest.mark.parametrize("name", ["grains_nickel_ebsd_edax/nickel_grain_labels_5deg_151x186.tif",
                                  "particles_nmc_3d_derived/nmc_cal_particle_labels_301x301x251.tif"])
def test_that_grain_and_particle_labels_are_no_phases(name: str, shared_data: Path) -> None:
    with pytest.raises(InputError) as caught:
        open_image(shared_data / name)
    assert caught.value.field == "image.labels"
