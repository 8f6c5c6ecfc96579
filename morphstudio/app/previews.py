"""What the preview process can be asked about a model: a section, a block, the closed forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from morphstudio.core.phases import AXES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Axis, VoxelSize
    from morphstudio.core.twopoint.values import PhaseValues, Sensitivities

Shape = tuple[int, int, int]

KEPT_FIELDS = 4  # section, coarse and fine block, and one that was left a moment ago
_DRAWING = ("morphstudio.core.models.preview", "morphstudio.core.models.realisation")
_COARSER = 2  # voxel edge of a coarse block over that of a fine one


def _updated(cache: dict[str, Any], request: SectionPreview | BlockPreview, shape: Shape, voxel_size: VoxelSize,
             box: Shape | None = None) -> NDArray[np.uint8]:
    """Draw the model on the noise that the cache keeps for this grid and seed."""
    from morphstudio.core.models.preview import FieldCache

    kept: dict[tuple[object, ...], FieldCache] = cache.setdefault("fields", {})
    # The noise belongs to one padded box, so that the same structure deforms.
    key = (shape, voxel_size, request.seed, request.box_model)
    fields = kept.pop(key, None)
    if fields is None:
        fields = FieldCache(shape, voxel_size, request.seed, request.box_model or request.model, box=box)
    kept[key] = fields  # the last used one stands last
    while len(kept) > KEPT_FIELDS:
        kept.pop(next(iter(kept))).close()
    return fields.update(request.model)


@dataclass(frozen=True)
class SectionPreview:
    """A section drawn in 2D.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    shape : (int, int, int)
        Voxels along z, y, x; the one along ``axis`` is taken as 1.
    voxel_size_um : (float, float, float)
        Voxel size (z, y, x) in µm.
    seed : int
        Seed of the noise.
    axis : {"z", "y", "x"}
        Axis that the section is normal to.
    box_model : ExcursionSet, optional
        Model whose correlation length sets the padded box of the noise, such
        as the calibrated one; default: the first that was drawn.
    """

    model: ExcursionSet
    shape: Shape
    voxel_size_um: VoxelSize
    seed: int = 1
    axis: Axis = "z"
    box_model: ExcursionSet | None = None

    modules: ClassVar[tuple[str, ...]] = _DRAWING

    def answer(self, cache: dict[str, Any]) -> NDArray[np.uint8]:
        """Return phase indices in model order, uint8, two axes."""
        normal = AXES.index(self.axis)
        z, y, x = (1 if a == normal else n for a, n in enumerate(self.shape))
        drawn = _updated(cache, self, (z, y, x), self.voxel_size_um)
        section: NDArray[np.uint8] = drawn.reshape([n for a, n in enumerate(self.shape) if a != normal])
        return section


@dataclass(frozen=True)
class BlockPreview:
    """A small volume, at once or in more detail: the same structure either way.

    Parameters
    ----------
    model, seed, box_model
        As in :class:`SectionPreview`.
    shape : (int, int, int)
        Voxels along z, y, x of the fine block.
    voxel_size_um : (float, float, float)
        Voxel size (z, y, x) of the fine block in µm.
    coarse : bool
        Whether to draw half the voxels along each axis, twice as large.
    """

    model: ExcursionSet
    shape: Shape
    voxel_size_um: VoxelSize
    seed: int = 1
    box_model: ExcursionSet | None = None
    coarse: bool = False

    modules: ClassVar[tuple[str, ...]] = _DRAWING

    def answer(self, cache: dict[str, Any]) -> NDArray[np.uint8]:
        """Return phase indices in model order, uint8, shape (Z, Y, X) or half of it."""
        from morphstudio.core.models.realisation import box_for

        z, y, x = (-(-n // _COARSER) for n in self.shape)
        z_um, y_um, x_um = (_COARSER * edge for edge in self.voxel_size_um)
        # Both lie in one box, twice that of the coarse block: one box is one structure.
        box = box_for(self.box_model or self.model, (z, y, x), (z_um, y_um, x_um))
        if self.coarse:
            return _updated(cache, self, (z, y, x), (z_um, y_um, x_um), box)
        fine = (_COARSER * box[0], _COARSER * box[1], _COARSER * box[2])
        return _updated(cache, self, self.shape, self.voxel_size_um, fine)


@dataclass(frozen=True)
class ClosedFormPreview:
    """Fractions, surface areas and mean chords of a model, exactly.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    voxel_size_um : (float, float, float)
        Voxel size (z, y, x) in µm that the voxel values hold for.
    """

    model: ExcursionSet
    voxel_size_um: VoxelSize

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.twopoint.closed_form",)

    def answer(self, cache: dict[str, Any]) -> tuple[PhaseValues, ...]:
        """Return the values of each phase, in model order."""
        from morphstudio.core.twopoint.closed_form import phase_values

        return phase_values(self.model, self.voxel_size_um)


@dataclass(frozen=True)
class SensitivityPreview:
    """How much each parameter of a model moves its closed-form values.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    voxel_size_um : (float, float, float)
        Voxel size (z, y, x) in µm that the values hold for.
    """

    model: ExcursionSet
    voxel_size_um: VoxelSize

    modules: ClassVar[tuple[str, ...]] = ("morphstudio.core.twopoint.sensitivity",)

    def answer(self, cache: dict[str, Any]) -> Sensitivities:
        """Return the changes in per cent per small step of each parameter."""
        from morphstudio.core.twopoint.sensitivity import sensitivities

        return sensitivities(self.model, self.voxel_size_um)


@dataclass(frozen=True)
class ThresholdPreview:
    """The model whose one phase has another volume fraction.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    phase : int
        Position of the phase; any but the last.
    fraction : float
        Its new volume fraction; what the phases before it leave is the limit.
    """

    model: ExcursionSet
    phase: int
    fraction: float

    modules: ClassVar[tuple[str, ...]] = ("scipy.optimize", "morphstudio.core.twopoint.exact")

    def answer(self, cache: dict[str, Any]) -> ExcursionSet:
        """Return the model with this phase's threshold moved and the others as they were."""
        from scipy.optimize import brentq

        from morphstudio.core.twopoint.exact import fractions

        now = fractions(self.model)
        room = 1 - float(now[: self.phase].sum())
        wanted = min(max(self.fraction, 1e-3 * room), (1 - 1e-3) * room)
        name = self.model.threshold_names[self.phase]

        def too_much(threshold: float) -> float:
            return float(fractions(self.model.with_values({name: threshold}))[self.phase]) - wanted

        # A higher threshold leaves less of the phase: one root, found from where the slider stands.
        low = high = self.model.values()[name]
        reach = 0.1
        while too_much(low) < 0:
            low, reach = low - reach, 2 * reach
        reach = 0.1
        while too_much(high) > 0:
            high, reach = high + reach, 2 * reach
        root = low if low == high else float(brentq(too_much, low, high, xtol=1e-7))
        return self.model.with_values({name: root})
