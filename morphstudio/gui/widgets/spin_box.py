"""Number boxes with their text clear of the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

TEXT_INSET = 6


def inset_text(field: QAbstractSpinBox) -> None:
    """Move a box's text in: the style sheet's padding does not reach it once the arrows are styled."""
    field.lineEdit().setTextMargins(TEXT_INSET, 0, 0, 0)


class SpinBox(QSpinBox):
    """A box for whole numbers; without the focus, the wheel goes to what scrolls around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inset_text(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Change the number only with the focus here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
