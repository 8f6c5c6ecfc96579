"""The problems of this sitting: one row each, details folded, with a report to copy."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

KEPT, DETAILS_HEIGHT = 50, 120


class ErrorRow(QWidget):
    """Time, what happened, what to do; details on demand."""

    def __init__(self, context: AppContext, error: InputError | str, details: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._time = datetime.now().astimezone()
        self.message = error.message if isinstance(error, InputError) else error
        hint = error.hint if isinstance(error, InputError) else ""
        self._hint = hint
        self.details = QPlainTextEdit(details.strip(), readOnly=True)
        self.details.setProperty("role", "code")
        self.details.setAccessibleName(f"Details: {self.message}")
        self.details.setTabChangesFocus(True)
        self.details.setFixedHeight(DETAILS_HEIGHT)
        self.details.hide()
        self.fold = Button(context, "Details", "quiet", "caret-right", self._toggle)
        self.fold.setVisible(bool(details.strip()))
        self.copy = Button(context, "Copy report", "link", clicked=self._copy)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconLabel(context, "warning-circle", "error", 16))
        row.addWidget(text_label(f"{self._time:%H:%M}", "muted"))
        row.addWidget(ElidedLabel(" ".join(filter(None, (self.message, hint)))), 1)
        row.addWidget(self.fold)
        row.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 0, 8, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.details)

    def report(self) -> str:
        """Return everything about the problem as text."""
        parts = (f"{self._time:%Y-%m-%d %H:%M:%S}  {self.message}", self._hint, self.details.toPlainText())
        return "\n".join(filter(None, parts))

    def _toggle(self) -> None:
        shown = self.details.isHidden()
        self.details.setVisible(shown)
        self._context.theme.bind_icon(self.fold, "caret-down" if shown else "caret-right")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report())
        self.copy.setText("Copied")


class ErrorList(QScrollArea):
    """All of them, the latest on top."""

    count_changed = Signal(int)

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.rows: list[ErrorRow] = []
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._nothing = text_label("No problems so far.", "muted")
        self._nothing.setContentsMargins(12, 6, 12, 6)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        self.setWidget(content)

    def add_error(self, error: InputError | str, details: str = "") -> None:
        """Put a problem on top."""
        row = ErrorRow(self._context, error, details)
        self.rows.insert(0, row)
        self._column.insertWidget(0, row)
        for old in self.rows[KEPT:]:
            old.deleteLater()
        del self.rows[KEPT:]
        self._nothing.hide()
        self.count_changed.emit(len(self.rows))
