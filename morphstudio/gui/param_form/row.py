"""One parameter: symbol, name, change dot, value with unit; below it the slider."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import field_names
from morphstudio.gui.param_form.scale import SliderScale
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.param_form.symbol import SymbolLabel
from morphstudio.gui.param_form.value_field import ValueField
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.units import number, short_number
from morphstudio.gui.widgets.explanation import explain, of_param
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.controller import ThemeController
    from morphstudio.gui.units import UnitController

SYMBOL_WIDTH = 26
FIELD_WIDTH = 126  # holds "4.50 × 10⁻⁴ nm⁻¹"
LOW_WIDTH, HIGH_WIDTH = 46, 50  # hold "5 × 10⁻⁵" and "0.02  log"
_POWERS = {"1/um": -1, "um": 1}
_NEAR = 1e-9
_DOUBT_SIZE = 14


def power_of(param: Param) -> int:
    """Return the power of length in the parameter's unit, 0 for plain numbers."""
    return _POWERS.get(param.unit, 0)


def shown_unit(param: Param, units: UnitController) -> str:
    """Return the unit that the parameter is shown in; empty for plain numbers."""
    power = power_of(param)
    return units.unit_text(power) if power else ""


def value_text(param: Param, value: float, units: UnitController) -> str:
    """Return the value in the unit shown, without the unit."""
    shown = units.convert(value, power_of(param)) if power_of(param) else value
    return number(shown)


def plain_name(param: Param, phases: Sequence[str]) -> str:
    """Return what a parameter is, as plain text can say it: ``"detail of squared fields (am)"``."""
    field, _, what = param.title.partition(": ")
    words = f"{what} of {field}" if what else field
    phase_of = dict(zip(field_names(len(phases)), phases, strict=False))
    return f"{words.lower()} ({phase_of[param.group]})" if param.group else words.lower()


def change_text(old: ExcursionSet, new: ExcursionSet, name: str, units: UnitController) -> str:
    """Return what a change of one parameter is called: ``"change correlation 0.98 → 0.95"``."""
    param = next(p for p in new.table if p.name == name)
    before, after = (value_text(param, model.values()[name], units) for model in (old, new))
    return f"change {plain_name(param, new.phases)} {before} → {after} {shown_unit(param, units)}".strip()


def wrapping_policy() -> QSizePolicy:
    """Return the size policy of a text that takes the width there is and the height it then needs."""
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    return policy


def param_tip(param: Param) -> str:
    """Return the tooltip: what it does, its formula, its source."""
    return of_param(param).tip()


