"""The open document: changes with undo and redo, observers, saving."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from morphstudio.app.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from morphstudio.app.autosave import Recoverable
    from morphstudio.app.document import RunEntry

MAX_UNDO = 200
# Bytes of labels that only the steps to undo hold; the latest step stays whatever it takes.
MAX_UNDO_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class _Change:
    """A named step of the undo stack, the document on its other side and its lineage."""

    name: str
    document: Document
    lineage: int


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """A step that can be undone, or one that was undone and can be made again.

    Parameters
    ----------
    name : str
        What it did, in plain words.
    is_undone : bool
        Whether redo would make it again.
    """

    name: str
    is_undone: bool


class Session:
    """Holds one :class:`Document` and its history.

    Undo and redo are stacks of frozen documents; what documents share (image
    arrays above all) is held once.
    """

    def __init__(self, document: Document | None = None) -> None:
        self._document = document or Document()
        self._saved = self._document
        self._lineage = self._saved_lineage = self._last_lineage = 0
        self._undo: list[_Change] = []
        self._redo: list[_Change] = []
        self._merge = ""
        self._observers: list[Callable[[Document, Document], None]] = []

    @property
    def document(self) -> Document:
        """The current document."""
        return self._document

    @property
    def dirty(self) -> bool:
        """Whether the document differs from what was last saved or loaded."""
        return self._document is not self._saved

    @property
    def lineage(self) -> int:
        """Number that all states of one document share, over every undo and redo; another document has another."""
        return self._lineage

    @property
    def undo_name(self) -> str | None:
        """Name of the change that :meth:`undo` takes back; ``None`` where there is none."""
        return self._undo[-1].name if self._undo else None

    @property
    def redo_name(self) -> str | None:
        """Name of the change that :meth:`redo` makes again; ``None`` where there is none."""
        return self._redo[-1].name if self._redo else None

    def subscribe(self, observer: Callable[[Document, Document], None]) -> Callable[[], None]:
        """Call ``observer(new, old)`` after each change; returns the unsubscriber."""
        self._observers.append(observer)

        def unsubscribe() -> None:
            if observer in self._observers:
                self._observers.remove(observer)

        return unsubscribe

    def apply(self, name: str, document: Document, *, undoable: bool = True, merge: str = "",
              starts_over: bool = False) -> None:
        """Make ``document`` the current one.

        Parameters
        ----------
        name : str
            What the change does, as it follows "Undo:": ``"change α_X 0.750 → 0.450 µm⁻¹"``.
        document : Document
            The whole new document.
        undoable : bool
            ``False`` for what arrives by itself, such as a job's result: it
            then holds in every undone and redone document too, up to a step
            that starts over.
        merge : str
            Changes in a row with the same key count as one step of undo, such
            as the many positions of one dragged slider; :meth:`seal` ends the row.
        starts_over : bool
            Whether the new document is not the old one changed but another
            one: what later arrives by itself belongs to it alone.
        """
        if document is self._document:
            return
        if not undoable:
            self._change_all_times(document)
        else:
            if not (merge and merge == self._merge and self._undo):
                self._undo.append(_Change(name[:1].lower() + name[1:], self._document, self._lineage))
                del self._undo[:-MAX_UNDO]
                if document.images is not self._document.images:
                    self._drop_heavy(document)
            self._merge = merge
            self._redo.clear()
            if starts_over:
                self._begin_lineage()
        self._show(document)

    def seal(self) -> None:
        """End a row of merged changes, as when a slider is let go."""
        self._merge = ""

    def undo(self) -> None:
        """Take the last change back; nothing happens where there is none."""
        self._move(self._undo, self._redo)

    def redo(self) -> None:
        """Make the last undone change again; nothing happens where there is none."""
        self._move(self._redo, self._undo)

    def history(self) -> tuple[HistoryStep, ...]:
        """Return the steps to undo, oldest first, and after them those to redo."""
        return (*(HistoryStep(change.name, is_undone=False) for change in self._undo),
                *(HistoryStep(change.name, is_undone=True) for change in reversed(self._redo)))

    def go_to(self, done: int) -> None:
        """Undo or redo until ``done`` steps of :meth:`history` hold; observers hear each one."""
        while len(self._undo) > max(done, 0):
            self.undo()
        while len(self._undo) < done and self._redo:
            self.redo()

    def replace_all(self, document: Document, *, saved: bool) -> None:
        """Start over with ``document`` and an empty history."""
        self._undo.clear()
        self._redo.clear()
        self._merge = ""
        self._begin_lineage()
        if saved:
            self._saved, self._saved_lineage = document, self._lineage
        self._show(document)

    def save(self, path: Path) -> None:
        """Write the document to a project file, all or nothing.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        from morphstudio.app.project_contents import write_project

        written = self._document
        write_project(path, replace(written, path=path, name=path.stem))
        self.mark_saved(path, written)

    def mark_saved(self, path: Path, written: Document, lineage: int | None = None) -> None:
        """Note that ``written`` now lies in the project file ``path``.

        Changes made while it was being written leave the session dirty.

        Parameters
        ----------
        path : Path
            The file.
        written : Document
            What was written.
        lineage : int, optional
            Its :attr:`lineage`; default: that of the present document. Where
            another document was opened meanwhile, that one is left alone, and
            what was saved is known to be when undo comes back to it.
        """
        if lineage is not None and lineage != self._lineage:
            self._mark_other_saved(path, written, lineage)
            return
        was_current = written is self._document
        current = replace(self._document, path=path, name=path.stem)
        self._change_all_times(current)
        self._saved, self._saved_lineage = current if was_current else written, self._lineage
        self._show(current)

    def load(self, path: Path) -> None:
        """Open a project file; the session stays as it is where that fails.

        Raises
        ------
        InputError
            Not a readable project file.
        """
        from morphstudio.app.project_contents import read_project

        self.replace_all(replace(read_project(path), path=path, name=path.stem), saved=True)

    @property
    def unsaved_runs(self) -> tuple[RunEntry, ...]:
        """Calibrations that surely no project file knows: those that go when changes are discarded."""
        if self._document.path is not None and self._saved.path is None:
            return ()  # recovered: what its project file holds is not known here
        saved = set() if self._document.path is None else {run.id for run in self._saved.runs}
        return tuple(run for run in self._document.runs if run.id not in saved)

    def recover(self, recoverable: Recoverable) -> None:
        """Open what an earlier session saved by itself before it was cut off; counts as unsaved.

        Raises
        ------
        InputError
            The autosaved file cannot be read.
        """
        from morphstudio.app.project_contents import read_project

        self.replace_all(read_project(recoverable.path), saved=False)

    def _drop_heavy(self, document: Document) -> None:
        """Forget the oldest steps while they alone hold more images than memory should."""
        held = {id(entry.image.labels) for entry in document.images}
        room = MAX_UNDO_BYTES
        for number, change in enumerate(reversed(self._undo)):
            fresh = [entry.image.labels for entry in change.document.images if id(entry.image.labels) not in held]
            room -= sum(labels.nbytes for labels in fresh)
            held |= {id(labels) for labels in fresh}
            if room < 0 and number > 0:
                del self._undo[:len(self._undo) - number]
                return

    def _begin_lineage(self) -> None:
        self._last_lineage += 1
        self._lineage = self._last_lineage

    def _move(self, source: list[_Change], target: list[_Change]) -> None:
        if source:
            change = source.pop()
            target.append(_Change(change.name, self._document, self._lineage))
            self._merge = ""
            self._lineage = change.lineage
            self._show(change.document)

    def _mark_other_saved(self, path: Path, written: Document, lineage: int) -> None:
        """Write the place of a document that is no longer the present one into the history, where it is there."""
        for stack in (self._undo, self._redo):
            for at, change in enumerate(stack):
                if change.lineage == lineage:
                    named = replace(change.document, path=path, name=path.stem)
                    stack[at] = replace(change, document=named)
                    if change.document is written and self._saved_lineage != self._lineage:
                        self._saved, self._saved_lineage = named, lineage

    def _change_all_times(self, document: Document) -> None:
        """Write the fields that ``document`` changes into the history, as far as it is of the same document."""
        changed = {f.name: getattr(document, f.name) for f in fields(Document)
                   if f.name != "runs" and getattr(document, f.name) is not getattr(self._document, f.name)}
        for stack in (self._undo, self._redo):
            stack[:] = [replace(c, document=self._with_changed_runs(replace(c.document, **changed), document))
                        if c.lineage == self._lineage else c for c in stack]

    def _with_changed_runs(self, past: Document, document: Document) -> Document:
        """Return ``past`` with the runs that ``document`` changes; its others may be what undo brings back."""
        if document.runs is self._document.runs:
            return past
        before = {run.id: run for run in self._document.runs}
        theirs = {run.id: run.images for run in past.runs}
        for run in document.runs:
            if before.get(run.id) is not run:
                # Positions count the images of their own document.
                past = past.with_run(replace(run, images=theirs[run.id]) if run.id in theirs else run)
        gone = before.keys() - {run.id for run in document.runs}
        return replace(past, runs=tuple(run for run in past.runs if run.id not in gone)) if gone else past

    def _show(self, document: Document) -> None:
        old, self._document = self._document, document
        for observer in tuple(self._observers):
            observer(document, old)
