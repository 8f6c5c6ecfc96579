r"""Sections of an excursion-set model on a window, differentiable by its parameters.

Gaussian fields are drawn by circulant embedding of their own covariances on a
larger periodic box, added up to Z_f = Σ_j X_{f,j}² + σ_f (√(1−η_f) X_f + √η_f W_f)
with X_{f,j} = √(1−γ) X̃_{f,j} + s_f √γ Z̃_j, and cut softly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.fft
import torch
from torch import Tensor

from morphstudio.core.fields.families import family
from morphstudio.core.models.excursion_set import field_names, slots
from morphstudio.core.models.realisation import box_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from morphstudio.core.fields.covariance import Family
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize

# A covariance may lack this share of a mode's mean variance: a root has no derivative at 0.
_SMALLEST_VARIANCE = 1e-7
# Families given by arrays are evaluated at multiples of this share of a voxel, and between them by cubics.
_NODE_SPACING = 0.125
# Noise and window at least: what is wrapped around stays outside also when the structure coarsens.
_SMALLEST_BOX = 1.5


@dataclass(frozen=True, slots=True)
class Grid:
    """Where sections are drawn.

    Parameters
    ----------
    size : int
        Edge of the window in voxels.
    axes : (int, int)
        The two axes of the plane among z, y, x.
    spacing : (float, float, float)
        Voxel size (z, y, x) in the model's length unit.
    box : (int, int)
        Periodic box that carries the noise, in voxels along ``axes``.
    """

    size: int
    axes: tuple[int, int]
    spacing: VoxelSize
    box: tuple[int, int]


def grid_for(model: ExcursionSet, size: int, axes: tuple[int, int], spacing: VoxelSize) -> Grid:
    """Return a grid whose box is large enough for the correlations of ``model``."""
    z, y, x = (size if axis in axes else 1 for axis in range(3))
    wanted = box_for(model, (z, y, x), spacing)
    least = int(scipy.fft.next_fast_len(int(np.ceil(_SMALLEST_BOX * size))))
    return Grid(size, axes, spacing, (max(least, wanted[axes[0]]), max(least, wanted[axes[1]])))


class SoftSections:
    """Draws soft sections of models with the same phases and families.

    Parameters
    ----------
    model : ExcursionSet
        Gives phases, families, signs and the count of squares.
    grid : Grid
    steepness : float
        ν of sigmoid(ν (Z − λ)); large values give hard sections.
    correlated : bool
        Whether common fields are drawn.
    speckled : bool
        Whether the fields' speckle is drawn.
    """

    def __init__(self, model: ExcursionSet, grid: Grid, steepness: float, *, correlated: bool, speckled: bool) -> None:
        self._grid, self._steepness = grid, steepness
        self._correlated, self._speckled = correlated, speckled
        self._n_squares = int(model.common.degrees_of_freedom)
        self._signs = [cut.correlation_sign for cut in model.fields]
        self._suffixes = field_names(len(model.phases))
        self._index = {p.name: k for k, p in enumerate(model.table)}
        self._families = [(family(key), [self._index[slot.key(p.name)] for p in family(key).params])
                          for slot, key in zip(slots(len(model.phases)), model.families, strict=True)]
        self._first, self._second, self._inverse = _distances(grid)

    def draw(self, theta: Tensor, batch: int, generator: torch.Generator) -> Tensor:
        """Return soft phases Ξ̃ (Eq. 32), which sum to 1 at each voxel.

        Parameters
        ----------
        theta : Tensor, shape (P,)
            All parameters in the order of the model's table, float64.
        batch : int
            B independent windows.
        generator : torch.Generator
            Draws the noise; its state alone decides on it.

        Returns
        -------
        Tensor of float32, shape (B, K, N, N)
            In the model's phase order, differentiable by ``theta``.
        """
        free, layer = torch.ones(()), torch.ones(())
        phases: list[Tensor] = []
        for field in self.fields(theta, batch, generator):
            above = torch.sigmoid(self._steepness * field)
            if len(phases) == 1:
                # As far as the first field reaches: Z_1 ≥ λ_1 counts as inside, so that κ = 0 changes nothing.
                above = above * layer
            inside = free * above
            if not phases:
                layer = self._layer(field, theta)
            phases.append(inside)
            free = free - inside
        return torch.stack([*phases, free], 1)

    def _layer(self, first: Tensor, theta: Tensor) -> Tensor:
        """Return where the second phase may be, softly: Z_1 − λ_1 ≥ −1/κ; everywhere at κ = 0."""
        name = f"confinement_{self._suffixes[1]}" if len(self._suffixes) > 1 else ""
        if name not in self._index or float(theta[self._index[name]].detach()) <= 0:
            return torch.ones(())
        return torch.sigmoid(self._steepness * (first + (1 / theta[self._index[name]]).float()))

    def fields(self, theta: Tensor, batch: int, generator: torch.Generator) -> Iterator[Tensor]:
        """Yield Z_f − λ_f of each field in turn, shape (B, N, N), float32."""
        correlation = theta[self._index["correlation"]]
        shared = self._gaussian(-1, theta, batch * self._n_squares, generator) if self._correlated else None
        for f, suffix in enumerate(self._suffixes):
            squared = self._gaussian(2 * f, theta, batch * self._n_squares, generator)
            if shared is not None:
                squared = (torch.sqrt(1 - correlation).float() * squared
                           + (self._signs[f] * torch.sqrt(correlation)).float() * shared)
            total = (squared**2).reshape(self._n_squares, batch, *squared.shape[1:]).sum(0)
            plain = self._gaussian(2 * f + 1, theta, batch, generator)
            if self._speckled:
                nugget = theta[self._index[f"nugget_{suffix}"]]
                white = torch.randn(plain.shape, generator=generator)
                plain = torch.sqrt(1 - nugget).float() * plain + _root(nugget).float() * white
            yield (total + theta[self._index[f"sigma_{suffix}"]].float() * plain
                   - theta[self._index[f"lambda_{suffix}"]].float())

    def _gaussian(self, slot: int, theta: Tensor, number: int, generator: torch.Generator) -> Tensor:
        """Return unit-variance fields of one covariance on the window, shape (number, N, N).

        The real and the imaginary part of one complex transform are two independent fields.
        """
        amplitude = torch.sqrt(self.spectrum(slot, theta)).float()
        half = (number + 1) // 2
        noise = torch.randn((half, *self._grid.box, 2), generator=generator)
        modes = torch.view_as_complex(noise) * amplitude
        n = self._grid.size
        drawn = torch.fft.ifft2(modes, norm="ortho")[:, :n, :n]
        return torch.cat([drawn.real, drawn.imag])[:number]

    def spectrum(self, slot: int, theta: Tensor) -> Tensor:
        """Return the variance of each Fourier mode of a field, mean 1 over the box; float64."""
        made_of, at = self._families[slot]
        gap = self._gaps(made_of, self._lengths(theta), theta[at])
        rho = torch.cat([torch.ones(1, dtype=gap.dtype), 1 - gap])[self._inverse]
        variance = torch.fft.fft2(rho).real
        # A covariance wrapped onto a box need not be one: what is below 0 is left out, the variance stays 1.
        variance = torch.clamp(variance, min=_SMALLEST_VARIANCE)
        return variance / variance.mean()

    def _lengths(self, theta: Tensor) -> Tensor:
        """Return the different distances above 0, stretched along z where the plane shows it."""
        if 0 not in self._grid.axes:
            return self._second[1:]
        stretch = theta[self._index["scale_z"]]
        return torch.sqrt((stretch * self._first[1:]) ** 2 + self._second[1:] ** 2)

    def _gaps(self, made_of: Family, h: Tensor, values: Tensor) -> Tensor:
        """Return 1 − ρ at distances; families that cost a sum over hundreds of terms by interpolation."""
        if not any(p.array for p in made_of.params):
            return torch.as_tensor(made_of.gap(h, values, torch))
        edge = _NODE_SPACING * min(self._grid.spacing[axis] for axis in self._grid.axes)
        position = h / edge
        count = int(position.max()) + 4
        nodes = torch.arange(1, count, dtype=torch.float64) * edge
        table = torch.cat([torch.zeros(1, dtype=torch.float64), torch.as_tensor(made_of.gap(nodes, values, torch))])
        return _cubic(table, position)


def _cubic(table: Tensor, position: Tensor) -> Tensor:
    """Return a table's values between its entries by cubics through the four nearest."""
    first = torch.clamp(position.detach().floor().long() - 1, 0, len(table) - 4)
    x = position - first
    weights = (-(x - 1) * (x - 2) * (x - 3) / 6, x * (x - 2) * (x - 3) / 2,
               -x * (x - 1) * (x - 3) / 2, x * (x - 1) * (x - 2) / 6)
    out = torch.zeros_like(x)
    for k, weight in enumerate(weights):
        out = out + weight * table[first + k]
    return out


