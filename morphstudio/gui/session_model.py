"""The session as Qt sees it: one signal per kind of change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from morphstudio.app.garbage import give_back
from morphstudio.gui.undo_steps import steps_of_change

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.app.document import Document, ImageEntry
    from morphstudio.app.session import HistoryStep, Session

GIVE_BACK_MS = 2000


class SessionModel(QObject):
    """Turns the session's one callback into signals that pages connect to.

    Pages read ``document`` and change it with :meth:`apply`; they never keep a
    copy of it.
    """

    changed = Signal(object, object)  # new document, old document
    images_changed = Signal()
    active_changed = Signal()
    model_changed = Signal()
    runs_changed = Signal()
    variants_changed = Signal()
    measurements_changed = Signal()
    history_changed = Signal()
    stepped = Signal(str, object)  # "Undo: …" or "Redo: …" after a step back or forth, and the steps that show it

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._unsubscribe = session.subscribe(self._on_change)
        # When pages have let go of what they showed of images that are closed.
        self._give_back = QTimer(self, singleShot=True, interval=GIVE_BACK_MS)
        self._give_back.timeout.connect(give_back)

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self.session.document

    @property
    def active_image(self) -> ImageEntry | None:
        """The image in front, or ``None`` where none is open."""
        return self.document.active_image

    @property
    def dirty(self) -> bool:
        """Whether there are changes that no project file holds."""
        return self.session.dirty

    @property
    def undo_name(self) -> str | None:
        """What undo would take back."""
        return self.session.undo_name

    @property
    def redo_name(self) -> str | None:
        """What redo would bring back."""
        return self.session.redo_name

    def apply(self, name: str, document: Document, *, undoable: bool = True, merge: str = "",
              starts_over: bool = False) -> None:
        """Make ``document`` the current one; ``name`` is what undo will call it.

        Changes in a row with the same ``merge`` are one step of undo, until
        :meth:`seal`. What arrives by itself later does not go back beyond a
        change that ``starts_over`` with another document.
        """
        self.session.apply(name, document, undoable=undoable, merge=merge, starts_over=starts_over)

    def seal(self) -> None:
        """End a row of merged changes, as when a slider is let go."""
        self.session.seal()

    def undo(self) -> None:
        """Take the last change back."""
        name, before = self.session.undo_name, self.document
        self.session.undo()
        if name is not None:
            self._tell_step(f"Undo: {name}", before)

    def redo(self) -> None:
        """Bring the last change taken back again."""
        name, before = self.session.redo_name, self.document
        self.session.redo()
        if name is not None:
            self._tell_step(f"Redo: {name}", before)

    def history(self) -> tuple[HistoryStep, ...]:
        """Return the steps to undo, oldest first, and after them those to redo."""
        return self.session.history()

    def go_to(self, done: int) -> None:
        """Undo or redo until ``done`` steps of the history hold."""
        steps, before = self.session.history(), len([s for s in self.session.history() if not s.is_undone])
        document = self.document
        self.session.go_to(done)
        count = abs(done - before)
        if count == 1:
            name = steps[min(done, before)].name
            self._tell_step(f"{'Undo' if done < before else 'Redo'}: {name}", document)
        elif count:
            self._tell_step(f"{'Undo' if done < before else 'Redo'}: {count} steps", document)

    def _tell_step(self, text: str, before: Document) -> None:
        self.stepped.emit(text, steps_of_change(self.document, before))

    @property
    def lineage(self) -> int:
        """Number that all states of one document share; another document has another."""
        return self.session.lineage

    def mark_saved(self, path: Path, written: Document, lineage: int) -> None:
        """Note that ``written``, of the document with this lineage, now lies in the project file ``path``."""
        self.session.mark_saved(path, written, lineage)

    def replace_all(self, document: Document, *, saved: bool) -> None:
        """Start over with ``document`` and an empty history."""
        self.session.replace_all(document, saved=saved)

    def close(self) -> None:
        """Stop listening to the session."""
        self._unsubscribe()

    def _on_change(self, new: Document, old: Document) -> None:
        watched = (
            (self.images_changed, new.images is not old.images),
            (self.active_changed, new.active != old.active or new.images is not old.images),
            (self.model_changed, new.model != old.model or new.calibrated != old.calibrated
             or new.seed != old.seed or new.voxel_size_um != old.voxel_size_um),
            (self.runs_changed, new.runs is not old.runs),
            (self.variants_changed, new.variants is not old.variants),
            (self.measurements_changed, new.measurements is not old.measurements),
        )
        if new.images is not old.images and old.images:
            self._give_back.start()
        for signal, is_changed in watched:
            if is_changed:
                signal.emit()
        self.changed.emit(new, old)
        self.history_changed.emit()
