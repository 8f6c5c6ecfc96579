"""What can be exported from a document, and the job that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from morphstudio.app.model_record import entry_records, exported_record, generated_record
from morphstudio.app.work.export import ExportJob
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.phases import Phase, known_role
from morphstudio.io.exports import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import Role, VoxelSize
    from morphstudio.io.exports import Material, OnExisting

DEFAULT_EDGE = 200


@dataclass(frozen=True, eq=False)
class Structure:
    """One entry of the structure list: an opened image, or a model to draw.

    Parameters
    ----------
    title : str
        For people.
    entry : ImageEntry, optional
        The opened image.
    model : ExcursionSet, optional
        The model to draw.
    labels, roles : tuple
        Of the model's phases, in its order.
    shape : (int, int, int)
        Voxels of the image, or what to suggest for a drawn volume.
    voxel_size_um : (float, float, float) or None
        Voxel size.
    """

    title: str
    entry: ImageEntry | None
    model: ExcursionSet | None
    labels: tuple[int, ...]
    roles: tuple[Role, ...]
    shape: tuple[int, int, int]
    voxel_size_um: VoxelSize | None

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases in ascending label order."""
        if self.entry is not None:
            return self.entry.image.phases
        assert self.model is not None
        named = zip(self.labels, self.model.phases, self.roles, strict=True)
        return tuple(sorted((Phase(*parts) for parts in named), key=lambda phase: phase.label))


def structures(document: Document) -> tuple[Structure, ...]:
    """Return everything in a document that can be exported, the likeliest first."""
    found: list[Structure] = []
    models: list[tuple[str, ExcursionSet, tuple[int, ...]]] = []
    if document.model is not None:
        models.append((f"Model now, seed {document.seed}", document.model, document.model_labels))
    if document.calibrated is not None and document.calibrated != document.model:
        models.append((f"Calibrated model, seed {document.seed}", document.calibrated, ()))
    models += [(f"{variant.name}, seed {document.seed}", variant.model, variant.labels)
               for variant in document.variants]
    entry = document.active_image
    volume = entry is not None and not entry.image.is_section
    shape = entry.image.shape if entry is not None and volume else (DEFAULT_EDGE,) * 3
    for title, model, known in models:
        phases = document.model_phases(model, known)
        labels, roles = tuple(phase.label for phase in phases), tuple(known_role(phase) for phase in phases)
        found.append(Structure(title, None, model, labels, roles, shape, document.voxel_size_um))
    for opened in document.images:
        image = opened.image
        found.append(Structure(f"Image {image.name}", opened, None, (), (), image.shape, image.voxel_size_um))
    return tuple(found)


def export_name(document: Document) -> str:
    """Return a file name made of the document's: letters, figures, - and _ only."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in document.name)
    return "_".join(part for part in kept.split("_") if part) or "structure"


def volume_of(structure: Structure, shape: tuple[int, int, int], voxel_size_um: VoxelSize | None) -> Volume:
    """Return the outline of what will be written."""
    return Volume(shape, voxel_size_um, structure.phases)


def export_job(document: Document, structure: Structure, shape: tuple[int, int, int],
               voxel_size_um: VoxelSize | None, target: Target) -> ExportJob:
    """Return the job that writes ``structure`` to ``target``."""
    options: dict[str, Any] = {"on_existing": target.on_existing}
    if target.format == "geodict":
        options |= {"materials": target.materials, "resample_to_cubic": target.resample_to_cubic}
    source: Any
    if structure.entry is not None:
        source = structure.entry.image
        options["provenance"] = exported_record(structure.entry)
    else:
        assert structure.model is not None
        source = GenerateJob(model=structure.model, shape=shape, voxel_size_um=voxel_size_um, seed=document.seed,
                             labels=structure.labels, roles=structure.roles)
        options["provenance"] = generated_record(source, images=entry_records(document.images),
                                                 operation="generate and export")
    return ExportJob(source=source, format=target.format, directory=str(target.folder), name=target.name,
                     options=options)


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how to write."""

    format: str
    folder: Path
    name: str
    on_existing: OnExisting
    materials: Sequence[Material] | None = None
    resample_to_cubic: bool = False
