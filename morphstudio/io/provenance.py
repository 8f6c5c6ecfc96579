"""The record that says where a result came from and how to make it again."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from morphstudio.core.errors import InputError
from morphstudio.core.phases import Phase, Role, role_of
from morphstudio.io.images.limits import unreadable
from morphstudio.io.model_file import ModelFile, model_content
from morphstudio.io.plain_tree import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

# What the name of a record adds to that of the whole file it lies beside.
RECORD_SUFFIX = ".provenance.json"
_SIZE_LIMIT = 1 << 24
# Libraries whose version can change a voxel.
_LIBRARIES = ("numpy", "scipy", "numba", "torch")


def provenance_record(*, images: Sequence[Mapping[str, Any]] = (), model: ExcursionSet | ModelFile | None = None,
                      seed: int | None = None, shape: Sequence[int] | None = None,
                      noise_box: Sequence[int] | None = None, settings: Mapping[str, Any] | None = None,
                      operation: str = "", extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a record from which the same voxels can be made again.

    Parameters
    ----------
    images : sequence of mapping
        Records of the images used, from :func:`image_record`.
    model : ExcursionSet or ModelFile, optional
        The model with its parameters in 1/µm.
    seed : int, optional
        Seed of the noise field.
    shape : sequence of int, optional
        Voxels of the result along z, y, x.
    noise_box : sequence of int, optional
        Voxels of the padded grid that the noise was drawn on.
    settings : mapping, optional
        Settings of a calibration or of another operation.
    operation : str, optional
        What was done, e.g. ``"generate"``.
    extra : mapping, optional
        Anything else that is plain data.

    Returns
    -------
    dict
        Plain data, ready for JSON; what was not given is left out.
    """
    record: dict[str, Any] = {
        "schema": 1, "program": "MorphStudio", "version": _version("morphstudio"), "operation": operation,
        "created": datetime.now(UTC).isoformat(timespec="seconds"), "versions": library_versions(),
        "images": [dict(image) for image in images], "seed": seed,
        "shape": None if shape is None else [int(n) for n in shape],
        "noise_box": None if noise_box is None else [int(n) for n in noise_box],
        "settings": None if settings is None else dict(settings),
    }
    if model is not None:
        record["model"] = model_content(model if isinstance(model, ModelFile) else ModelFile(model, voxel_size_um=1.0))
        if not isinstance(model, ModelFile):
            del record["model"]["voxel_size_um"], record["model"]["labels"]
    record.update(extra or {})
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}


def image_record(image: PhaseImage, *, path: str = "", sha256: str = "") -> dict[str, Any]:
    """Return what a provenance record keeps of an image.

    Parameters
    ----------
    image : PhaseImage
        The image.
    path : str, optional
        Where it was read from.
    sha256 : str, optional
        Digest of its file.
    """
    return {
        "name": image.name, "path": path, "sha256": sha256, "shape": list(image.shape),
        "voxel_size_um": None if image.voxel_size_um is None else list(image.voxel_size_um),
        "labels": {str(p.label): {"name": p.name, "role": p.role, "fraction": float(f)}
                   for p, f in zip(image.phases, image.fractions, strict=True)},
    }


def record_path(volume: Path | str) -> Path:
    """Return where the record of a file lies: ``twin.tif.provenance.json`` beside ``twin.tif``."""
    path = Path(volume)
    return path.with_name(f"{path.name}{RECORD_SUFFIX}")


def record_beside(volume: Path | str) -> dict[str, Any] | None:
    """Return the record that lies beside a file, ``None`` where there is none.

    Raises
    ------
    InputError
        It is there and cannot be read.
    """
    path = record_path(volume)
    if not path.is_file():
        return None
    advice = "Remove or rename it to go on without it."
    try:
        if path.stat().st_size > _SIZE_LIMIT:
            raise InputError("provenance", f"{path.name} is too large for a record.", advice)
        record = json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("provenance", f"{path.name} is not valid JSON.", advice) from error
    if not isinstance(record, dict):
        raise InputError("provenance", f"{path.name} is not a record.", advice)
    return record


def phases_in_record(record: Mapping[str, Any]) -> tuple[Phase, ...]:
    """Return name and role of each label as a record of one volume tells them, ascending; empty where it does not.

    Parameters
    ----------
    record : mapping
        From :func:`record_beside`; what is not of the documented form is passed over.
    """
    images = record.get("images")
    described = record.get("phases")
    if described is None and isinstance(images, list) and len(images) == 1 and isinstance(images[0], dict):
        described = images[0].get("labels")
    if not isinstance(described, dict):
        return ()
    found = []
    for label, said in described.items():
        if not (label.isdecimal() and int(label) <= 255 and isinstance(said, dict) and said.get("name")):
            return ()
        name, role = str(said["name"]), str(said.get("role"))
        known = role in get_args(Role)
        found.append(Phase(int(label), name, cast("Role", role) if known else role_of(name)))
    return tuple(sorted(found, key=lambda phase: phase.label))


def library_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change a result."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        found[name] = _version(name)
    return found


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def provenance_text(record: Mapping[str, Any]) -> str:
    """Return a record as JSON text."""
    return json.dumps(readable(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
