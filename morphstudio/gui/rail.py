"""The workflow rail on the left: one entry per step, with its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.gui.commands import command
from morphstudio.gui.steps import STEPS, calibrated_words, standing, why_disabled
from morphstudio.gui.theme.fonts import body_font
from morphstudio.gui.theme.tokens import METRICS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.steps import Step

ENTRY_HEIGHT = 58
FRAME_MS = 90
_BADGES = {"done": ("check-circle", "ok"), "doubtful": ("warning", "warn")}


class RailEntry(QAbstractButton):
    """One step: icon, name, and a badge for done, doubtful or running.

    An entry that cannot be entered yet looks disabled and says why, as
    tooltip and, when it is clicked, by ``refused``.
    """

    refused = Signal(str)
    entered = Signal()

    def __init__(self, context: AppContext, title: str, icon: str, shortcut: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._icon = icon
        self._shortcut = shortcut
        self._reason = ""
        self._badge, self._meaning = "", ""
        self._turn = 0
        self._clock = QTimer(self, interval=FRAME_MS)
        self._clock.timeout.connect(self._turn_badge)
        self.setText(title)
        self.setCheckable(True)
        self.setFixedHeight(ENTRY_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_click)
        self.set_reason("")

    @property
    def reason(self) -> str:
        """Why the step cannot be entered; empty when it can."""
        return self._reason

    @property
    def badge(self) -> str:
        """``"done"``, ``"doubtful"``, ``"running"`` or ``""``."""
        return self._badge

    def set_reason(self, reason: str) -> None:
        """Say why the step cannot be entered yet; empty opens it."""
        self._reason = reason
        self._tell()

    def _tell(self) -> None:
        whole = f"{self.text()} ({self._shortcut})" if self._shortcut else self.text()
        self.setToolTip(self._reason or (f"{whole}: {self._meaning}" if self._meaning else whole))
        words = self._reason or self._meaning
        self.setAccessibleName(f"{self.text()}: {words}" if words else self.text())
        self.update()

    def set_badge(self, badge: str, meaning: str = "") -> None:
        """Show ``"done"``, ``"doubtful"``, ``"running"`` or nothing; ``meaning`` says it in words."""
        if meaning != self._meaning:
            self._meaning = meaning
            self._tell()
        if badge != self._badge:
            self._badge = badge
            (self._clock.start if badge == "running" else self._clock.stop)()
            self.update()

    def nextCheckState(self) -> None:
        # The window decides which step is current.
        return

    def sizeHint(self) -> QSize:
        return QSize(METRICS.rail_width, ENTRY_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._context.theme.tokens
        box = QRectF((self.width() - 44) / 2, 5, 44, 28)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.fillRect(QRectF(0, 5, 3, ENTRY_HEIGHT - 13), QColor(tokens.accent))
        if self.isChecked() or (self.underMouse() and not self._reason):
            painter.setBrush(QColor(tokens.tint if self.isChecked() else tokens.hover))
            painter.drawRoundedRect(box, 6, 6)
        colour = "accent" if self.isChecked() else "disabled" if self._reason else "text2"
        pixmap = self._context.theme.pixmap(self._icon, colour, 20)
        painter.drawPixmap(QRectF(box.center().x() - 10, box.center().y() - 10, 20, 20), pixmap,
                           QRectF(pixmap.rect()))
        painter.setFont(body_font(METRICS.caption, weight=_weight(self.isChecked())))
        painter.setPen(QColor(getattr(tokens, colour)))
        painter.drawText(QRectF(0, 35, self.width(), 16), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._badge:
            self._paint_badge(painter, QRectF(box.right() - 13, box.top() - 1, 13, 13))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 1, -4, -4), 6, 6)

    def _paint_badge(self, painter: QPainter, box: QRectF) -> None:
        tokens = self._context.theme.tokens
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.rail))
        painter.drawEllipse(box)
        if self._badge in _BADGES:
            pixmap = self._context.theme.pixmap(*_BADGES[self._badge], 13)
            painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))
            return
        ring = box.adjusted(2, 2, -2, -2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.line), 2))
        painter.drawEllipse(ring)
        painter.setPen(QPen(QColor(tokens.accent), 2))
        painter.drawArc(ring, -self._turn * 30 * 16, 110 * 16)

    def _turn_badge(self) -> None:
        self._turn = (self._turn + 1) % 12
        self.update()

    def _on_click(self) -> None:
        if self._reason:
            self.refused.emit(self._reason)
        else:
            self.entered.emit()


def _weight(strong: bool) -> QFont.Weight:
    return QFont.Weight.DemiBold if strong else QFont.Weight.Normal


class Rail(QFrame):
    """The steps in their order; ``chosen`` carries the key of the one clicked."""

    chosen = Signal(str)
    refused = Signal(str)
    settings_asked = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("rail")
        self.setFixedWidth(METRICS.rail_width)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        self._entries: dict[str, RailEntry] = {}
        for step in STEPS:
            column.addWidget(self._add(step, command(step.key).keys))
        column.addStretch(1)
        self.settings = RailEntry(context, "Settings", "gear-six", command("settings").keys)
        self.settings.entered.connect(self.settings_asked)
        column.addWidget(self.settings)
        context.session.changed.connect(lambda *_: self.refresh())
        context.jobs.state_changed.connect(lambda _: self.refresh())
        context.theme.changed.connect(self.update)
        self.refresh()

    def entry(self, key: str) -> RailEntry:
        """Return the entry of a step."""
        return self._entries[key]

    def set_current(self, key: str) -> None:
        """Mark the step that is shown."""
        for name, entry in self._entries.items():
            entry.setChecked(name == key)

    def refresh(self) -> None:
        """Bring reasons and badges up to date."""
        document = self._context.session.document
        running = {state.kind for state in self._context.jobs.running()}
        for step in STEPS:
            entry = self._entries[step.key]
            entry.set_reason(why_disabled(step.key, document))
            busy = step.job_kind in running
            entry.set_badge("running" if busy else standing(step.key, document),
                            "" if busy or step.key != "calibrate" else calibrated_words(document))

    def _add(self, step: Step, shortcut: str) -> RailEntry:
        entry = RailEntry(self._context, step.title, step.icon, shortcut)
        entry.entered.connect(lambda: self.chosen.emit(step.key))
        entry.refused.connect(self.refused)
        self._entries[step.key] = entry
        return entry
