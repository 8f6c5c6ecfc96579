"""Where the viewer of the 3D view stands: a parallel camera, its presets, and how it fits a block; no VTK here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from morphstudio.gui.scene3d.faces import seen_extent

if TYPE_CHECKING:
    from collections.abc import Sequence

_VIEW_FROM = (1.0, -1.15, 0.78)
# Where the viewer stands and what is up in the picture.
CAMERAS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "corner": (_VIEW_FROM, (0, 0, 1)), "x": ((1, 0, 0), (0, 0, 1)), "y": ((0, -1, 0), (0, 0, 1)),
    "z": ((0, 0, 1), (0, 1, 0)),
}
ROOM = 1.08  # height of the view over that of the block


@dataclass(frozen=True, slots=True)
class Pose:
    """A parallel camera.

    Attributes
    ----------
    position, focus, up : (float, float, float)
        Where it stands, what it looks at, what is up; µm.
    scale : float
        Half the height of what it sees, in µm.
    """

    position: tuple[float, float, float]
    focus: tuple[float, float, float]
    up: tuple[float, float, float]
    scale: float

    def turned(self, degrees: float) -> Pose:
        """Return the camera gone round the block's axis that is nearest to up; the block seems to turn."""
        offset = np.subtract(self.position, self.focus)
        around = int(np.argmax(np.abs(self.up)))
        a, b = (around + 1) % 3, (around + 2) % 3
        angle = np.radians(degrees)
        turn = np.eye(3)
        turn[a, a] = turn[b, b] = np.cos(angle)
        turn[b, a] = np.sin(angle)
        turn[a, b] = -turn[b, a]
        x, y, z = turn @ offset + self.focus
        u, v, w = turn @ np.array(self.up)
        return Pose((float(x), float(y), float(z)), self.focus, (float(u), float(v), float(w)), self.scale)

    def axes_seen(self) -> dict[str, tuple[float, float, float]]:
        """Return how far the unit vectors x, y, z go to the right, up, and towards the viewer."""
        look = np.subtract(self.focus, self.position)
        look = look / np.linalg.norm(look)
        right = np.cross(look, self.up)
        right /= np.linalg.norm(right)
        seen = np.array([right, np.cross(right, look), -look])
        return {axis: (float(seen[0, k]), float(seen[1, k]), float(seen[2, k])) for k, axis in enumerate("xyz")}

    def part(self, share: float, across: float, up: float) -> Pose:
        """Return the camera that sees a part of the picture.

        Parameters
        ----------
        share : float
            Height of the part over that of the picture.
        across, up : float
            Middle of the part from the picture's middle, over half the picture's height.
        """
        look = np.subtract(self.focus, self.position)
        look = look / np.linalg.norm(look)
        right = np.cross(look, self.up)
        right /= np.linalg.norm(right)
        shift = self.scale * (across * right + up * np.cross(right, look))
        x, y, z = shift + self.position
        u, v, w = shift + self.focus
        return Pose((float(x), float(y), float(z)), (float(u), float(v), float(w)), self.up, self.scale * share)

    def fitted(self, extent: Sequence[float], share: float) -> float:
        """Return the scale at which a block fills a picture.

        Parameters
        ----------
        extent : (float, float, float)
            Size of the block (z, y, x) in µm.
        share : float
            Width of the picture over its height.
        """
        across, up = self.outline(extent)
        return 0.5 * ROOM * max(up, across / share)

    def outline(self, extent: Sequence[float]) -> tuple[float, float]:
        """Return width and height of what a block of size (z, y, x) takes in the picture, in µm."""
        z, y, x = extent
        towards = tuple(to - at for to, at in zip(self.focus, self.position, strict=True))
        return seen_extent((x, y, z), towards, self.up)
