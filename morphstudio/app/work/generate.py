"""Draws a volume or a section from a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from morphstudio.app.forecast import forecast_generate
from morphstudio.app.jobs.one_step import OneStep
from morphstudio.core.phases import Phase, PhaseImage, role_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Role, VoxelSize

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class GenerateJob:
    """Draws a realisation and gives a :class:`~morphstudio.core.phases.PhaseImage`.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    shape : (int, int, int)
        Voxels along z, y, x; one may be 1 for a section.
    voxel_size_um : (float, float, float) or None
        Voxel size (z, y, x) in µm; ``None``: the model is in voxel units.
    seed : int
        Seed of the noise.
    labels : tuple of int
        Label of each phase in model order; empty: 1 … K.
    roles : tuple of Role
        Role of each phase in model order; empty: guessed from the names.
    periodic : bool
        Whether the structure goes on across opposite faces.
    name : str
        Name of the image; empty: told from the seed.
    box : (int, int, int), optional
        Periodic box that carries the noise, as the record of a volume names
        it; default: that of the model. Voxels depend on it as on the seed.
    """

    model: ExcursionSet
    shape: Shape
    voxel_size_um: VoxelSize | None
    seed: int = 1
    labels: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    periodic: bool = False
    name: str = ""
    box: Shape | None = None

    checkpoint: ClassVar[Path | None] = None
    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.models.realisation",)

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Generate {' × '.join(str(n) for n in self.shape)} voxels, seed {self.seed}"

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of the volume in ascending label order."""
        return phases_of(self.model, self.labels, self.roles)

    @property
    def noise_box(self) -> Shape:
        """The periodic box that carries the noise."""
        from morphstudio.core.models.realisation import box_for

        if self.periodic:
            return self.shape
        return self.box or box_for(self.model, self.shape, self.voxel_size_um or (1.0, 1.0, 1.0))

    def create(self) -> OneStep:
        """Build the work.

        Raises
        ------
        InputError
            The volume does not fit into memory, or not into its box.
        """
        from morphstudio.core.models.realisation import check_box

        if self.box is not None and not self.periodic:
            check_box(self.box, self.shape)
        forecast_generate(self.model, self.shape, self.voxel_size_um or (1.0, 1.0, 1.0), self.box).check()
        return OneStep(self.draw, "Drawing the structure")

    def draw(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> PhaseImage:
        """Draw the volume now, in this thread."""
        from morphstudio.core.models.realisation import realise

        indices = realise(self.model, self.shape, self.voxel_size_um or (1.0, 1.0, 1.0), self.seed,
                          periodic=self.periodic, box=self.box, should_stop=should_stop,
                          report=lambda share: report(share, "Drawing the structure"))
        name = self.name or f"model, seed {self.seed}"
        return labelled(indices, self.model, self.voxel_size_um, self.labels, self.roles, name)


def labelled(indices: NDArray[np.uint8], model: ExcursionSet, voxel_size_um: VoxelSize | None,
             labels: tuple[int, ...] = (), roles: tuple[Role, ...] = (), name: str = "") -> PhaseImage:
    """Return phase indices in model order as an image with the model's labels.

    Parameters
    ----------
    indices : ndarray of uint8, shape (Z, Y, X)
        Phase 0 … K−1 in model order.
    model : ExcursionSet
        Gives the names.
    voxel_size_um, labels, roles, name
        As in :class:`GenerateJob`.
    """
    values = labels or _counted(model)
    return PhaseImage(np.array(values, np.uint8)[indices], phases_of(model, values, roles), voxel_size_um, name)


def phases_of(model: ExcursionSet, labels: tuple[int, ...] = (), roles: tuple[Role, ...] = ()) -> tuple[Phase, ...]:
    """Return the phases of a volume drawn from a model, in ascending label order; see :class:`GenerateJob`."""
    kinds = roles or tuple(role_of(phase) for phase in model.phases)
    named = zip(labels or _counted(model), model.phases, kinds, strict=True)
    return tuple(sorted((Phase(*parts) for parts in named), key=lambda phase: phase.label))


def _counted(model: ExcursionSet) -> tuple[int, ...]:
    return tuple(range(1, len(model.phases) + 1))
