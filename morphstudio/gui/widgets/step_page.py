"""The frame of a step's page: what it works with, or what it shows while it has nothing to work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QStackedLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from morphstudio.gui.context import AppContext


class StepPage(QWidget):
    """A page that can stand empty.

    Besides, a page has ``inspector``, ``header_actions`` and ``subtitle()``,
    which the window puts around it.

    Parameters
    ----------
    context : AppContext
        Session, engines, theme and units.
    parent : QWidget, optional
        Qt parent.
    """

    title: ClassVar[str] = ""
    inspector: Any  # each page's own widget
    header_actions: Sequence[QWidget]

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._frame = QStackedLayout(self)
        self._frame.setContentsMargins(0, 0, 0, 0)

    def subtitle(self) -> str:
        """Return the line beside the step's title."""
        return ""

    def fill_frame(self, empty: QWidget, content: QWidget) -> None:
        """Take over the two things there are to show; ``empty`` is shown first."""
        self._frame.addWidget(empty)
        self._frame.addWidget(content)

    def set_empty(self, empty: bool) -> None:
        """Show the empty state, or the content."""
        self._frame.setCurrentIndex(0 if empty else 1)
