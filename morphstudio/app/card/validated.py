"""The card and the result file of ``validate``: of one image, one model and their comparison."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from morphstudio.app.card.card import Card, Compared, card_of
from morphstudio.app.card.facts import provenance_facts
from morphstudio.app.card.tables import Lengths
from morphstudio.app.model_record import entry_records
from morphstudio.app.phase_colours import phase_colours
from morphstudio.core.validation import to_json
from morphstudio.io.provenance import provenance_record

if TYPE_CHECKING:
    from morphstudio.app.document import ImageEntry
    from morphstudio.app.phase_colours import RGB
    from morphstudio.app.work.validate import ValidateJob
    from morphstudio.core.phases import PhaseImage
    from morphstudio.core.validation import Validation
    from morphstudio.io.model_file import ModelFile


def validation_record(job: ValidateJob, entry: ImageEntry, source: ModelFile) -> dict[str, Any]:
    """Return the record of a validation: image, model, seeds, shape, versions."""
    n = job.n_realisations
    settings: dict[str, Any] = {"realisations": n, "seeds": [job.seed, job.seed + n - 1]}
    if job.ensemble is not None:
        settings["ensemble"] = {"models": len(job.ensemble.models), "seed": job.ensemble.seed,
                                "seeds": [job.seed, job.seed + len(job.ensemble.models) - 1]}
    return provenance_record(operation="validate", images=entry_records([entry]), model=source,
                             shape=job.shape or entry.image.shape, settings=settings)


def validation_content(validation: Validation, record: dict[str, Any]) -> dict[str, Any]:
    """Return the result file: the documented tree, and where it came from."""
    return {**to_json(validation), "provenance": record}


def validation_card(validation: Validation, entry: ImageEntry, record: dict[str, Any]) -> Card:
    """Return the card of a validation in the image's own unit of length."""
    image = entry.image
    lengths = Lengths() if image.voxel_size_um is not None else Lengths("voxel")
    made = f"MorphStudio {record['version']}, {datetime.now().astimezone():%Y-%m-%d %H:%M}"
    return card_of(Compared(validation.data.mean, validation.model, validation), lengths, image_label_colours(image),
                   title=f"Validation of {image.name or 'the image'}", made=made,
                   facts=provenance_facts(record, validation), record=record)


def image_label_colours(image: PhaseImage) -> dict[int, RGB]:
    """Return the colour of each phase of an image by its label."""
    phases = sorted(image.phases, key=lambda phase: phase.label)
    return dict(zip((p.label for p in phases), phase_colours([p.role for p in phases]), strict=True))
