"""The small panel that F1 opens: formula and reference of the control in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.param_form.formula import formula_html
from morphstudio.gui.param_form.symbol import SymbolLabel
from morphstudio.gui.theme.fonts import symbol_font
from morphstudio.gui.widgets.buttons import IconButton
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.panel import Inspector

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.explanation import Explanation

WIDTH, FORMULA_SIZE, GAP = 380, 15, 6


class ExplainPanel(QFrame):
    """Title, meaning, formula, convention, reference; Esc or a click elsewhere closes it."""

    def __init__(self, context: AppContext, explanation: Explanation, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.setAccessibleName(f"About {explanation.title}")
        self.explanation = explanation
        self.setFixedWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 14)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(8)
        if explanation.symbol:
            head.addWidget(SymbolLabel(explanation.symbol))
        head.addWidget(text_label(explanation.title, "card"), 1)
        self.copy_button = IconButton(context, "copy", "Copy this text", self._copy)
        head.addWidget(self.copy_button)
        head.addWidget(IconButton(context, "x", "Close (Esc)", self.close))
        column.addLayout(head)
        for text, role in ((explanation.text, "body"), (explanation.formula, "formula"),
                           (explanation.convention, "second"), (explanation.reference, "muted")):
            if text:
                column.addWidget(self._part(text, role))

    def open_beside(self, widget: QWidget) -> None:
        """Show it where it hides neither ``widget`` nor its neighbours.

        That is left of an inspector's control; else below the widget, or above
        where there is no room. It stays inside the window.
        """
        self.ensurePolished()
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # the height of wrapped texts depends on their font
        self.setFixedHeight(self.layout().heightForWidth(WIDTH))
        window = widget.window()
        room = QRect(window.mapToGlobal(QPoint(0, 0)), window.size()) & widget.screen().availableGeometry()
        inspector = _inspector_of(widget)
        if inspector is not None:
            at = QPoint(inspector.mapToGlobal(QPoint(0, 0)).x() - self.width() - GAP,
                        widget.mapToGlobal(QPoint(0, 0)).y())
        else:
            at = widget.mapToGlobal(QPoint(0, widget.height() + GAP))
            if at.y() + self.height() > room.bottom():
                at.setY(widget.mapToGlobal(QPoint(0, 0)).y() - self.height() - GAP)
        at.setX(max(min(at.x(), room.right() - self.width() - GAP), room.left()))
        at.setY(max(min(at.y(), room.bottom() - self.height() - GAP), room.top()))
        self.move(at)
        self.show()

    def _part(self, text: str, role: str) -> QWidget:
        label = text_label(text, "body" if role == "formula" else role, wrap=True, selectable=True)
        label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if "<" in text and "</" in text:
            label.setTextFormat(Qt.TextFormat.RichText)
        if role == "formula":
            label.setText(formula_html(text))
            label.setTextFormat(Qt.TextFormat.RichText)
            label.setFont(symbol_font(FORMULA_SIZE, upright=True))
            label.setProperty("role", "formula")
        return label

    def _copy(self) -> None:
        parts = self.explanation
        lines = (parts.title, parts.text, parts.formula, parts.convention, parts.reference)
        QGuiApplication.clipboard().setText("\n".join(filter(None, lines)))
        self.copy_button.set_icon("check", "Copied", "ok")


def _inspector_of(widget: QWidget | None) -> Inspector | None:
    while widget is not None and not isinstance(widget, Inspector):
        widget = widget.parentWidget()
    return widget
