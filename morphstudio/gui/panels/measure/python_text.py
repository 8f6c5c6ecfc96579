"""What was measured, as lines of Python that measure it again. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.app.block_python import families_text, value_lines

if TYPE_CHECKING:
    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.validation import FitUse

_SAMPLE = "# The image has no file: save it by File, Export, and put its path here."


def measure_python(document: Document, entry: ImageEntry | None, shape: tuple[int, int, int] | None, first_seed: int,
                   n_realisations: int, use: FitUse | None = None) -> str:
    """Return a script that measures the image, and the model against it.

    Parameters
    ----------
    document : Document
        Holds the model, if there is one.
    entry : ImageEntry, optional
        The image.
    shape : (int, int, int), optional
        Voxels of each realisation.
    first_seed, n_realisations : int
        Seeds of the realisations count up from the first.
    use : FitUse, optional
        What the fit has seen of the image.
    """
    model = document.model
    lines = ["import numpy as np", "", "from morphstudio.core.descriptors.measurement import measure"]
    lines += ["from morphstudio.io.images import open_image"] if entry is not None else []
    lines += ["from morphstudio.app.work.open_image import as_plane"] if _is_turned(entry) else []
    if model is not None:
        lines += ["from morphstudio.core.models.excursion_set import excursion_set",
                  "from morphstudio.core.models.realisation import realise",
                  "from morphstudio.core.phases import phase_image"]
    if model is not None and entry is not None:
        lines += [f"from morphstudio.core.validation import {'FitUse, ' * (use is not None)}validate"]
    lines = [lines[0], "", *sorted(lines[2:]), ""]
    lines += _image_lines(entry) if entry is not None else []
    if model is not None:
        size = document.voxel_size_um
        labels = document.model_labels or tuple(range(1, len(model.phases) + 1))
        names = dict(zip(labels, model.phases, strict=True))
        lines += [f"model = excursion_set({model.phases!r}, {{", *value_lines(model), f"}}{families_text(model)})",
                  f"labels = np.array({list(labels)!r}, np.uint8)", "realisations = []",
                  f"for seed in range({first_seed}, {first_seed + n_realisations}):",
                  f"    indices = realise(model, {shape!r}, {size or (1.0, 1.0, 1.0)!r}, seed)",
                  f"    volume = phase_image(labels[indices], {size!r}, {names!r})",
                  "    realisations.append(measure(volume))", ""]
    if model is not None and entry is not None:
        said = "" if use is None else f", use=FitUse({use.kind!r}, {use.text!r})"
        lines += [f"validation = validate(data, realisations{said})", "print(validation.text)"]
    return "\n".join(lines).rstrip() + "\n"


def _is_turned(entry: ImageEntry | None) -> bool:
    """Whether the image is a section that a two-dimensional file does not give by itself."""
    return entry is not None and entry.image.plane in ("xz", "yz")


def _image_lines(entry: ImageEntry) -> list[str]:
    image, path = entry.image, repr(entry.path or "image.tif")
    names = {phase.label: phase.name for phase in image.phases}
    if _is_turned(entry):
        # The voxel size is that of the turned section: it is said after turning.
        size = "" if image.voxel_size_um is None else f".with_voxel_size({image.voxel_size_um!r})"
        opened = f"image = as_plane(open_image({path}, names={names!r}), {image.plane!r}){size}"
    else:
        opened = f"image = open_image({path}, voxel_size_um={image.voxel_size_um!r}, names={names!r})"
    return [*([] if entry.path else [_SAMPLE]),
            *(["# The image was cropped or resampled since: the file is the whole one."] if entry.edits else []),
            opened, "data = measure(image)", ""]
