"""What went wrong, why, and what to do; details folded and ready to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from morphstudio.core.errors import InputError
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import IconLabel, text_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QShowEvent

    from morphstudio.gui.context import AppContext

LINE_HEIGHT, MAX_DETAILS = 15, 220
DEFECT_HINT = ("This is a defect in MorphStudio, not in your data. Your work is still open: save it, then copy the "
               "details into a report.")


class ErrorDialog(QDialog):
    """One problem.

    Parameters
    ----------
    context : AppContext
        For the theme.
    error : InputError or str
        An expected problem with its remedy, or one sentence about an
        unexpected one.
    details : str
        Trace or the like, folded away.
    title : str
        What happened, in a few words; default: the first sentence.
    remedy, action : str, callable, optional
        A main button besides Close, e.g. "Open another…".
    """

    def __init__(self, context: AppContext, error: InputError | str, details: str = "", title: str = "",
                 remedy: str = "", action: Callable[[], object] | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._action = action
        message, hint = (error.message, error.hint) if isinstance(error, InputError) else (error, DEFECT_HINT)
        self.setWindowTitle("MorphStudio")
        self.setMinimumWidth(480)
        self.setMaximumWidth(600)
        self.headline = text_label(title or message, "title", wrap=True)
        self.message = text_label(message if title else "", wrap=True, selectable=True)
        self.hint = text_label(hint, "second", wrap=True, selectable=True)
        self.details = QPlainTextEdit(self._details_text(error, details), readOnly=True)
        self._build(remedy)

    def _details_text(self, error: InputError | str, details: str) -> str:
        first = f"{type(error).__name__}: {error.field}" if isinstance(error, InputError) else ""
        return "\n".join(part for part in (first, details.strip()) if part)

    def _build(self, remedy: str) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(24, 24, 24, 16)
        top.setSpacing(16)
        top.addWidget(IconLabel(self._context, "warning-circle", "error", 28), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.headline)
        if self.message.text():
            column.addWidget(self.message)
        if self.hint.text():
            column.addSpacing(4)
            column.addWidget(text_label("What you can do", "strong"))
            column.addWidget(self.hint)
        self._add_details(column)
        column.addStretch(1)
        top.addLayout(column, 1)
        outer.addLayout(top, 1)
        outer.addWidget(self._footer(remedy))

    def _add_details(self, column: QVBoxLayout) -> None:
        self.details.setProperty("role", "code")
        lines = self.details.toPlainText().count("\n") + 1
        self.details.setFixedHeight(min(lines * LINE_HEIGHT + 16, MAX_DETAILS))
        self.details.setVisible(False)
        if not self.details.toPlainText():
            return
        row = QHBoxLayout()
        self.fold = Button(self._context, "Details", "link", "caret-right", self._toggle_details, flush=True)
        self.copy = Button(self._context, "Copy", "link", clicked=self._copy)
        row.setContentsMargins(0, 4, 0, 0)
        row.addWidget(self.fold)
        row.addStretch(1)
        row.addWidget(self.copy)
        column.addLayout(row)
        column.addWidget(self.details)

    def _footer(self, remedy: str) -> QFrame:
        footer = QFrame()
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(24, 9, 21, 9)
        row.setSpacing(6)
        row.addStretch(1)
        self.close_button = Button(self._context, "Close", "secondary" if remedy else "primary", clicked=self.reject)
        row.addWidget(self.close_button)
        self.remedy_button = Button(self._context, remedy, "primary", clicked=self._mend)
        self.remedy_button.setVisible(bool(remedy))
        row.addWidget(self.remedy_button)
        (self.remedy_button if remedy else self.close_button).setDefault(True)
        return footer

    def showEvent(self, event: QShowEvent) -> None:
        """Be as tall as the texts, now that their fonts are known."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Be as tall as the texts at this width: Qt guesses the height of wrapped lines from a narrower one."""
        self.adjustSize()
        self.resize(self.width(), self.layout().totalHeightForWidth(self.width()))

    def _toggle_details(self) -> None:
        shown = self.details.isHidden()
        self.details.setVisible(shown)
        self._context.theme.bind_icon(self.fold, "caret-down" if shown else "caret-right", "accent")
        self._fit()

    def _copy(self) -> None:
        parts = (self.headline.text(), self.message.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))
        self.copy.setText("Copied")

    def _mend(self) -> None:
        self.accept()
        if self._action is not None:
            self._action()
