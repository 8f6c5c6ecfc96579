"""What stands in the 3D view: faces, surfaces, edges and plane outlines. GUI thread only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.gui.scene3d.actors import FaceActor, line_actor, surface_actor
from morphstudio.gui.scene3d.faces import block_faces, edge_lines
from morphstudio.gui.scene3d.volume_actor import VolumeActor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.gui.scene3d.surfaces import Surface
    from morphstudio.gui.theme.tokens import RGB

_EDGE_COLOUR = (0.35, 0.39, 0.45)
_PLANE_WIDTH = 2.0
DENSITY_VOXELS = 128  # along the block, of the voxels that opacities are for: coarse and fine blocks look alike


class BlockScene:
    """The props of one renderer.

    Parameters
    ----------
    renderer : vtkRenderer
        Draws them.
    """

    def __init__(self, renderer: Any) -> None:
        self._renderer = renderer
        self.volume: VolumeActor | None = None
        self._faces: dict[str, FaceActor] = {}
        self._surfaces: list[Any] = []
        self._edges: Any = None
        self._edges_of: tuple[float, ...] = ()
        self._planes: Any = None
        self._offset: tuple[float, ...] = (0.0, 0.0, 0.0)

    @property
    def extent(self) -> tuple[float, ...]:
        """Size (z, y, x) of the block in µm; empty where there is none."""
        return self._edges_of[:3]

    @property
    def plane_props(self) -> tuple[Any, ...]:
        """What draws the outlines of planes."""
        return () if self._planes is None else (self._planes,)

    @property
    def n_surfaces(self) -> int:
        """Number of surfaces shown."""
        return len(self._surfaces)

    def show_block(self, indices: NDArray[np.uint8], spacing: Sequence[float], colours: Sequence[RGB],
                   visible: Sequence[bool] | None, cut: bool, whole: Sequence[int] | None,
                   start: Sequence[int]) -> None:
        """Show the flat faces of a block, or of a part of it; see :meth:`BlockView.show_block`."""
        if self.volume is not None:
            self.volume.hide()
        self._offset = tuple(float(n * size) for n, size in zip(start, spacing, strict=True))[::-1]
        faces = block_faces(indices, spacing, colours, cut=cut, visible=visible)
        for face in faces:
            if face.key not in self._faces:
                self._faces[face.key] = FaceActor()
                self._renderer.AddActor(self._faces[face.key].actor)
            self._faces[face.key].actor.SetPosition(*self._offset)
            self._faces[face.key].show(face)
        self._hide_faces(self._faces.keys() - {face.key for face in faces})
        self._show_edges(whole or indices.shape, spacing, cut=cut)

    def show_volume(self, numbers: NDArray[np.uint8], spacing: Sequence[float], colours: Sequence[RGB],
                    opacities: Sequence[float], cut: bool, whole: Sequence[int], start: Sequence[int]) -> None:
        """Show a block that one sees through; see :meth:`BlockView.show_volume`."""
        self._hide_faces(self._faces)
        self.clear_surfaces()
        if self.volume is None:
            self.volume = VolumeActor(self._renderer.GetRenderWindow())
            self._renderer.AddVolume(self.volume.actor)
        self._offset = tuple(float(n * size) for n, size in zip(start, spacing, strict=True))[::-1]
        self.volume.show(numbers, spacing, self._offset)
        self._show_edges(whole, spacing, cut=cut)
        self.volume.set_look(colours, opacities, max(self.extent) / DENSITY_VOXELS)

    def show_planes(self, lines: NDArray[np.float64] | None, colour: Sequence[float]) -> None:
        """Draw outlines, or none, in place of the present ones."""
        if self._planes is not None:
            self._renderer.RemoveActor(self._planes)
            self._planes = None
        if lines is not None and len(lines):
            self._planes = line_actor(lines, colour)
            self._planes.GetProperty().SetLineWidth(_PLANE_WIDTH)
            self._renderer.AddActor(self._planes)

    def show_surfaces(self, surfaces: Sequence[Surface], colours: Sequence[RGB]) -> None:
        """Show surfaces in place of the present ones."""
        self.clear_surfaces()
        for surface in surfaces:
            if len(surface.triangles):
                actor = surface_actor(surface, [c / 255 for c in colours[surface.phase]])
                actor.SetPosition(*self._offset)
                self._renderer.AddActor(actor)
                self._surfaces.append(actor)

    def clear_surfaces(self) -> None:
        """Take all surfaces away."""
        for actor in self._surfaces:
            self._renderer.RemoveActor(actor)
        self._surfaces = []

    def _hide_faces(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._faces[key].actor.SetVisibility(False)

    def _show_edges(self, shape: Sequence[int], spacing: Sequence[float], *, cut: bool) -> None:
        edges_of = (*(n * s for n, s in zip(shape, spacing, strict=True)), cut)
        if edges_of == self._edges_of:
            return
        self._edges_of = edges_of
        if self._edges is not None:
            self._renderer.RemoveActor(self._edges)
        self._edges = line_actor(edge_lines(shape, spacing, cut=cut), _EDGE_COLOUR)
        self._renderer.AddActor(self._edges)
