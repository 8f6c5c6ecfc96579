from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.app.work.edit_image import CropJob, ResampleJob
from morphstudio.core.phases import phase_image

if TYPE_CHECKING:
    from collections.abc import Callable

IMAGE = phase_image(np.random.default_rng(5).integers(0, 2, (1, 40, 60)), (0.2, 0.2, 0.2))


def test_that_a_crop_comes_back_with_its_voxels(result_of: Callable[..., Any]) -> None:
    part = result_of(CropJob(IMAGE, ((0, 1), (10, 30), (5, 55))))
    np.testing.assert_array_equal(part.labels, IMAGE.labels[:, 10:30, 5:55])


def test_that_a_resampled_image_has_the_size_asked_for(result_of: Callable[..., Any]) -> None:
    coarse = result_of(ResampleJob(IMAGE, (0.2, 0.4, 0.4)))
    assert coarse.shape == (1, 20, 30)
    assert coarse.voxel_size_um == (0.2, 0.4, 0.4)


def test_that_jobs_travel_to_the_engine() -> None:
    again = pickle.loads(pickle.dumps(CropJob(IMAGE, ((0, 1), (0, 40), (0, 60)))))
    np.testing.assert_array_equal(again.image.labels, IMAGE.labels)