class ChangeDot(QWidget):
    """A small accent dot where a value differs from the compared one."""

    def __init__(self, theme: ThemeController, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._on = False
        self.setFixedSize(8, 14)
        theme.changed.connect(self.update)

    def set_on(self, on: bool, tip: str = "") -> None:
        """Show or hide the dot; the tooltip tells the compared value."""
        self._on = on
        self.setToolTip(tip if on else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot."""
        if not self._on:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.accent))
        painter.drawEllipse(1, 4, 6, 6)
        painter.end()


class DoubtMark(IconLabel):
    """A small ⚠ where the image hardly determines a parameter; its tooltip says why."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(context, "warning", "warn", _DOUBT_SIZE, parent)
        self.hide()

    def set_reason(self, reason: str) -> None:
        """Show why; an empty text hides it."""
        self.setToolTip(reason)
        self.setAccessibleName(reason)
        self.setVisible(bool(reason))


class ParameterRow(QWidget):
    """A row generated from one line of the parameter table.

    Parameters
    ----------
    param : Param
    context : AppContext
    name : str
        What it is called under a heading; default: its whole title.
    parent : QWidget, optional
        Qt parent.

    Signals
    -------
    moving : str, float
        Name and value, in stored units, on every move of the slider.
    settled : str
        The value stays: the slider was let go or a number entered.
    """

    moving = Signal(str, float)
    settled = Signal(str)

    def __init__(self, param: Param, context: AppContext, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param, self._name = param, name or param.title
        self._units = context.units
        self._scale = SliderScale.of(param)
        self._value = param.default
        self._compared: float | None = None
        self._build(context)
        self._wire()
        context.units.changed.connect(self._show)
        self._show()

    @property
    def value(self) -> float:
        """The value shown, in stored units."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show ``value`` (stored unit), stretching the slider to hold it."""
        scale = self._scale if self.slider.isSliderDown() else self._scale.reaching(value)
        if value == self._value and scale == self._scale and not self.error.isVisibleTo(self):
            return  # a slider that moves sets every row
        self._value, self._scale = value, scale
        self._clear_error()
        self._show()

    def set_compared(self, value: float | None) -> None:
        """Put the triangle at ``value``, stretching the slider to hold it; ``None`` takes it away."""
        self._compared = value
        # While the handle is held, a scale that changes under it would move the value.
        if not self.slider.isSliderDown():
            self._scale = SliderScale.of(self.param).reaching(value, self._value)
        self._show()

    def set_note(self, text: str) -> None:
        """Say something under the slider; an empty text takes no room."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        self.slider.setAccessibleDescription(". ".join(filter(None, (self.param.description.rstrip("."), text))))

    @property
    def is_changed(self) -> bool:
        """Whether the value differs from the compared one."""
        return self._compared is not None and not math.isclose(self._value, self._compared, rel_tol=_NEAR,
                                                               abs_tol=_NEAR)

    def _build(self, context: AppContext) -> None:
        self.symbol = SymbolLabel(self.param.symbol)
        self.name_label = text_label(self._name, wrap=True)
        # It wraps in the room it gets, and asks for none of its own.
        self.name_label.setSizePolicy(wrapping_policy())
        self.dot, self.doubt = ChangeDot(context.theme), DoubtMark(context)
        self.field = ValueField()
        self.field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.field.setFixedWidth(FIELD_WIDTH)
        self.slider = ThinSlider(context.theme, self._scale.ticks())
        self.low, self.high = (ElidedLabel("", "caption") for _ in range(2))
        for label, width in ((self.low, LOW_WIDTH), (self.high, HIGH_WIDTH)):
            # An elided label asks for no room of its own; here it has a column.
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            label.setFixedWidth(width)
        self.low.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.error = QLabel()
        self.error.setProperty("role", "errorText")
        self.error.setWordWrap(True)
        self.error.hide()
        self.note = text_label("", "caption", wrap=True)
        self.note.hide()
        self._place()
        explain(self, of_param(self.param))
        tip = param_tip(self.param)
        for widget in (self.symbol, self.name_label, self.slider, self.field):
            widget.setToolTip(tip)
            widget.setAccessibleName(self.param.title)
            widget.setAccessibleDescription(self.param.description)

    def _place(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        name = QVBoxLayout()
        name.setSpacing(0)
        name.addWidget(self.name_label)
        if self.param.hint:
            name.addWidget(ElidedLabel(self.param.hint, "caption"))
        track = QHBoxLayout()
        track.setSpacing(4)
        for widget in (self.low, self.slider, self.high):
            track.addWidget(widget)
        grid.addWidget(self.symbol, 0, 0)
        grid.addLayout(name, 0, 1)
        marks = QHBoxLayout()
        marks.setSpacing(2)
        marks.addWidget(self.doubt)
        marks.addWidget(self.dot)
        grid.addLayout(marks, 0, 2)
        grid.addWidget(self.field, 0, 3)
        grid.addLayout(track, 1, 0, 1, 4)
        grid.addWidget(self.error, 2, 1, 1, 3)
        grid.addWidget(self.note, 3, 1, 1, 3)
        grid.setColumnMinimumWidth(0, SYMBOL_WIDTH)
        grid.setColumnStretch(1, 1)

    def _wire(self) -> None:
        self.slider.dragged.connect(self._on_dragged)
        self.slider.settled.connect(lambda: self.settled.emit(self.param.name))
        self.slider.reset_asked.connect(self._on_reset)
        self.field.entered.connect(self._on_entered)
        self.field.stepped.connect(self._on_stepped)

    def _on_dragged(self, position: int) -> None:
        value = self._scale.value(position / STEPS)
        if self.param.scale == "sign" and value == 0:
            value = -self._value
        self._move(value)

    def _on_stepped(self, steps: int) -> None:
        position = self._scale.position(self._value) + steps * 0.005
        value = self._value + steps if self._scale.whole else self._scale.value(position)
        if self.param.scale == "sign":
            value = float(math.copysign(1, steps))
        self._take(self.param.clamped(value))  # a step ends at the limit; only what is typed can be beyond it

    def _on_entered(self, shown: float) -> None:
        power = power_of(self.param)
        self._take(self._units.to_um(shown, power) if power else shown)

    def _on_reset(self) -> None:
        if self._compared is not None:
            self._take(self._compared)

    def _take(self, value: float) -> None:
        """Accept a value given at once, or say beside the field why not."""
        try:
            self.param.check(value)
        except InputError as error:
            self._show_error(error, value)
            return
        self._move(value)
        self.settled.emit(self.param.name)

    def _move(self, value: float) -> None:
        self._value = value
        self._clear_error()
        self._show()
        self.moving.emit(self.param.name, value)

    def _show_error(self, error: InputError, value: float) -> None:
        low, high = (value_text(self.param, v, self._units) for v in self.param.domain)
        unit = shown_unit(self.param, self._units)
        limit = f"Above {high} {unit}" if value > self.param.domain[1] else f"Below {low} {unit}"
        outside = not self.param.domain[0] <= value <= self.param.domain[1]
        self.error.setText(f"{limit.strip()}, the limit." if outside else error.message)
        self.error.show()
        set_state(self.field, state="error")

    def _clear_error(self) -> None:
        if self.error.isVisibleTo(self):
            self.error.hide()
            set_state(self.field, state="")

    def _show(self) -> None:
        power = power_of(self.param)
        factor = self._units.factor(power) if power else 1.0
        self.field.show_unit(shown_unit(self.param, self._units))
        self.field.show_value(self._value * factor)
        self.slider.setValue(round(self._scale.position(self._value) * STEPS))
        mark = None if self._compared is None else round(self._scale.position(self._compared) * STEPS)
        self.slider.set_mark(mark)
        low, high = self._scale.low, self._scale.high
        self.low.setText(short_number(low * factor, 3))
        self.high.setText(short_number(high * factor, 3) + ("  log" if self._scale.logarithmic else ""))
        self.dot.set_on(self.is_changed, self._compared_text())

    def _compared_text(self) -> str:
        if self._compared is None:
            return ""
        value, unit = value_text(self.param, self._compared, self._units), shown_unit(self.param, self._units)
        return f"Calibrated: {value} {unit}".rstrip() + ". Double-click the slider to return there."
