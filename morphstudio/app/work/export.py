"""Writes a volume for another program."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from morphstudio.app.jobs.one_step import OneStep
from morphstudio.app.work.generate import GenerateJob

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.phases import PhaseImage

DEFAULT_NAME = "structure"


@dataclass(frozen=True)
class ExportJob:
    """Writes an image, or first draws one, and gives the paths of the files.

    Parameters
    ----------
    source : PhaseImage or GenerateJob
        What to write.
    format : str
        Key of :data:`morphstudio.io.exports.FORMATS`.
    directory : Path or str
        Folder to write into.
    options : dict
        Further arguments of :func:`morphstudio.io.exports.write_volume`, such
        as ``on_existing`` and ``provenance``.
    name : str
        Stem of the file names; empty: ``"structure"``.
    """

    source: PhaseImage | GenerateJob
    format: str
    directory: Path | str
    options: dict[str, Any] = field(default_factory=dict)
    name: str = ""

    checkpoint: ClassVar[Path | None] = None

    @property
    def title(self) -> str:
        """What the job does."""
        return f"Export {self.name or DEFAULT_NAME}"

    def create(self) -> OneStep:
        """Build the work.

        Raises
        ------
        InputError
            A volume that would have to be drawn does not fit into memory.
        """
        if isinstance(self.source, GenerateJob):
            self.source.create()  # refuses before anything is written
        return OneStep(self._export, "Writing files")

    def _export(self, report: Callable[[float, str], None],
                should_stop: Callable[[], bool]) -> tuple[Path, ...]:
        from morphstudio.io.exports import write_volume

        if isinstance(self.source, GenerateJob):
            image = self.source.draw(lambda share, message: report(0.7 * share, message), should_stop)
        else:
            image = self.source
        report(0.7, "Writing files")
        return write_volume(image, self.format, Path(self.directory), self.name or DEFAULT_NAME, **self.options)
