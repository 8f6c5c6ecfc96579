"""The block that the window shows, as lines of Python that draw the same voxels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.core.models.excursion_set import GAUSSIAN

if TYPE_CHECKING:
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import VoxelSize

Shape = tuple[int, int, int]


def block_python(model: ExcursionSet, shape: Shape, voxel_size_um: VoxelSize | None, seed: int,
                 box_model: ExcursionSet | None = None, factor: int = 1) -> str:
    """Return a script that draws the block of :class:`morphstudio.app.previews.BlockPreview`, voxel by voxel.

    Parameters
    ----------
    model : ExcursionSet
        The model.
    shape : (int, int, int)
        Voxels along z, y, x; even numbers.
    voxel_size_um : (float, float, float), optional
        The image's voxel size (z, y, x) in µm; without one, lengths are in voxels.
    seed : int
        Seed of the noise.
    box_model : ExcursionSet, optional
        Model whose correlation length sets the box of the noise; default: the
        model itself.
    factor : int
        How many times larger the block's voxels are than the image's.

    Returns
    -------
    str
        Leaves the phase indices in ``block``, uint8 (Z, Y, X), in the model's
        order of phases.
    """
    z, y, x = voxel_size_um or (1.0, 1.0, 1.0)
    voxel = (factor * z, factor * y, factor * x)
    larger = f": {factor} × those of the image" if factor > 1 else ""
    half, twice = tuple(n // 2 for n in shape), tuple(2 * edge for edge in voxel)
    boxed = box_model is not None and box_model != model
    lines = [
        "from morphstudio.core.models.excursion_set import excursion_set",
        "from morphstudio.core.models.realisation import box_for, realise",
        "",
        *_model_lines("model", model),
        *(_model_lines("calibrated", box_model) if boxed and box_model is not None else ()),
        f"voxel_size = {voxel!r}  # z, y, x in {'µm' if voxel_size_um else 'voxels'}{larger}",
        "",
        "# One box of noise for all pictures, fine or coarse: with another box, the seed means another structure.",
        f"half_box = box_for({'calibrated' if boxed else 'model'}, {half!r}, {twice!r})",
        "box = tuple(2 * n for n in half_box)",
        "",
        f"block = realise(model, {shape!r}, voxel_size, seed={seed}, box=box)  # phase numbers, (z, y, x)",
        "for number, phase in enumerate(model.phases):",
        '    print(f"{phase}: volume fraction {(block == number).mean():.4f}")',
    ]
    return "\n".join(lines) + "\n"


def _model_lines(name: str, model: ExcursionSet) -> list[str]:
    """Return the lines that build a model; all values stand there, so that other defaults change nothing."""
    return [f"{name} = excursion_set({model.phases!r}, {{", *value_lines(model), f"}}{families_text(model)})"]


def value_lines(model: ExcursionSet) -> list[str]:
    """Return a model's parameters as the lines of a dict; the values of a kernel share a line."""
    lines: list[str] = []
    open_array = ""
    values = model.values()
    for param in model.table:
        entry = f"{param.name!r}: {values[param.name]!r},"
        array = param.name.partition("[")[0] if param.array else ""
        if array and array == open_array:
            lines[-1] += f" {entry}"
        else:
            lines.append(f"    {entry}")
        open_array = array
    return lines


def families_text(model: ExcursionSet) -> str:
    """Return the argument that names a model's covariance families; empty where all are Gaussian."""
    return "" if set(model.families) == {GAUSSIAN} else f", families={model.families!r}"
