"""A threshold and the volume fraction it makes: one linked row, either can be edited."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel

from morphstudio.core.errors import InputError
from morphstudio.gui.param_form.row import HIGH_WIDTH, LOW_WIDTH, SYMBOL_WIDTH, ChangeDot, DoubtMark, param_tip
from morphstudio.gui.param_form.slider import STEPS, ThinSlider
from morphstudio.gui.param_form.symbol import SymbolLabel, symbol_html
from morphstudio.gui.param_form.value_field import ValueField
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.units import NARROW_SPACE, number
from morphstudio.gui.widgets.explanation import explain, of_param
from morphstudio.gui.widgets.labels import IconLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from morphstudio.core.parameters import Param
    from morphstudio.gui.context import AppContext

_FINE = 0.005
LEAST = 0.002
LONGEST_SUBSCRIPT = 6
_MARGIN, _SYMBOL_ROOM = 8, 34


class LinkedRow(QFrame):
    """Threshold field, volume fraction field, and a slider over the fraction.

    The row computes neither: it asks for a fraction by ``fraction_moving`` and
    is told thresholds and fractions by whoever computes.

    Signals
    -------
    moving : str, float
        Another threshold was entered: name, value.
    fraction_moving : int, float
        Another fraction is wanted: phase position in the model, value.
    settled : str
        The value stays; name of the threshold.
    """

    moving = Signal(str, float)
    fraction_moving = Signal(int, float)
    settled = Signal(str)

    def __init__(self, param: Param, phase: str, position: int, context: AppContext,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param, self._phase, self._position = param, phase, position
        self._value = param.default
        self._fraction: float | None = None
        self._compared: tuple[float | None, float | None] = (None, None)
        self.setProperty("role", "inset")
        self._build(context)
        self._wire()
        self._show()

    @property
    def value(self) -> float:
        """The threshold shown."""
        return self._value

    @property
    def fraction(self) -> float | None:
        """The volume fraction shown; ``None`` until it is known."""
        return self._fraction

    @property
    def is_changed(self) -> bool:
        """Whether the threshold differs from the compared one."""
        was = self._compared[0]
        return was is not None and not math.isclose(was, self._value, abs_tol=1e-9)

    def set_value(self, value: float) -> None:
        """Show a threshold."""
        if value == self._value and not self.error.isVisibleTo(self):
            return  # a slider that moves sets every row
        self._value = value
        self._clear_error()
        self._show()

    def set_fraction(self, fraction: float | None) -> None:
        """Show the volume fraction that the threshold makes."""
        self._fraction = fraction
        self._show(slider=not self.slider.isSliderDown())

    def set_compared(self, threshold: float | None, fraction: float | None = None) -> None:
        """Mark the compared threshold and its fraction."""
        self._compared = (threshold, fraction)
        self._show(slider=not self.slider.isSliderDown())

    def _build(self, context: AppContext) -> None:
        self.symbol = SymbolLabel(self.param.symbol)
        # The heading names the phase; a long name as subscript would widen the whole card.
        self.fraction_symbol = SymbolLabel(f"ε_{self._phase}" if len(self._phase) <= LONGEST_SUBSCRIPT else "ε")
        self.field = ValueField(decimals=3)
        self.fraction_field = ValueField(decimals=4)
        self.slider = ThinSlider(context.theme, (0.0, 0.25, 0.5, 0.75, 1.0))
        self.dot, self.doubt = ChangeDot(context.theme), DoubtMark(context)
        self.error = QLabel()
        self.error.setProperty("role", "errorText")
        self.error.setWordWrap(True)
        self.error.hide()
        explain(self, of_param(self.param))
        tip = param_tip(self.param)
        fraction_tip = f"Volume fraction of {self._phase}. Setting it finds the threshold exactly."
        for widget, text in ((self.symbol, tip), (self.field, tip), (self.slider, fraction_tip),
                             (self.fraction_field, fraction_tip), (self.fraction_symbol, fraction_tip)):
            widget.setToolTip(text)
        self.field.setAccessibleName(f"{self.param.title}, {self._phase}")
        self.fraction_field.setAccessibleName(f"Volume fraction, {self._phase}")
        self.slider.setAccessibleName(f"Volume fraction, {self._phase}")
        self._place(context)

    def _place(self, context: AppContext) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(_MARGIN, 4, _MARGIN, 2)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        link = IconLabel(context, "link", "accent", 14)
        link.setToolTip("Threshold and volume fraction move together.")
        # The slider's ends are those of the fraction, not of the threshold over it.
        ends = [f"{symbol_html('ε')}{NARROW_SPACE}={NARROW_SPACE}{end}" for end in (0, 1)]
        captions = [QLabel(text) for text in (self.param.title, "Volume fraction", *ends)]
        self.low, self.high = captions[2:]
        for caption in captions:
            caption.setProperty("role", "caption")
        title = QHBoxLayout()
        title.setSpacing(4)
        title.addWidget(captions[0])
        title.addWidget(self.doubt)
        title.addStretch(1)
        grid.addLayout(title, 0, 1)
        grid.addWidget(self.dot, 0, 2)
        grid.addWidget(captions[1], 0, 4, 1, 2)
        grid.addWidget(self.symbol, 1, 0)
        grid.addWidget(self.field, 1, 1)
        grid.addWidget(link, 1, 2, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(self.fraction_symbol, 1, 3, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.fraction_field, 1, 4, 1, 2)
        track = QHBoxLayout()
        track.setSpacing(4)
        for widget in (captions[2], self.slider, captions[3]):
            track.addWidget(widget)
        # The slider stands under those of the rows above.
        captions[2].setFixedWidth(LOW_WIDTH - _MARGIN)
        captions[3].setFixedWidth(HIGH_WIDTH - _MARGIN)
        captions[2].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(track, 2, 0, 1, 6)
        grid.addWidget(self.error, 3, 1, 1, 5)
        grid.setColumnMinimumWidth(0, SYMBOL_WIDTH)
        grid.setColumnMinimumWidth(3, _SYMBOL_ROOM)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)

    def _wire(self) -> None:
        self.slider.dragged.connect(lambda at: self._want(at / STEPS))
        self.slider.settled.connect(lambda: self.settled.emit(self.param.name))
        self.slider.reset_asked.connect(self._on_reset)
        self.field.entered.connect(self._on_threshold)
        self.field.stepped.connect(
            lambda n: self._on_threshold(self.param.clamped(round(self._value, 3) + 0.01 * n)))
        self.fraction_field.entered.connect(self._on_fraction)
        self.fraction_field.stepped.connect(self._on_fraction_step)

    def _on_reset(self) -> None:
        if self._compared[0] is not None:
            self._on_threshold(self._compared[0])

    def _on_threshold(self, value: float) -> None:
        try:
            self.param.check(value)
        except InputError as error:
            self._show_error(self.field, f"{error.message}")
            return
        self.set_value(value)
        self.moving.emit(self.param.name, value)
        self.settled.emit(self.param.name)

    def _on_fraction(self, fraction: float) -> None:
        if not 0 < fraction < 1:
            self._show_error(self.fraction_field, "A volume fraction is between 0 and 1.")
            return
        self._want(fraction)
        self.settled.emit(self.param.name)

    def _on_fraction_step(self, steps: int) -> None:
        if self._fraction is not None:
            self._on_fraction(min(max(round(self._fraction, 4) + _FINE * steps, LEAST), 1 - LEAST))

    def _want(self, fraction: float) -> None:
        self._clear_error()
        wanted = min(max(fraction, LEAST), 1 - LEAST)
        self._fraction = wanted
        self._show(slider=False)
        self.fraction_moving.emit(self._position, wanted)

    def _show_error(self, field: ValueField, text: str) -> None:
        self.error.setText(text)
        self.error.show()
        set_state(field, state="error")

    def _clear_error(self) -> None:
        if self.error.isVisibleTo(self):
            self.error.hide()
            set_state(self.field, state="")
            set_state(self.fraction_field, state="")

    def _show(self, *, slider: bool = True) -> None:
        self.field.show_value(self._value)
        self.fraction_field.setEnabled(self._fraction is not None)
        self.slider.setEnabled(self._fraction is not None)
        if self._fraction is not None:
            self.fraction_field.show_value(self._fraction)
            if slider:
                self.slider.setValue(round(self._fraction * STEPS))
        else:
            self.fraction_field.show_nothing()
        threshold, fraction = self._compared
        self.slider.set_mark(None if fraction is None else round(fraction * STEPS))
        was = "" if threshold is None else f"Calibrated: {number(threshold)}. Double-click the slider to return there."
        self.dot.set_on(self.is_changed, was)
