"""The flat faces of a block of labels, as coloured pictures in space; numpy only.

A block shows nine pictures at most: six outer faces and, with one octant cut
away, three inner ones. A face that borders the cut is L-shaped: its cut
quarter is transparent. Nothing is meshed, so a new block costs nine pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# Light by direction of the face, so that edges read without lighting: it comes from above and from the left.
_SHADE = {"z": 1.06, "y": 0.94, "x": 0.78}
_INNER = 0.86


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One flat picture.

    Attributes
    ----------
    key : str
        ``"z+"``, ``"x-"``, … ; inner faces end in ``"i"``.
    rgba : ndarray of uint8, shape (V, U, 4)
        Colour of each cell; alpha 0 where the face is cut away or its phase hidden.
    origin, u, v : (float, float, float)
        Corner and edge vectors (x, y, z) of the picture, in µm.
    """

    key: str
    rgba: NDArray[np.uint8]
    origin: tuple[float, float, float]
    u: tuple[float, float, float]
    v: tuple[float, float, float]


def block_faces(indices: NDArray[np.uint8], spacing: Sequence[float], colours: Sequence[Sequence[int]], *,
                cut: bool = True, visible: Sequence[bool] | None = None) -> tuple[Face, ...]:
    """Return the faces of a block.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase index of each voxel.
    spacing : (float, float, float)
        Voxel size (z, y, x) in µm.
    colours : sequence of (r, g, b)
        Colour of each phase, 0 … 255.
    cut : bool
        Whether the octant of high z, high x, low y (nearest to the viewer) is
        cut away.
    visible : sequence of bool, optional
        Phases to show; default all.

    Returns
    -------
    tuple of Face
    """
    nz, ny, nx = indices.shape
    hz, hy, hx = nz - nz // 2, ny // 2, nx - nx // 2
    look = _lookup(colours, visible)
    size = np.array(spacing)[::-1] * (nx, ny, nz)
    ex, ey, ez = np.diag(size)
    half_x, half_y, half_z = ex * hx / nx, ey * hy / ny, ez * hz / nz
    zero = np.zeros(3)
    faces = [
        _face("z+", look, indices[-1], "z", ez, ex, ey, (slice(0, hy), slice(hx, None)) if cut else None),
        _face("z-", look, indices[0], "z", zero, ex, ey),
        _face("y-", look, indices[:, 0], "y", zero, ex, ez, (slice(hz, None), slice(hx, None)) if cut else None),
        _face("y+", look, indices[:, -1], "y", ey, ex, ez),
        _face("x+", look, indices[:, :, -1], "x", ex, ey, ez, (slice(hz, None), slice(0, hy)) if cut else None),
        _face("x-", look, indices[:, :, 0], "x", zero, ey, ez),
    ]
    if cut and min(nx, ny, nz) > 1:
        inside = _INNER
        faces += [
            _face("zi", look, indices[hz - 1, :hy, hx:], "z", half_x + half_z, ex - half_x, half_y, shade=inside),
            _face("yi", look, indices[hz:, hy, hx:], "y", half_x + half_y + half_z, ex - half_x, ez - half_z,
                  shade=inside),
            _face("xi", look, indices[hz:, :hy, hx - 1], "x", half_x + half_z, half_y, ez - half_z, shade=inside),
        ]
    return tuple(faces)


