"""The tray at the bottom: running jobs with progress, pause and cancel; and the log."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from morphstudio.core.errors import InputError
from morphstudio.gui.error_list import ErrorList
from morphstudio.gui.theme.controller import set_state
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.buttons import Button, IconButton
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QShowEvent

    from morphstudio.gui.context import AppContext
    from morphstudio.gui.job_bridge import JobState

KEEP_ENDED_MS = 2500
APPEAR_MS = 400  # shorter jobs never show up: a flash tells nobody anything
ROWS_SHOWN = 4
LOW_WINDOW, ROWS_IN_LOW = 800, 2  # the page above needs the height more
ROW_HEIGHT = 31
END_WIDTH = 150  # time left, or Retry
LOG_LINES = 2000
_KIND_ICONS = {"calibrate": "chart-line", "measure": "ruler", "export": "export", "open": "folder-open",
               "generate": "cube", "validate": "check-square", "save": "floppy-disk"}
_STATUS_ICONS = {"failed": ("x-circle", "error"), "cancelled": ("x-circle", "text3"),
                 "paused": ("pause-circle", "warn"), "waiting": ("circle-dashed", "text2"),
                 "finished": ("check-circle", "ok")}


class JobRow(QWidget):
    """One job: icon, name, current work, bar, share, time left, pause, cancel."""

    def __init__(self, context: AppContext, state: JobState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._state = state
        self.setFixedHeight(ROW_HEIGHT)
        self._icon = IconLabel(context, "circle-dashed")
        self._title = ElidedLabel(state.title, "strong")
        self._work = ElidedLabel("", "second")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._share = text_label("")
        self._share.setFixedWidth(44)
        self._left = ElidedLabel("", "second")
        self.pause_button = IconButton(context, "pause", "Pause", self._toggle_pause)
        self.cancel_button = IconButton(context, "x", "Cancel", self._cancel)
        self.retry_button = Button(context, "Retry", "link", clicked=lambda: context.jobs.retry(self._state.job_id))
        self._build()
        self.show_state(state)

    def _build(self) -> None:
        end = QWidget()
        end.setFixedWidth(END_WIDTH)
        line = QHBoxLayout(end)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._left, 1)
        line.addWidget(self.retry_button)
        # What goes on and how far it is share a column: where a job failed, its words take all of it.
        middle = QWidget()
        middle.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        inner = QHBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        inner.addWidget(self._work, 1)
        inner.addWidget(self._bar, 1)
        inner.addWidget(self._share)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        for widget, stretch in ((self._icon, 0), (self._title, 3), (middle, 8), (end, 0), (self.pause_button, 0),
                                (self.cancel_button, 0)):
            row.addWidget(widget, stretch)
        # Rows stand under one another: the button keeps its column where it is hidden.
        policy = self.pause_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.pause_button.setSizePolicy(policy)

    def show_state(self, state: JobState) -> None:
        """Bring the row up to date."""
        self._state = state
        default = (_KIND_ICONS.get(state.kind, "gear"), "accent")
        self._icon.set_icon(*_STATUS_ICONS.get(state.status, default))
        self._title.setText(state.title)
        self._work.setText(_work_text(state))
        self._bar.setValue(round(state.share * 1000))
        set_state(self._bar, state=state.status)
        # What went wrong needs the room, and how far it came is of no use.
        for widget in (self._bar, self._share):
            widget.setVisible(state.status != "failed")
        self._share.setText("" if state.status == "waiting" else f"{state.share:.0%}".replace("%", " %"))
        self._left.setText(time_left_text(state))
        paused = state.status == "paused"
        self.pause_button.set_icon(*(("play", "Resume") if paused else ("pause", "Pause")))
        self.pause_button.setVisible(not state.is_over)
        self.pause_button.setEnabled(state.status in ("running", "paused"))
        self.cancel_button.set_icon("x", "Remove from the list" if state.is_over else "Cancel")
        self.cancel_button.setEnabled(state.status != "stopping")
        # What was stopped leaves at once, and begins anew where it was begun.
        self.retry_button.setVisible(state.status == "failed")

    def _toggle_pause(self) -> None:
        jobs = self._context.jobs
        (jobs.resume if self._state.status == "paused" else jobs.pause)(self._state.job_id)

    def _cancel(self) -> None:
        if self._state.is_over:
            self._context.jobs.forget(self._state.job_id)
        else:
            self._context.jobs.cancel(self._state.job_id)


class JobsTray(QWidget):
    """Jobs and Log. Hidden while there is nothing to tell, unless it was asked for."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._rows: dict[str, JobRow] = {}
        self._read: set[str] = set()  # failed jobs that a dialog has told of
        self._wanted = False
        self._card = QFrame()
        self._card.setProperty("role", "panel")
        # The gap around the card goes with it: nothing is kept free for a tray that is hidden.
        around = QVBoxLayout(self)
        around.setContentsMargins(METRICS.gap, 0, METRICS.gap, METRICS.gap)
        around.addWidget(self._card)
        self._tabs = QTabBar()
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.addTab("Jobs")
        self._tabs.addTab("Log")
        self._tabs.addTab("Problems")
        self._tabs.setAccessibleName("Jobs, log and problems")
        self._tabs.currentChanged.connect(self._show_tab)
        self._pages = QStackedWidget()
        self.log = QPlainTextEdit(readOnly=True)
        self.log.setProperty("role", "code")
        self.log.setMaximumBlockCount(LOG_LINES)
        self.log.setAccessibleName("Log")
        self.log.setTabChangesFocus(True)
        self.errors = ErrorList(context)
        self.errors.count_changed.connect(lambda count: self._tabs.setTabText(2, f"Problems ({count})"))
        self._build()
        context.jobs.state_changed.connect(self._on_state)
        self._lineage = context.session.lineage
        context.session.changed.connect(self._let_go_with_document)
        self._refresh()

    def add_log(self, text: str) -> None:
        """Write one line to the log, with the time."""
        now = datetime.now().astimezone()
        self.log.appendPlainText(f"{now:%H:%M:%S}  {text}")

    def add_error(self, error: InputError | str, details: str = "") -> None:
        """Note a problem, with what is needed to report it."""
        self.add_log(error.message if isinstance(error, InputError) else error)
        self.errors.add_error(error, details)

    def set_wanted(self, wanted: bool) -> None:
        """Keep the tray open even while there is nothing to tell, or let it hide."""
        self._wanted = wanted
        self._refresh()

    def show_log(self) -> None:
        """Open the tray at the log."""
        self._tabs.setCurrentIndex(1)
        self.set_wanted(True)

    def show_problems(self) -> None:
        """Open the tray at the list of problems."""
        self._tabs.setCurrentIndex(2)
        self.set_wanted(True)

    @property
    def rows(self) -> dict[str, JobRow]:
        """The rows shown, by job id."""
        return self._rows

    def _build(self) -> None:
        column = QVBoxLayout(self._card)
        column.setContentsMargins(0, 2, 0, 6)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        self.close_button = IconButton(self._context, "caret-down", "Close the tray", self._close)
        head.addWidget(self.close_button)
        column.addLayout(head)
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._nothing = text_label("No jobs are running.", "muted")
        self._nothing.setContentsMargins(12, 6, 12, 6)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(content)
        self._pages.addWidget(area)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(12, 0, 12, 4)
        inner.addWidget(self.log)
        self._pages.addWidget(holder)
        self._pages.addWidget(self.errors)
        column.addWidget(self._pages)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the height of the window."""
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._fit_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Be lower in a low window."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._fit_height()
        return super().eventFilter(watched, event)

    def _on_state(self, state: JobState) -> None:
        row = self._rows.get(state.job_id)
        if row is not None:
            row.show_state(state)
        elif not state.is_over:
            QTimer.singleShot(APPEAR_MS, self, lambda: self._add_row(state.job_id))
        elif state.status == "failed":
            self._add_row(state.job_id)
        if state.status in ("finished", "cancelled"):
            QTimer.singleShot(KEEP_ENDED_MS, self, lambda: self._remove(state.job_id))
        if state.is_over:
            self.add_log(f"{state.title}: {state.problem or state.status}")
        self._refresh()

    def _add_row(self, job_id: str) -> None:
        state = self._context.jobs.state(job_id)
        if state is None or job_id in self._rows or state.status in ("finished", "cancelled"):
            return
        row = JobRow(self._context, state)
        row.cancel_button.clicked.connect(lambda: self._drop_if_over(job_id))
        row.retry_button.clicked.connect(lambda: self._remove(job_id))
        self._rows[job_id] = row
        self._column.insertWidget(self._column.count() - 1, row)
        self._refresh()

    def let_go(self, problem: str) -> None:
        """Open the tray no longer for failed jobs with this problem, which a person has read; their rows stay in it."""
        for job_id in self._rows:
            state = self._context.jobs.state(job_id)
            if state is not None and state.status == "failed" and state.problem == problem:
                self._read.add(job_id)
        self._refresh()

    def _let_go_with_document(self) -> None:
        """Drop jobs that did not come to their end when their document closes: nothing is left to retry them for."""
        lineage = self._context.session.lineage
        if lineage == self._lineage:
            return
        self._lineage = lineage
        for state in self._context.jobs.states():
            if state.status in ("failed", "cancelled"):
                self._remove(state.job_id)

    def _drop_if_over(self, job_id: str) -> None:
        state = self._context.jobs.state(job_id)
        if state is None or state.is_over:
            self._remove(job_id)

    def _remove(self, job_id: str) -> None:
        self._read.discard(job_id)
        row = self._rows.pop(job_id, None)
        if row is not None:
            row.hide()
            row.deleteLater()
        self._context.jobs.forget(job_id)
        self._refresh()

    def _close(self) -> None:
        self._wanted = False
        for job_id in [key for key in self._rows if (s := self._context.jobs.state(key)) is None or s.is_over]:
            self._remove(job_id)
        self._tabs.setCurrentIndex(0)
        self.setVisible(False)

    def _show_tab(self, index: int) -> None:
        self._pages.setCurrentIndex(index)
        self._refresh()

    def _refresh(self) -> None:
        active = len(self._context.jobs.running())
        self._tabs.setTabText(0, f"Jobs ({active})" if active else "Jobs")
        self._nothing.setVisible(not self._rows)
        self._fit_height()
        self.setVisible(bool(self._rows.keys() - self._read) or self._wanted)

    def _fit_height(self) -> None:
        most = ROWS_IN_LOW if self.window().height() < LOW_WINDOW else ROWS_SHOWN
        on_log = self._tabs.currentIndex() > 0
        rows = most if on_log else min(max(len(self._rows), 1), most)
        self._pages.setFixedHeight(rows * ROW_HEIGHT + (8 if on_log else 0))


def _work_text(state: JobState) -> str:
    plain = {"waiting": "Waits for its turn", "stopping": "Stopping…", "cancelled": "Cancelled",
             "finished": "Finished"}
    if state.status == "failed":
        return state.problem or "Failed"
    return plain.get(state.status, state.message)


def time_left_text(state: JobState) -> str:
    """Return how long a job still takes, in words."""
    if state.status == "paused":
        return "paused"
    if state.seconds_left is None or state.is_over:
        return ""
    return f"{duration_text(state.seconds_left)} left"


def duration_text(seconds: float) -> str:
    """Return a duration as people say it: ``"25 s"``, ``"1 min 42 s"``, ``"2 h 5 min"``."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
