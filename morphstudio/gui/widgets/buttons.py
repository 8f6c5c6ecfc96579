"""Buttons: primary, secondary, quiet, link, icon, and rows of choices."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from morphstudio.gui.theme.controller import BESIDE_TEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtGui import QFocusEvent, QPaintEvent

    from morphstudio.gui.context import AppContext

Kind = Literal["primary", "secondary", "header", "quiet", "link", "warn"]
RING = 3  # pixels around a button that the style sheet keeps free for the focus ring


class Button(QPushButton):
    """A push button with a focus ring outside its edge.

    Parameters
    ----------
    context : AppContext
        For the theme.
    text : str
        What it does, as a verb.
    kind : Kind
        ``"primary"`` once per view; ``"secondary"`` on panels, ``"header"`` on
        the grey ground; ``"quiet"`` for what may be overlooked; ``"link"``;
        ``"warn"`` for a doubt that a click follows up.
    icon : str
        Phosphor name, or empty.
    clicked : callable, optional
        Called without arguments.
    flush : bool
        Whether its left edge lines up with the text above it.
    """

    def __init__(self, context: AppContext, text: str, kind: Kind = "secondary", icon: str = "",
                 clicked: Callable[[], object] | None = None, *, flush: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._context = context
        self._by_keyboard = False
        self.setProperty("kind", kind)
        self.setProperty("flush", "true" if flush else "false")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == "link" else Qt.CursorShape.ArrowCursor)
        if icon:
            colours = {"primary": "on_fill", "link": "accent", "warn": "warn"}
            context.theme.bind_icon(self, icon, colours.get(kind, "text2"))
            self.setIconSize(BESIDE_TEXT)
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
                                               Qt.FocusReason.ShortcutFocusReason)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self._by_keyboard:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(QColor(self._context.theme.tokens.accent), 2))
                if self.property("kind") == "link":
                    # A link's text begins at its edge, where a ring would run through it.
                    below = self.rect().center().y() + self.fontMetrics().height() / 2 + 2
                    painter.drawLine(QPointF(0, below), QPointF(self.width() - RING, below))
                else:
                    painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)


class IconButton(QToolButton):
    """A small button that is an icon only; its tooltip and accessible name say what it does."""

    def __init__(self, context: AppContext, icon: str, tip: str, clicked: Callable[[], object] | None = None,
                 *, checkable: bool = False, colour: str = "text2", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setIconSize(QSize(16, 16))
        self.setFixedSize(24, 24)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        context.theme.bind_icon(self, icon, colour)
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())

    def set_icon(self, icon: str, tip: str, colour: str = "text2") -> None:
        """Show another icon with another meaning."""
        self._context.theme.bind_icon(self, icon, colour)
        self.setToolTip(tip)
        self.setAccessibleName(tip)


class Segmented(QFrame):
    """A row of choices of which exactly one holds."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], current: str, name: str,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segmented")
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, text in choices:
            button = QPushButton(text)
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {text}")
            button.setChecked(key == current)
            button.clicked.connect(lambda _=False, k=key: self.chosen.emit(k))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)

    @property
    def current(self) -> str:
        """Key of the choice that holds."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Make a choice without telling anybody."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QPushButton:
        """Return the button of one choice."""
        return self._buttons[key]


@contextmanager
def focus_handed_on(buttons: Sequence[QWidget]) -> Iterator[None]:
    """While actions come and go, give the focus of one that goes to the last that is left: the main one."""
    holder = next((button for button in buttons if button.hasFocus()), None)
    yield
    if holder is not None and (holder.isHidden() or not holder.isEnabled()):
        heir = next((b for b in reversed(buttons) if not b.isHidden() and b.isEnabled()), None)
        if heir is not None:
            heir.setFocus()
