"""Messages in place: an error beside its field, a coloured remark in a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.labels import IconLabel, text_label
from morphstudio.gui.widgets.layouts import layout_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from morphstudio.gui.context import AppContext

_ICONS = {"error": ("warning-circle", "error"), "warn": ("warning", "warn"), "ok": ("check-circle", "ok"),
          "info": ("info", "text2"), "locked": ("lock-simple", "text2"), "branch": ("git-branch", "text2")}

_QUIET = ("info", "locked", "branch")
_LEAST_TEXT = 320  # pixels that a text keeps beside its actions
_GAP = 10


class InlineError(QWidget):
    """One line under a field: what is wrong, and a remedy to click."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._remedy_action: Callable[[], object] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._icon = IconLabel(context, "warning-circle", "error", 14)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self.text = text_label("", "errorText", wrap=True)
        row.addWidget(self.text, 1)
        self.remedy = Button(context, "", "link", clicked=self._mend)
        row.addWidget(self.remedy, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_problem(self, text: str, remedy: str = "", action: Callable[[], object] | None = None) -> None:
        """Say what is wrong; an empty text hides the line."""
        self.text.setText(text)
        self._remedy_action = action
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        # A remedy is taller than one line, which then lies in the middle.
        side = Qt.AlignmentFlag.AlignVCenter if remedy else Qt.AlignmentFlag.AlignTop
        layout_of(self).setAlignment(self._icon, side)
        self.setVisible(bool(text))

    def clear(self) -> None:
        """Hide the line."""
        self.show_problem("")

    def _mend(self) -> None:
        if self._remedy_action is not None:
            self._remedy_action()


class Remark(QFrame):
    """A tinted box: bold first sentence, then the reasons.

    ``state`` is ``"ok"``, ``"warn"``, ``"error"``, ``"info"``, ``"locked"`` or ``"branch"``.
    """

    def __init__(self, context: AppContext, state: str = "info", title: str = "", text: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 10, 12, 10)
        row.setSpacing(_GAP)
        self._actions: tuple[QWidget, ...] = ()
        self._flow = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._flow.setSpacing(4)
        self._icon = IconLabel(context, *_ICONS[state])
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        self.title = text_label("", "strong", wrap=True)
        self.text = text_label("", "body", wrap=True)
        self._column.addWidget(self.title)
        self._column.addWidget(self.text)
        self._flow.addLayout(self._column, 1)
        row.addLayout(self._flow, 1)
        self.show_remark(state, title, text)

    def show_remark(self, state: str, title: str, text: str = "") -> None:
        """Change what the box says."""
        self._icon.set_icon(*_ICONS[state])
        set_state(self, role="inset" if state in _QUIET else state)
        set_state(self.title, role={"ok": "okText", "warn": "warnText", "error": "errorText"}.get(state, "strong")
                  if text else "body", heading="true" if text else "false")
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.text.setText(text)
        self.text.setVisible(bool(text))

    def add_actions(self, actions: Sequence[QWidget]) -> None:
        """Put what can be done at the right of the text where there is room, else under it."""
        self._actions = tuple(actions)
        line = QHBoxLayout()
        line.setSpacing(_GAP)
        for action in actions:
            line.addWidget(action)
        line.addStretch(1)
        self._flow.addLayout(line)

    def show_actions(self, shown: Sequence[QWidget]) -> None:
        """Show these of the actions."""
        for action in self._actions:
            action.setVisible(action in shown)
        self._place_actions()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the actions where there is room for them."""
        super().resizeEvent(event)
        self._place_actions()

    def _place_actions(self) -> None:
        shown = [action for action in self._actions if not action.isHidden()]
        margins = layout_of(self).contentsMargins()
        taken = margins.left() + margins.right() + self._icon.sizeHint().width() + _GAP
        left = self.width() - taken - sum(action.sizeHint().width() + _GAP for action in shown)
        directions = QBoxLayout.Direction
        self._flow.setDirection(directions.LeftToRight if left >= _LEAST_TEXT else directions.TopToBottom)

    def add_widget(self, widget: QWidget) -> None:
        """Put a control under the text."""
        # Aligned: a narrow button would otherwise hold the whole column to its width.
        self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignLeft)
