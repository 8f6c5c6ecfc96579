"""What can be laid over a section and dragged there: a box, a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QKeyEvent, QPainter

    from morphstudio.gui.widgets.section_view import SectionView


class SectionTool(Protocol):
    """Gets paint, mouse and key events of one section view before the view itself.

    Points are in pixels of the view; ``view.to_length`` and ``view.to_screen``
    change between them and lengths on the section.
    """

    def paint(self, painter: QPainter, view: SectionView) -> None:
        """Draw over the section."""

    def press(self, view: SectionView, point: QPointF) -> bool:
        """Take hold of something; ``False`` leaves the press to the view."""

    def drag(self, view: SectionView, point: QPointF, *, straight: bool) -> None:
        """Move what is held; ``straight`` is the Shift key."""

    def release(self, view: SectionView) -> None:
        """Let go."""

    def cursor(self, view: SectionView, point: QPointF) -> Qt.CursorShape | None:
        """Return the cursor over ``point``; ``None`` leaves it to the view."""

    def key(self, view: SectionView, event: QKeyEvent) -> bool:
        """Answer a key; ``False`` leaves it to the view."""
