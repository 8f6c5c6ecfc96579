"""The constants of the methods by simulation as fields, from their table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.core.calibration.simulated.settings import limits
from morphstudio.core.calibration.simulated.table import CONSTANTS
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.messages import InlineError
from morphstudio.gui.widgets.number_field import NumberField, parse_number
from morphstudio.gui.widgets.spin_box import SpinBox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.calibration.simulated.settings import SimulatedSettings
    from morphstudio.core.calibration.simulated.table import Constant
    from morphstudio.core.errors import InputError
    from morphstudio.gui.context import AppContext

FIELD_WIDTH, WIDE_FIELD = 104, 148
_MOST = 2**31 - 1


class ConstantsForm(QWidget):
    """A line for each constant that matters for the method, under headings.

    Signals
    -------
    changed :
        Some constant is another one.
    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.fields: dict[str, QWidget] = {}
        self.lines: dict[str, QWidget] = {}
        self._heads: dict[str, QWidget] = {}
        self._errors: dict[str, InlineError] = {}
        for constant in CONSTANTS:
            if constant.group not in self._heads:
                self._heads[constant.group] = head = text_label(constant.group, "caption")
                self._column.addWidget(head)
            self._errors[constant.name] = InlineError(context)
            self.lines[constant.name] = self._line(constant)
            self._column.addWidget(self.lines[constant.name])
            self._column.addWidget(self._errors[constant.name])

    def show_values(self, settings: SimulatedSettings) -> None:
        """Show the constants of settings, those that matter for their method."""
        self._quiet = True
        for constant in CONSTANTS:
            matters = settings.method in constant.methods
            self.lines[constant.name].setVisible(matters)
            self._show(constant, getattr(settings, constant.name))
        for group, head in self._heads.items():
            head.setVisible(any(settings.method in c.methods for c in CONSTANTS if c.group == group))
        self._quiet = False

    def restore(self, values: Mapping[str, Any]) -> None:
        """Show single constants in place of those shown."""
        self._quiet = True
        for constant in CONSTANTS:
            if constant.name in values:
                self._show(constant, values[constant.name])
        self._quiet = False

    def values(self) -> dict[str, Any]:
        """Return each constant as it stands in its field, usable or not; text where it is no number."""
        return {constant.name: self._value(constant) for constant in CONSTANTS}

    def show_problem(self, problem: InputError | None) -> None:
        """Mark the field that cannot be used, and say why under it; ``None`` where all can."""
        for constant in CONSTANTS:
            is_this = problem is not None and problem.field == constant.name
            self._errors[constant.name].show_problem(
                _said(problem, constant) if problem is not None and is_this else "")
            set_state(self.fields[constant.name], state="error" if is_this else "")

    def _line(self, constant: Constant) -> QWidget:
        """Return title and field beside each other."""
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        field = self._field(constant)
        self.fields[constant.name] = field
        # What is called alike in two groups is told apart by those who do not see them.
        field.setAccessibleName(f"{constant.group}: {constant.title}")
        label = None if constant.kind == "yes" else text_label(constant.title, "second")
        for widget in filter(None, (label, field)):
            widget.setToolTip(constant.tip)
        if label is not None:
            row.addWidget(label, 1)
        row.addWidget(field)
        return holder

    def _field(self, constant: Constant) -> QWidget:
        kind = constant.kind
        if kind == "yes":
            box = QCheckBox(constant.title)
            box.toggled.connect(self._tell)
            return box
        if kind == "choice":
            choice = ComboBox()
            for key, words in constant.choices.items():
                choice.addItem(words, key)
            choice.setFixedWidth(WIDE_FIELD)
            choice.currentIndexChanged.connect(self._tell)
            return choice
        if kind == "whole":
            low, high = limits(constant.name)
            number = SpinBox()
            number.setRange(int(low), min(int(high), _MOST))
            number.setFixedWidth(FIELD_WIDTH)
            number.valueChanged.connect(self._tell)
            return number
        line = NumberField() if kind in ("real", "maybe") else QLineEdit()
        line.setPlaceholderText(constant.unset)
        line.setAlignment(Qt.AlignmentFlag.AlignLeft)
        line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        line.setFixedWidth(FIELD_WIDTH if kind != "list" else WIDE_FIELD)
        line.textChanged.connect(self._tell)
        return line

    def _show(self, constant: Constant, value: Any) -> None:
        field = self.fields[constant.name]
        if isinstance(field, QCheckBox):
            field.setChecked(bool(value))
        elif isinstance(field, ComboBox):
            field.setCurrentIndex(field.findData(value))
        elif isinstance(field, SpinBox):
            field.setValue(int(value))
        elif isinstance(field, NumberField) and not isinstance(value, str):
            field.setModified(False)
            field.show_value(value)
        elif isinstance(field, QLineEdit):
            field.setText(value if isinstance(value, str) else ", ".join(map(str, value)))

    def _value(self, constant: Constant) -> Any:
        field = self.fields[constant.name]
        if isinstance(field, QCheckBox):
            return field.isChecked()
        if isinstance(field, ComboBox):
            return field.currentData()
        if isinstance(field, SpinBox):
            return field.value()
        assert isinstance(field, QLineEdit)
        text = field.text().strip()
        if constant.kind == "list":
            parts = [part.strip() for part in text.split(",") if part.strip()]
            return tuple(int(part) if part.isdecimal() else part for part in parts)
        if not text and constant.unset:
            return None
        number = parse_number(text)
        return text if number is None else number

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()


def _said(problem: InputError, constant: Constant) -> str:
    """Return what is wrong, with the constant called as its line calls it."""
    return f"{problem.message.replace(constant.name, constant.title)} {problem.hint}".strip()
