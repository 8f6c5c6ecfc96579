"""A one-line hint for the first time on a step; once closed it stays away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

HEIGHT = 38  # with the gap below it
_PREFIX = "hint."


class Hint(QFrame):
    """A strip with a sentence and a cross.

    Parameters
    ----------
    context : AppContext
        For theme and settings.
    key : str
        What it is remembered under.
    text : str
        The sentence.

    Signals
    -------
    closed_or_back :
        It was closed, or is wanted again.
    """

    closed_or_back = Signal()

    def __init__(self, context: AppContext, key: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._key = context, f"{_PREFIX}{key}"
        self.setProperty("role", "hint")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(context, "lightbulb", "accent", 16))
        self.text = ElidedLabel(text)
        row.addWidget(self.text, 1)
        self.close_button = IconButton(context, "x", "Do not show this again", self._dismiss)
        row.addWidget(self.close_button)
        context.settings.changed.connect(self._on_settings)
        self._was = self.wanted

    @property
    def wanted(self) -> bool:
        """Whether it was not closed yet."""
        return bool(self._context.settings.value.options.get(self._key, True))

    def _on_settings(self) -> None:
        if self.wanted != self._was:
            self._was = self.wanted
            self.closed_or_back.emit()

    def _dismiss(self) -> None:
        settings = self._context.settings
        settings.change(options={**settings.value.options, self._key: False})


def hints_closed(context: AppContext) -> int:
    """Return how many hints were closed."""
    return sum(key.startswith(_PREFIX) and not value for key, value in context.settings.value.options.items())


def show_all_hints(context: AppContext) -> None:
    """Bring every closed hint back."""
    kept = {key: value for key, value in context.settings.value.options.items() if not key.startswith(_PREFIX)}
    context.settings.change(options=kept)
