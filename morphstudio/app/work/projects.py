"""Reads and writes projects and model files outside the window's process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from morphstudio.app.jobs.one_step import OneStep

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.app.document import Document
    from morphstudio.io.model_file import ModelFile


@dataclass(frozen=True)
class OpenProjectJob:
    """Reads a project file and gives its :class:`~morphstudio.app.document.Document`."""

    path: str

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Open {Path(self.path).name}"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._open, "Reading the project")

    def _open(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> Document:
        from morphstudio.app.project_contents import read_project

        report(0.0, "Reading the project")
        return read_project(Path(self.path))


@dataclass(frozen=True)
class SaveProjectJob:
    """Writes a document to a project file, all or nothing, and gives its path."""

    path: str
    document: Document

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Save {Path(self.path).name}"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._save, "Writing the project")

    def _save(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> str:
        from morphstudio.app.project_contents import write_project

        report(0.0, "Writing the project")
        write_project(Path(self.path), self.document)
        return self.path


@dataclass(frozen=True)
class OpenModelJob:
    """Reads a model file and gives a :class:`~morphstudio.io.model_file.ModelFile`."""

    path: str

    light: ClassVar[bool] = True
    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Open {Path(self.path).name}"

    def create(self) -> OneStep:
        """Build the work."""
        return OneStep(self._open, "Reading the model")

    def _open(self, report: Callable[[float, str], None], should_stop: Callable[[], bool]) -> ModelFile:
        from morphstudio.io.model_file import read_model

        report(0.0, "Reading the model")
        return read_model(self.path)
