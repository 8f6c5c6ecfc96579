"""Number boxes with their text clear of the edge."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QSpinBox, QWidget

TEXT_INSET = 6


def inset_text(field: QAbstractSpinBox) -> None:
    """Move a box's text in: the style sheet's padding does not reach it once the arrows are styled."""
    field.lineEdit().setTextMargins(TEXT_INSET, 0, 0, 0)


class SpinBox(QSpinBox):
    """A box for whole numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inset_text(self)