def _distances(grid: Grid) -> tuple[Tensor, Tensor, Tensor]:
    """Return the different distances from the box's origin, as parts along z and in the xy plane, and their places.

    Returns
    -------
    Tensor, shape (U,)
        Part along z, to be stretched; 0 first.
    Tensor, shape (U,)
        Part in the plane of x and y.
    Tensor of int64, shape (box)
        Index of each voxel's distance.
    """
    lines = [np.minimum(np.arange(n), n - np.arange(n)) * grid.spacing[axis]
             for n, axis in zip(grid.box, grid.axes, strict=True)]
    along_z = np.zeros(grid.box) + (lines[0][:, None] if grid.axes[0] == 0 else 0.0)
    squares = [line**2 if axis != 0 else 0 * line for line, axis in zip(lines, grid.axes, strict=True)]
    in_plane = np.sqrt(squares[0][:, None] + squares[1][None])
    both = np.round(np.stack([along_z.ravel(), in_plane.ravel()]) / min(grid.spacing), 9)
    unique, inverse = np.unique(both, axis=1, return_inverse=True)
    parts: NDArray[np.float64] = unique * min(grid.spacing)
    return (torch.from_numpy(parts[0]), torch.from_numpy(parts[1]),
            torch.from_numpy(np.asarray(inverse).reshape(grid.box)))


def _root(value: Tensor) -> Tensor:
    """Return a square root whose derivative at 0 is finite."""
    return torch.sqrt(torch.clamp(value, min=1e-12))
