"""What a calibration by simulation needs of the images: sections, cutouts, curves, surfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from morphstudio.core.calibration.statistics import check_images
from morphstudio.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.phases import PhaseImage, VoxelSize

# Sections of a volume that are used: neighbours tell nearly the same.
_MOST_SECTIONS = 32


class Cutouts:
    """Sections of images, from which cutouts are drawn.

    Parameters
    ----------
    images : sequence of PhaseImage
        Sections of one plane, or volumes, whose xy planes are taken, as in the paper.
    order : tuple of int
        Positions of the images' phases in the model's order.
    settings : SimulatedSettings

    Raises
    ------
    InputError
        Images of different planes or voxel sizes, or smaller than a window.

    Attributes
    ----------
    axes : (int, int)
        The plane's axes among z, y, x.
    spacing : (float, float, float)
    sections : list of ndarray of uint8, shape (Z, Y, X)
        Phase indices in the model's order.
    """

    def __init__(self, images: Sequence[PhaseImage], order: tuple[int, ...], settings: SimulatedSettings) -> None:
        check_images(images)
        planes = {image.open_axes if image.is_section else (1, 2) for image in images}
        if len(planes) > 1 or len({image.spacing for image in images}) > 1:
            raise InputError("images", "The images show different planes or have different voxel sizes.",
                             "Calibrate by simulation with sections of one plane and one voxel size.")
        first, second = planes.pop()
        self.axes: tuple[int, int] = (first, second)
        self.spacing: VoxelSize = images[0].spacing
        self.sections: list[NDArray[np.uint8]] = [s for image in images for s in _sections(image, order)]
        smallest = min(s.shape[axis] for s in self.sections for axis in self.axes)
        if smallest < settings.window:
            raise InputError("window", f"A window of {settings.window} voxels does not fit into a section of "
                             f"{smallest}.", f"Choose a window of at most {smallest}.")
        self._window, self._n_phases = settings.window, len(order)
        self._flat = [torch.from_numpy(s.reshape([n for n in s.shape if n > 1]).astype(np.int64))
                      for s in self.sections]

    def draw(self, batch: int, generator: torch.Generator) -> Tensor:
        """Return cutouts at random places, shape (B, K, N, N), each voxel 1 in its phase and 0 in the others."""
        chosen = torch.randint(len(self._flat), (batch,), generator=generator).tolist()
        places = torch.rand((batch, 2), generator=generator, dtype=torch.float64)
        out = []
        for number, place in zip(chosen, places.tolist(), strict=True):
            section, n = self._flat[number], self._window
            row, column = (int(u * (size - n + 1)) for u, size in zip(place, section.shape, strict=True))
            out.append(section[row:row + n, column:column + n])
        one_hot = torch.nn.functional.one_hot(torch.stack(out), self._n_phases)
        return one_hot.permute(0, 3, 1, 2).float()


def _sections(image: PhaseImage, order: tuple[int, ...]) -> list[NDArray[np.uint8]]:
    indices = image.indices(order)
    if image.is_section:
        return [indices]
    planes = np.unique(np.linspace(0, len(indices) - 1, min(len(indices), _MOST_SECTIONS)).round().astype(int))
    return [indices[k:k + 1] for k in planes]

