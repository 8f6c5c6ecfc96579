"""Which method calibrates, with which preset, and how long that takes at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.app.training_time import TERM_SECONDS, forecast_training
from morphstudio.core.calibration.simulated.settings import PRESETS, SimulatedSettings, preset
from morphstudio.core.calibration.simulated.table import (
    EXACT,
    METHOD_TABLE,
    PRESET_WORDS,
    changed_constants,
    constants_of,
    method_of,
    preset_of,
)
from morphstudio.core.errors import InputError
from morphstudio.gui.panels.calibrate.constants import ConstantsForm
from morphstudio.gui.units import NO_BREAK_SPACE
from morphstudio.gui.widgets.buttons import Button, Segmented
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label

if TYPE_CHECKING:
    from morphstudio.core.calibration.records import ExactSettings
    from morphstudio.core.phases import PhaseImage
    from morphstudio.gui.context import AppContext

_NAMED = 2  # changed constants that a line names
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


class MethodChoice(QWidget):
    """Method, preset and forecast; the constants stand in ``constants``, to be placed elsewhere.

    Signals
    -------
    changed :
        Method, preset or a constant is another one.
    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.method = ComboBox()
        self.method.setAccessibleName("Method")
        self.method.setToolTip("How the model is fitted: to exact two-point functions, or by simulation as published")
        for key, told in METHOD_TABLE.items():
            self.method.addItem(told.title, key)
        self.about = text_label("", "muted", wrap=True)
        self.preset = Segmented([(name, name.capitalize()) for name in PRESETS], PRESETS[0], "Preset")
        self.preset_about = text_label("", "muted", wrap=True)
        self.forecast = text_label("", "second", wrap=True)
        self.back = Button(context, "Back to the preset", "link", clicked=self._take_preset, flush=True)
        self.constants = ConstantsForm(context)
        self.simulated = QWidget()
        self._lay_out()
        self.problem: InputError | None = None  # with the constants as they stand
        self._settings = preset(PRESETS[0])  # the preset chosen, of the method chosen last among those by simulation
        self.constants.show_values(self._settings)
        self.method.currentIndexChanged.connect(self._on_method)
        self.preset.chosen.connect(lambda _: self._take_preset())
        self.constants.changed.connect(self._on_constant)
        self._show()

    @property
    def key(self) -> str:
        """Key of the method chosen."""
        return str(self.method.currentData())

    @property
    def is_simulated(self) -> bool:
        """Whether the method is one by simulation."""
        return self.key != EXACT

    def settings(self, **common: Any) -> SimulatedSettings:
        """Return the settings of the method by simulation.

        Raises
        ------
        InputError
            A constant that cannot be used, or not beside the others.
        """
        return preset(self.preset.current, self._settings.method, **self.constants.values(), **common)

    def show_settings(self, settings: ExactSettings | SimulatedSettings) -> None:
        """Show method, preset and constants of a run."""
        self.method.blockSignals(True)
        self.method.setCurrentIndex(self.method.findData(method_of(settings)))
        self.method.blockSignals(False)
        if isinstance(settings, SimulatedSettings):
            name = preset_of(settings)
            self.preset.set_current(name)
            self._settings = preset(name, settings.method)
            self.constants.show_values(settings)
        self._show()

    def show_forecast(self, images: tuple[PhaseImage, ...], settings: SimulatedSettings | None, pace: float) -> None:
        """Say how long a run takes at most and whether memory suffices; ``None`` where settings cannot be used."""
        if settings is None or not images or len(images[0].phases) not in TERM_SECONDS:
            self.forecast.setVisible(False)
            return
        known = forecast_training(images, settings, pace)
        assert known.seconds is not None
        text = f"At most about {rough_duration(known.seconds)} on this computer, less where it ends earlier."
        if not known.fits:
            text += f" It needs {known.bytes_needed / 1e9:.1f}{NO_BREAK_SPACE}GB of memory: more than is free."
        self.forecast.setText(text)
        self.forecast.setVisible(True)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.method)
        column.addWidget(self.about)
        inner = QVBoxLayout(self.simulated)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(text_label("Preset", "second"), 1)
        row.addWidget(self.preset)
        inner.addLayout(row)
        for widget in (self.preset_about, self.back, self.forecast):
            inner.addWidget(widget)
        column.addWidget(self.simulated)

    def _on_method(self) -> None:
        """Take the preset's constants for another method; those that were changed stay changed."""
        if self.is_simulated:
            before, values = self._settings, self.constants.values()
            matter = {constant.name for constant in constants_of(self.key)}
            kept = {name: value for name, value in values.items()
                    if name in matter and value != getattr(before, name)}
            self._settings = preset(self.preset.current, self.key)  # type: ignore[arg-type]
            self.constants.show_values(self._settings)
            self.constants.restore(kept)
        self._show()
        self.changed.emit()

    def _take_preset(self) -> None:
        self._settings = preset(self.preset.current, self._settings.method)
        self.constants.show_values(self._settings)
        self._show()
        self.changed.emit()

    def _on_constant(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        """Say what is chosen, and which constants depart from the preset."""
        told = METHOD_TABLE[self.key]
        self.about.setText(told.words)
        self.about.setToolTip(told.reference)
        self.simulated.setVisible(self.is_simulated)
        problem: InputError | None = None
        changed: list[str] = []
        try:
            constants = changed_constants(self.settings(), self._settings)
            changed = [f"{constant.title[:1].lower()}{constant.title[1:]}" for constant in constants]
        except InputError as error:
            problem = error
        self.constants.show_problem(problem)
        self.problem = problem
        words = PRESET_WORDS[self.preset.current]
        if problem is not None:
            words += " A constant cannot be used: see Advanced."
        if changed:
            more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
            words += f" Changed: {', '.join(changed[:_NAMED])}{more}."
        self.preset_about.setText(words)
        self.back.setVisible(bool(changed) or problem is not None)


def rough_duration(seconds: float) -> str:
    """Return a duration as a forecast knows it: ``"1 min"``, ``"40 min"``, ``"3 h"``, ``"12 days"``."""
    if seconds < 1.5 * _HOUR:
        return f"{max(round(seconds / _MINUTE), 1)}{NO_BREAK_SPACE}min"
    if seconds < 2 * _DAY:
        return f"{round(seconds / _HOUR)}{NO_BREAK_SPACE}h"
    return f"{round(seconds / _DAY)}{NO_BREAK_SPACE}days"
