"""Crops and resamples an opened image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from morphstudio.app.jobs.one_step import OneStep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.core.image_edits import Box
    from morphstudio.core.phases import PhaseImage, VoxelSize


@dataclass(frozen=True, eq=False)
class CropJob:
    """Gives the part of ``image`` inside ``box`` as a :class:`PhaseImage`.

    Parameters
    ----------
    image : PhaseImage
    box : ((int, int), (int, int), (int, int))
        First voxel and the one after the last, along z, y, x.
    """

    image: PhaseImage
    box: Box

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None
    title: ClassVar[str] = "Crop the image"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._crop, "Cropping")

    def _crop(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> PhaseImage:
        from morphstudio.core.image_edits import cropped

        report(0.0, "Cropping")
        return _hashed(cropped(self.image, self.box))


@dataclass(frozen=True, eq=False)
class ResampleJob:
    """Gives ``image`` on voxels of another size as a :class:`PhaseImage`.

    Parameters
    ----------
    image : PhaseImage
    voxel_size_um : (float, float, float)
        New edge lengths (z, y, x) in µm.
    """

    image: PhaseImage
    voxel_size_um: VoxelSize

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None
    title: ClassVar[str] = "Resample the image"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._resample, "Resampling")

    def _resample(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> PhaseImage:
        from morphstudio.core.image_edits import resampled

        return _hashed(resampled(self.image, self.voxel_size_um, lambda share: report(share, "Resampling")))


def _hashed(image: PhaseImage) -> PhaseImage:
    """Hash the labels here: that travels with the image and keeps the window free."""
    _ = image.labels_sha256
    return image
