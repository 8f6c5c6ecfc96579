"""The VTK prop of a block that one sees through. GUI thread only."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPiecewiseFunction
from vtkmodules.vtkRenderingCore import vtkColorTransferFunction, vtkVolume, vtkVolumeProperty
from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper
from vtkmodules.vtkRenderingVolumeOpenGL2 import vtkOpenGLGPUVolumeRayCastMapper

from morphstudio.gui.scene3d.volume import colour_points, density_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from morphstudio.gui.theme.tokens import RGB

_TURNING_SECONDS = 0.04  # a frame of a turn may take so long, roughly
_REST_SECONDS = 1.0  # and one at rest
_COARSEST = 6.0


class VolumeActor:
    """One volume; a new block replaces the numbers.

    Drawn by shaders where the driver can, else by the processor: both show
    the same. While the view turns, fewer rays are cast.

    Parameters
    ----------
    window : vtkRenderWindow
        Where it will be drawn.
    """

    def __init__(self, window: Any) -> None:
        self._image = vtkImageData()
        self._look = vtkVolumeProperty()
        # Between two labels there is no third one.
        self._look.SetInterpolationTypeToNearest()
        self._look.ShadeOff()
        self._kept: NDArray[np.uint8] | None = None
        self._began = 0.0
        self._turning = False
        self._is_first = True  # its frame is the one in which the driver translates the shaders
        self.seconds = 0.0
        self.actor = vtkVolume()
        self.actor.SetProperty(self._look)
        self.mapper = ray_caster(window, self._look)
        self.mapper.SetInputData(self._image)
        self.actor.SetMapper(self.mapper)

    def show(self, numbers: NDArray[np.uint8], spacing: Sequence[float], offset: Sequence[float]) -> None:
        """Show a block.

        Parameters
        ----------
        numbers : ndarray of uint8, shape (Z + 2, Y + 2, X + 2)
            From :func:`~morphstudio.gui.scene3d.volume.flat_volume` or its like.
        spacing : (float, float, float)
            Voxel size (z, y, x) in µm.
        offset : (float, float, float)
            Corner (x, y, z) of the block in µm.
        """
        self._kept = np.ascontiguousarray(numbers).ravel()
        edge = np.array(spacing, float)[::-1]
        self._image.SetDimensions(*numbers.shape[::-1])
        self._image.SetSpacing(*edge)
        # Numbers sit at the middles of voxels; the first layer lies outside.
        self._image.SetOrigin(*(np.array(offset) - 0.5 * edge))
        self._image.GetPointData().SetScalars(numpy_to_vtk(self._kept, deep=False))
        self._image.Modified()
        self.mapper.SetSampleDistance(float(edge.min()))
        self.actor.SetVisibility(True)

    def set_look(self, colours: Sequence[RGB], opacities: Sequence[float], unit: float) -> None:
        """Set colours, and opacities 0 … 1, of the phases; ``unit`` is the length in µm that densities are for."""
        table, dense = vtkColorTransferFunction(), vtkPiecewiseFunction()
        for at, colour in colour_points(colours):
            table.AddRGBPoint(at, *colour)
        for at, value in density_points(opacities):
            dense.AddPoint(at, value)
        self._look.SetColor(table)
        self._look.SetScalarOpacity(dense)
        self._look.SetScalarOpacityUnitDistance(unit)

    def hide(self) -> None:
        """Show nothing."""
        self.actor.SetVisibility(False)

    @property
    def is_coarse(self) -> bool:
        """Whether fewer rays than pixels are cast even at rest."""
        return coarseness(self.seconds, _REST_SECONDS) > 1

    def begin_frame(self, *, turning: bool) -> None:
        """Choose how many rays are cast, from how long a frame at rest took."""
        self._turning = turning
        allowed = _TURNING_SECONDS if turning else _REST_SECONDS
        self.mapper.SetImageSampleDistance(coarseness(self.seconds, allowed))
        self._began = time.perf_counter()

    def end_frame(self) -> None:
        """Note how long a frame at rest took."""
        if not self._turning and self._began and not self._is_first:
            share = self.mapper.GetImageSampleDistance() ** 2
            self.seconds = (time.perf_counter() - self._began) * share
        self._is_first = False
        self._began = 0.0


def coarseness(seconds: float, allowed: float) -> float:
    """Return the distance of rays in pixels at which a frame of ``seconds`` takes ``allowed`` ones."""
    return min(max(1.0, math.ceil(2 * math.sqrt(seconds / allowed)) / 2), _COARSEST)


def ray_caster(window: Any, look: vtkVolumeProperty) -> Any:
    """Return what draws volumes in a window: shaders where it has them, else the processor."""
    shaders = vtkOpenGLGPUVolumeRayCastMapper()
    if shaders.IsRenderSupported(window, look):
        shaders.SetAutoAdjustSampleDistances(False)
        shaders.SetUseJittering(False)
        return shaders
    plain = vtkFixedPointVolumeRayCastMapper()
    plain.SetAutoAdjustSampleDistances(False)
    return plain
