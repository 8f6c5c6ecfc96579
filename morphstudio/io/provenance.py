"""The record that says where a result came from and how to make it again."""

from __future__ import annotations

import json
import platform
from datetime import UTC, datetime
from importlib import metadata
from typing import TYPE_CHECKING, Any

from morphstudio.io.model_file import ModelFile, model_content
from morphstudio.io.plain_tree import readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

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
