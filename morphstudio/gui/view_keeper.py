"""How the window shows a project: gathered when it is saved, put back when it is opened.

View state is no part of the document's history: looking from another side
neither counts as a change nor is undone.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from morphstudio.app.document import ViewState

logger = logging.getLogger(__name__)


class Viewed(Protocol):
    """A part of the window that can say how it is seen and be put back to it."""

    def view_state(self) -> dict[str, Any]:
        """Return what is needed to show the same again: numbers, text, lists and dicts of these."""

    def restore_view(self, state: dict[str, Any]) -> None:
        """Show what :meth:`view_state` described, now or as soon as there is something to show.

        Entries may be missing or from another version: each counts for itself.
        """


class ViewKeeper:
    """Knows the parts by name. A part that is built later gets its state when it registers."""

    def __init__(self) -> None:
        self._parts: dict[str, Viewed] = {}
        self._waiting: ViewState = {}

    def register(self, name: str, part: Viewed) -> None:
        """Keep the view of ``part``, e.g. under ``"explore.section"``; names last across versions."""
        self._parts[name] = part
        if name in self._waiting:
            self._restore(name, self._waiting.pop(name))

    def gather(self) -> ViewState:
        """Return how everything is seen now; parts not yet built as they were."""
        seen = dict(self._waiting)
        for name, part in self._parts.items():
            try:
                seen[name] = part.view_state()
            except Exception:
                # How it is seen is not worth the work that is being saved.
                logger.exception("The view of %s is not kept.", name)
        return seen

    def restore(self, view: ViewState) -> None:
        """Show everything as ``view`` says; what it does not speak of stays as it is."""
        self._waiting = {name: state for name, state in view.items() if name not in self._parts}
        for name in self._parts:
            if name in view:
                self._restore(name, view[name])

    def forget(self) -> None:
        """Drop what waits for parts that are not built: it belonged to another document."""
        self._waiting = {}

    def _restore(self, name: str, state: Any) -> None:
        try:
            self._parts[name].restore_view(dict(state))
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
            # A project opens whatever its view says; the work in it does not depend on that.
            logger.warning("The view %r could not be put back.", name, exc_info=True)
