"""A number with its unit: typed in the unit shown, kept in the stored one."""

from __future__ import annotations

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QWidget

from morphstudio.gui.units import MINUS, number, plain_text
from morphstudio.gui.widgets.spin_box import inset_text

_LARGEST = 1e12


class ValueField(QDoubleSpinBox):
    """A field for one number, shown with three significant figures or fixed decimals.

    Signals
    -------
    entered : float
        The user typed another value, in the unit shown.
    stepped : int
        The user asked for steps up (positive) or down, by arrow, wheel or key.
    """

    entered = Signal(float)
    stepped = Signal(int)

    def __init__(self, digits: int = 3, decimals: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inset_text(self)
        self._digits, self._fixed = digits, decimals
        self.setDecimals(12)
        self.setRange(-_LARGEST, _LARGEST)
        self.setSpecialValueText("–")
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # The widest admissible text would be far wider than any number shown.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(78)
        # The line edit's own mark is gone by the time that editing is said to be finished.
        self._typed = False
        self.lineEdit().textEdited.connect(self._on_typed)
        self.editingFinished.connect(self._on_finished)

    def show_value(self, value: float) -> None:
        """Show ``value`` without telling anybody; what is being typed stays."""
        if self.hasFocus() and self._typed:
            return
        self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(False)

    def show_nothing(self) -> None:
        """Show a dash: the number is not known yet."""
        self.show_value(self.minimum())

    def show_unit(self, unit: str) -> None:
        """Write ``unit`` behind the number."""
        self.setSuffix(f" {unit}" if unit else "")

    def sizeHint(self) -> QSize:
        """Return room for the numbers that occur, not for the widest admissible one."""
        return QSize(92, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the least that shows four figures."""
        return QSize(78, super().minimumSizeHint().height())

    def textFromValue(self, value: float) -> str:
        """Write the number as people read it."""
        if self._fixed is not None:
            return f"{value:.{self._fixed}f}".replace("-", MINUS)
        return number(value, self._digits)

    def valueFromText(self, text: str) -> float:
        """Read what was typed: comma or point, hyphen or minus."""
        parsed = self._parse(text)
        return self.value() if parsed is None else parsed

    def validate(self, text: str, position: int) -> object:
        """Let anything be typed; only numbers are taken."""
        state = QValidator.State.Intermediate if self._parse(text) is None else QValidator.State.Acceptable
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """Leave the size of a step to the row, which knows the scale."""
        self.stepped.emit(steps)

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to the scroll area."""
        event.ignore()  # type: ignore[attr-defined]

    def _parse(self, text: str) -> float | None:
        try:
            value = float(plain_text(text.removesuffix(self.suffix())))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def _on_typed(self) -> None:
        self._typed = True

    def _on_finished(self) -> None:
        if self._typed:
            self._typed = False
            self.entered.emit(self.value())
