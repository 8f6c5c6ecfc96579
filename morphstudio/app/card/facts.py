"""Where what stands on a card came from: names and values out of a provenance record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from morphstudio.app.number_text import NO_BREAK_SPACE, short_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.validation import Validation

Facts = tuple[tuple[str, str], ...]
_LIBRARIES = ("python", "numpy", "scipy", "numba", "torch")


def provenance_facts(record: Mapping[str, Any], validation: Validation | None = None) -> Facts:
    """Return what a person needs to find image and model again.

    Parameters
    ----------
    record : mapping
        From :func:`~morphstudio.io.provenance.provenance_record`; its settings tell
        ``realisations``, ``seeds`` (first and last) and ``shape``, as far as there are any.
    validation : Validation, optional
        Tells what the fit has seen, and of the ensemble.
    """
    told: list[tuple[str, str]] = []
    for image in record.get("images", ()):
        told += _image_facts(image)
    if validation is not None and validation.use is not None:
        told.append(("Used in the fit", validation.use.text))
    if isinstance(model := record.get("model"), dict):
        told += _model_facts(model)
    told += _drawing_facts(record)
    if validation is not None and validation.ensemble is not None:
        told.append(("Uncertain parameters", _ensemble_words(validation)))
    if "version" in record:
        told.append(("Versions", _versions(record)))
    return tuple(told)


def _image_facts(image: Mapping[str, Any]) -> list[tuple[str, str]]:
    told = [("Image", str(image.get("name") or "unnamed"))]
    if image.get("path"):
        told.append(("File", str(image["path"])))
    if image.get("sha256"):
        told.append(("SHA-256", str(image["sha256"])))
    shape = [int(n) for n in reversed(image.get("shape", ())) if n > 1]
    size = image.get("voxel_size_um")
    voxel = "unknown; lengths are in voxels" if size is None else f"{_across(size)}{NO_BREAK_SPACE}µm"
    if shape:
        told.append(("Size", f"{' × '.join(map(str, shape))} voxels; voxel size {voxel}"))
    labels = image.get("labels", {})
    told.append(("Labels", ", ".join(f"{label} {said.get('name', '')}" for label, said in labels.items())))
    edits = [_edit_words(edit) for edit in image.get("edits", ())]
    return told + ([("Edited", ", then ".join(edits))] if edits else [])


def _edit_words(edit: Mapping[str, Any]) -> str:
    box = edit.get("box")
    if isinstance(box, dict):
        return "cropped to voxels " + ", ".join(f"{axis} {box[axis][0] + 1} to {box[axis][1]}" for axis in box)
    return f"resampled to {_across(edit.get('voxel_size_um') or ())}{NO_BREAK_SPACE}µm"


def _across(size: Sequence[float]) -> str:
    edges = [short_number(edge) for edge in reversed(tuple(size))]
    return edges[0] if len(set(edges)) == 1 else " × ".join(edges)


def _model_facts(model: Mapping[str, Any]) -> list[tuple[str, str]]:
    family = model.get("parameterisation", "gaussian")
    single = model.get("covariances") or {}
    fields = "".join(f", {slot} {key}" for slot, key in single.items())
    order = " → ".join(model.get("phases", ()))
    told = [("Model", f"excursion set, {family} covariances{fields}; phase order {order}")]
    numbers = {name: value for name, value in model.get("parameters", {}).items() if not isinstance(value, list)}
    if 0 < len(numbers) <= 30:
        units = model.get("units", {})
        told.append(("Parameters", ", ".join(
            f"{name}{NO_BREAK_SPACE}={NO_BREAK_SPACE}{short_number(value, 4)}" for name, value in numbers.items())
            + ("; inverse lengths per µm" if any("um" in str(unit) for unit in units.values()) else "")))
    calibration = model.get("provenance", {})
    if calibration.get("operation") == "calibrate":
        method = calibration.get("settings", {}).get("method", "exact")
        told.append(("Calibrated", f"{method}, {calibration.get('created', 'at an unknown time')[:10]}, MorphStudio "
                     f"{calibration.get('version', '')}".rstrip()))
    return told


def _drawing_facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    settings = record.get("settings") or {}
    told = []
    if "seeds" in settings:
        first, last = settings["seeds"]
        shape = " × ".join(str(n) for n in reversed(record.get("shape", ())) if n > 1)
        told.append(("Realisations", f"{last - first + 1}, seeds {first} to {last}"
                     + (f"; each of {shape} voxels" if shape else "")))
    return told


def _ensemble_words(validation: Validation) -> str:
    ensemble = validation.ensemble
    assert ensemble is not None
    text = (f"{ensemble.measurement.n_realisations} models, seed {ensemble.seed}; drawn jointly: "
            f"{', '.join(ensemble.drawn)}; the others stay as fitted")
    if ensemble.n_held_back:
        n = ensemble.n_held_back
        text += (f"; {n} direction{'s' * (n > 1)} that the image hardly determine{'s' * (n == 1)} held to a spread of "
                 "a factor e")
    return text


def _versions(record: Mapping[str, Any]) -> str:
    versions = record.get("versions", {})
    libraries = [f"{name} {versions[name]}" for name in _LIBRARIES if name in versions]
    return ", ".join([f"MorphStudio {record['version']}", *libraries])
