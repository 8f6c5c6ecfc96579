"""The sample that a first visitor opens: simulated, and it says so."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from morphstudio.app.document import ImageEntry
from morphstudio.app.jobs.one_step import OneStep
from morphstudio.app.resources import resource_path
from morphstudio.app.work.generate import GenerateJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEFAULT_SAMPLE = "assb-cathode"


@dataclass(frozen=True)
class SampleJob:
    """Draws a sample from its published parameters and gives an :class:`ImageEntry`.

    Parameters
    ----------
    name : str
        File in ``resources/samples``, without its suffix.
    """

    name: str = DEFAULT_SAMPLE

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return "Open the sample"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._simulate, "Simulating the sample")

    def _simulate(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> ImageEntry:
        from morphstudio.io.model_file import read_model

        sample = read_sample(self.name)
        source = read_model(resource_path("samples", sample["model"]))
        size = source.voxel_size_um
        edges = size if isinstance(size, tuple) or size is None else (size, size, size)
        z, y, x = sample["shape"]
        image = GenerateJob(source.model, (z, y, x), edges, sample["seed"], source.labels,
                            name=sample["title"]).draw(report, should_stop)
        _ = image.counts, image.labels_sha256  # found here, they travel with the image and keep the window free
        digest = hashlib.sha256(image.labels.tobytes()).hexdigest()
        return ImageEntry(image, "", digest, voxel_confirmed=True, source_note=sample["note"])


def read_sample(name: str = DEFAULT_SAMPLE) -> dict[str, Any]:
    """Return the definition of a sample: ``title``, ``note``, ``model``, ``shape``, ``seed``."""
    definition: dict[str, Any] = json.loads(resource_path("samples", f"{name}.json").read_text(encoding="utf-8"))
    return definition
