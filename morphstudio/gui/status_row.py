"""The line at the bottom: what is going on, notices, threads, memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.notice import Notice

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext

MEMORY_MS = 2000
MESSAGE_MS = 8000
GIGABYTE = 1e9


class StatusRow(QFrame):
    """Says one thing at a time: a passing message, else what is needed next, else "Ready".

    Notices have their place beside it.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._standing = ("check-circle", "ok", "Ready")
        self.setObjectName("statusRow")
        self.setFixedHeight(METRICS.status_height)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        self._icon = IconLabel(context, "check-circle", "ok", 14)
        self.message = ElidedLabel("Ready", "second")
        row.addWidget(self._icon)
        row.addWidget(self.message, 1)
        self.notice = Notice(context)
        row.addWidget(self.notice)
        row.addStretch(1)
        row.addWidget(IconLabel(context, "cpu", "text2", 14))
        threads = os.cpu_count() or 1
        row.addWidget(text_label(f"{threads} thread{'s' if threads > 1 else ''}", "second"))
        row.addSpacing(10)
        row.addWidget(IconLabel(context, "hard-drives", "text2", 14))
        self.memory = text_label("", "second")
        self.memory.setToolTip("Memory of MorphStudio and its engine processes, of what this computer has")
        row.addWidget(self.memory)
        self._process = psutil.Process()
        self._total = psutil.virtual_memory().total
        self._memory_clock = QTimer(self, interval=MEMORY_MS)
        self._memory_clock.timeout.connect(self._read_memory)
        self._memory_clock.start()
        self._back = QTimer(self, interval=MESSAGE_MS, singleShot=True)
        self._back.timeout.connect(self._show_standing)
        self._read_memory()

    def set_standing(self, text: str, state: str = "ok") -> None:
        """Say what holds until further notice; ``state`` is ``"ok"``, ``"warn"`` or ``"info"``."""
        icon = {"ok": "check-circle", "warn": "warning", "info": "info"}[state]
        self._standing = (icon, state if state != "info" else "text2", text)
        if not self._back.isActive():
            self._show_standing()

    def show_message(self, text: str) -> None:
        """Say something for some seconds."""
        self._icon.set_icon("info", "text2")
        self.message.setText(text)
        self._back.start()

    def _show_standing(self) -> None:
        icon, colour, text = self._standing
        self._icon.set_icon(icon, colour)
        self.message.setText(text)

    def _read_memory(self) -> None:
        used = self._process.memory_info().rss
        for child in self._process.children():
            try:
                used += child.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        self.memory.setText(f"{used / GIGABYTE:.1f} GB of {self._total / GIGABYTE:.0f} GB")
