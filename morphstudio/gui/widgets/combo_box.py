"""A list to choose from, which the mouse wheel changes only where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

PADDING = 10  # of the list, as the style sheet has it


class ComboBox(QComboBox):
    """Without the focus, the wheel goes to what scrolls around the box; the open list shows its entries whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the choice only with the focus here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def showPopup(self) -> None:
        """Open the list wide enough for its longest entry, and at its top where all entries fit."""
        view = self.view()
        view.setMinimumWidth(view.sizeHintForColumn(0) + 2 * view.frameWidth() + PADDING)
        super().showPopup()
        if self.count() <= self.maxVisibleItems():
            view.scrollToTop()
