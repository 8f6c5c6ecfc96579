"""A field for one number: point or comma, error in place, arrows step it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.units import MINUS, plain_text
from morphstudio.io.images.units import split_unit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


def parse_number(text: str) -> float | None:
    """Return the number that ``text`` spells, or ``None``; takes comma, true minus and thin spaces."""
    try:
        value = float(plain_text(text))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


class NumberField(QLineEdit):
    """Emits ``edited`` with the number when a person has finished entering one.

    Parameters
    ----------
    above : float
        Numbers must be larger than this.
    digits : int
        Significant figures shown.

    Attributes
    ----------
    unit_um : float or None
        For a length: how many µm one of the field's unit is. A unit typed
        behind the number is then understood, whatever the field's own.
    """

    edited = Signal(float)

    def __init__(self, above: float = -math.inf, digits: int = 6, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._above = above
        self._digits = digits
        self.unit_um: float | None = None
        self.textEdited.connect(lambda _: self._mark())
        self.editingFinished.connect(self._finish)
        self._shown = ""

    @property
    def value(self) -> float | None:
        """The number in the field; ``None`` where it is none, or not above the limit."""
        value = self._number()
        return value if value is not None and value > self._above else None

    @property
    def problem(self) -> str:
        """What is wrong with the entry; empty when nothing, or nothing entered."""
        if self.value is not None or not self.text().strip():
            return ""
        return "Not a number." if self._number() is None else f"Must be above {self._above:g}."

    def show_value(self, value: float | None) -> None:
        """Show ``value`` unless a person is at it; ``None`` empties the field."""
        text = "" if value is None else f"{value:.{self._digits}g}".replace("-", MINUS)
        self._shown = text
        if not (self.hasFocus() and self.isModified()):
            self.setText(text)
        self._mark()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(self._shown)
            self._mark()
        else:
            super().keyPressEvent(event)

    def _number(self) -> float | None:
        """Return the number in the field's unit."""
        if self.unit_um is None:
            return parse_number(self.text())
        text, typed_um = split_unit(self.text())
        value = parse_number(text)
        return value if value is None or typed_um is None else value / (self.unit_um / typed_um)

    def _mark(self) -> None:
        set_state(self, state="error" if self.problem else "")

    def _finish(self) -> None:
        if self.isModified() and self.value is not None:
            self.setModified(False)
            self.edited.emit(self.value)
