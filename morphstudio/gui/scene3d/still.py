"""A copy of the scene that changes no more, whatever is done in the window. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkLight, vtkPolyDataMapper, vtkRenderer, vtkTexture, vtkVolume

if TYPE_CHECKING:
    from collections.abc import Sequence


def still_of(renderer: Any, without: Sequence[Any] = ()) -> vtkRenderer:
    """Return a renderer with copies of another's actors, volumes and lights.

    Parameters
    ----------
    renderer : vtkRenderer
        What is copied.
    without : sequence of vtkProp
        What is left out.
    """
    still = vtkRenderer()
    for prop in renderer.GetViewProps():
        if prop in without:
            continue
        if isinstance(prop, vtkActor):
            still.AddActor(_actor(prop))
        elif isinstance(prop, vtkVolume):
            still.AddVolume(_volume(prop))
    for light in renderer.GetLights():
        copied = vtkLight()
        copied.DeepCopy(light)
        still.AddLight(copied)
    return still


def _actor(actor: vtkActor) -> vtkActor:
    copied, mapper, mesh = vtkActor(), vtkPolyDataMapper(), vtkPolyData()
    # Triangles may be shared: another surface comes with arrays of its own.
    mesh.ShallowCopy(actor.GetMapper().GetInput())
    mapper.SetInputData(mesh)
    mapper.SetScalarVisibility(actor.GetMapper().GetScalarVisibility())
    copied.SetMapper(mapper)
    copied.SetPosition(*actor.GetPosition())
    copied.SetVisibility(actor.GetVisibility())
    copied.GetProperty().DeepCopy(actor.GetProperty())
    if actor.GetTexture() is not None:
        copied.SetTexture(_texture(actor.GetTexture()))
    return copied


def _texture(texture: vtkTexture) -> vtkTexture:
    # The pixels belong to an array that goes with the next block.
    pixels, copied = vtkImageData(), vtkTexture()
    pixels.DeepCopy(texture.GetInput())
    copied.SetInputData(pixels)
    copied.SetInterpolate(texture.GetInterpolate())
    copied.SetMipmap(texture.GetMipmap())
    copied.SetRepeat(texture.GetRepeat())
    copied.SetColorMode(texture.GetColorMode())
    return copied


def _volume(volume: vtkVolume) -> vtkVolume:
    source = volume.GetMapper()
    numbers, copied = vtkImageData(), vtkVolume()
    numbers.DeepCopy(source.GetInput())
    mapper = source.NewInstance()
    mapper.SetInputData(numbers)
    mapper.SetSampleDistance(source.GetSampleDistance())
    copied.SetMapper(mapper)
    copied.SetPosition(*volume.GetPosition())
    copied.SetVisibility(volume.GetVisibility())
    copied.GetProperty().DeepCopy(volume.GetProperty())
    return copied
