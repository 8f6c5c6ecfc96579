"""Reads and writes projects and model files outside the window's process."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from morphstudio.app.jobs.one_step import OneStep
from morphstudio.app.project_images import Located

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.document import Document
    from morphstudio.app.project_contents import OpenedProject
    from morphstudio.io.model_file import ModelFile


@dataclass(frozen=True)
class _FileJob:
    """One file, read or written in one step."""

    path: str

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None
    verb: ClassVar[str] = "Open"
    message: ClassVar[str] = ""

    @property
    def title(self) -> str:
        """What the job does."""
        return f"{self.verb} {Path(self.path).name}"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._run, self.message)

    def _run(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> object:
        report(0.0, self.message)
        return self.outcome()

    def outcome(self) -> object:
        """Do it now, in this thread, and return what there is to return."""
        raise NotImplementedError


@dataclass(frozen=True)
class OpenProjectJob(_FileJob):
    """Reads a project file and gives an :class:`~morphstudio.app.project_contents.OpenedProject`.

    Parameters
    ----------
    located : Located
        Where images are now that are not where the project says.
    """

    located: Located = field(default_factory=Located)

    message: ClassVar[str] = "Reading the project"

    def outcome(self) -> OpenedProject:
        """Read it."""
        from morphstudio.app.project_contents import open_project

        opened = open_project(Path(self.path), self.located)
        for entry in opened.document.images:
            _ = entry.image.counts, entry.image.labels_sha256  # found here, they keep the window free
        return opened


@dataclass(frozen=True)
class SaveProjectJob(_FileJob):
    """Writes a document to a project file, all or nothing, and gives its path."""

    document: Document

    verb: ClassVar[str] = "Save"
    message: ClassVar[str] = "Writing the project"

    def outcome(self) -> str:
        """Write it."""
        from morphstudio.app.project_contents import write_project

        write_project(Path(self.path), self.document)
        return self.path


class OpenModelJob(_FileJob):
    """Reads a model file and gives a :class:`~morphstudio.io.model_file.ModelFile`."""

    message = "Reading the model"

    def outcome(self) -> ModelFile:
        """Read it."""
        from morphstudio.io.model_file import read_model

        return read_model(self.path)