def edge_lines(shape: Sequence[int], spacing: Sequence[float], *, cut: bool = True) -> NDArray[np.float64]:
    """Return the edges of the block as pairs of points (x, y, z) in µm, shape (N, 2, 3)."""
    nz, ny, nx = shape
    dz, dy, dx = spacing
    top = (nx * dx, ny * dy, nz * dz)
    mid = ((nx - nx // 2) * dx, (ny // 2) * dy, (nz - nz // 2) * dz)
    lines = list(_box_edges((0, 0, 0), top))
    if cut:
        x0, y1, z0 = mid
        x1, z1 = top[0], top[2]
        lines += [(a, b) for a, b in _box_edges((x0, 0, z0), (x1, y1, z1))
                  if not (_touches_cut(a, b, top))]
    return np.array(lines, float)


def plane_outlines(at: Mapping[str, float], extent: Sequence[float]) -> NDArray[np.float64]:
    """Return the outlines of planes across a block, a little outside it so that its faces do not hide them.

    Parameters
    ----------
    at : mapping of {"z", "y", "x"} to float
        Where each plane cuts the axis that it is normal to, in µm.
    extent : (float, float, float)
        Size of the block (z, y, x) in µm.

    Returns
    -------
    ndarray, shape (N, 2, 3)
        Pairs of points (x, y, z) in µm, four for each plane.
    """
    size = np.array(extent, float)[::-1]
    air = 0.004 * size.max()
    lines = []
    for axis, place in at.items():
        normal = "xyz".index(axis)
        others = [k for k in range(3) if k != normal]
        corners = np.full((4, 3), place)
        corners[:, others[0]] = np.array([0, 1, 1, 0]) * (size[others[0]] + 2 * air) - air
        corners[:, others[1]] = np.array([0, 0, 1, 1]) * (size[others[1]] + 2 * air) - air
        lines += [(corners[k], corners[(k + 1) % 4]) for k in range(4)]
    return np.array(lines, float).reshape(-1, 2, 3)


def _touches_cut(a: Sequence[float], b: Sequence[float], top: Sequence[float]) -> bool:
    """Whether an edge ends in the corner that the cut takes away."""
    corner = (top[0], 0, top[2])
    return tuple(a) == corner or tuple(b) == corner


def _box_edges(low: Sequence[float], high: Sequence[float]) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    edges = []
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        for bits in range(4):
            start = [0.0, 0.0, 0.0]
            for position, k in enumerate(others):
                start[k] = (low, high)[bits >> position & 1][k]
            end = list(start)
            start[axis], end[axis] = low[axis], high[axis]
            edges.append((tuple(start), tuple(end)))
    return edges


def _lookup(colours: Sequence[Sequence[int]], visible: Sequence[bool] | None) -> NDArray[np.float64]:
    look = np.zeros((256, 4))
    for k, colour in enumerate(colours):
        look[k, :3] = colour
        look[k, 3] = 255 if visible is None or visible[k] else 0
    return look


def _face(key: str, look: NDArray[np.float64], plane: NDArray[np.uint8], axis: str, origin: NDArray[np.float64],
          u: NDArray[np.float64], v: NDArray[np.float64], hole: tuple[slice, slice] | None = None,
          shade: float = 1.0) -> Face:
    tint = look.copy()
    tint[:, :3] = np.clip(tint[:, :3] * _SHADE[axis] * shade, 0, 255)
    rgba = tint.astype(np.uint8)[plane]
    if hole is not None:
        rgba[hole] = 0
    return Face(key, rgba, _point(origin), _point(u), _point(v))


def _point(w: NDArray[np.float64]) -> tuple[float, float, float]:
    x, y, z = (float(c) for c in w)
    return x, y, z


def seen_extent(edges: Sequence[float], direction: Sequence[float], up: Sequence[float]) -> tuple[float, float]:
    """Return width and height of a centred block's outline in a parallel view.

    Parameters
    ----------
    edges : (float, float, float)
        Edge lengths along x, y, z.
    direction : (float, float, float)
        Where the viewer looks.
    up : (float, float, float)
        What is up in the picture, roughly.
    """
    look = np.asarray(direction, float) / np.linalg.norm(direction)
    right = np.cross(look, up)
    right /= np.linalg.norm(right)
    # Each edge adds its own shadow, whichever way it runs.
    return float(np.abs(right) @ np.asarray(edges)), float(np.abs(np.cross(right, look)) @ np.asarray(edges))
