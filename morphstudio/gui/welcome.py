"""What the window shows before anything is open."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from morphstudio.gui.about import product_version
from morphstudio.gui.sample_card import SampleCard
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Button
from morphstudio.gui.widgets.clickable_row import ClickableRow
from morphstudio.gui.widgets.labels import ElidedLabel, IconLabel, text_label
from morphstudio.gui.widgets.layouts import clear_layout
from morphstudio.gui.widgets.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QPaintEvent, QShowEvent

    from morphstudio.app.autosave import Recoverable
    from morphstudio.app.settings import RecentFile
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.opening import Opener

COLUMN_WIDTH = 1048
RECENT_SHOWN = 5
RECENT_ICONS = {"project": "stack", "model": "sliders-horizontal", "image": "image"}
FORMATS = "TIFF, OME-TIFF, RAW + MHD, NRRD, VTI, NumPy, PNG; or a folder of numbered sections"
STEPS_AHEAD = (
    ("image", "Data", "Name the phases, confirm the voxel size."),
    ("chart-line", "Calibrate", "Fit a 3D model to the image and watch the fit."),
    ("sliders-horizontal", "Explore", "Move parameters, watch the structure."),
    ("ruler", "Measure", "Compare in numbers, then export."),
)


class WelcomePage(QScrollArea):
    """Open, sample, recent, and a place to drop files."""

    shortcuts_wanted = Signal()

    def __init__(self, context: AppContext, opener: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._opener = opener
        self.setWidgetResizable(True)
        content = QWidget()
        content.setProperty("role", "scrolled")
        outer = QHBoxLayout(content)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(1)
        column_holder = QWidget()
        column_holder.setMaximumWidth(COLUMN_WIDTH)
        outer.addWidget(column_holder, 100)
        outer.addStretch(1)
        self._column = QVBoxLayout(column_holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._fill()
        self.setWidget(content)
        context.settings.changed.connect(self.refresh)
        opener.reading.connect(self.drop_area.show_reading)

    def offer_recovery(self, recoverable: Sequence[Recoverable]) -> None:
        """Offer the latest work that was cut off."""
        if recoverable:
            self.recovery = RecoveryCard(self._context, self._opener, recoverable[0])
            self._column.insertWidget(0, self.recovery)
            self._column.insertSpacing(1, 24)

    def refresh(self) -> None:
        """Show the recent files as they are now; until there are any, the steps have their place."""
        files = self._context.settings.value.recent
        self.recent.show_files(files)
        self.recent.setVisible(bool(files))
        for card in (self.recent, self.steps_card, self.sample_card):
            self._grid.removeWidget(card)
        self._grid.addWidget(self.recent, 1, 1, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(self.steps_card, 3 if files else 1, 1)
        self._grid.addWidget(self.sample_card, 3, 0, 1, 1 if files else 2)

    def showEvent(self, event: QShowEvent) -> None:
        """Look again which files are still there."""
        super().showEvent(event)
        self.refresh()

    def _fill(self) -> None:
        column = self._column
        column.addStretch(1)
        head = QVBoxLayout()
        head.setSpacing(6)
        head.addWidget(text_label("Start with an image of your material", "welcome"))
        head.addWidget(text_label("MorphStudio fits a 3D model to it, shows how well it fits, and lets you vary it.",
                                  "second"))
        head.addSpacing(14)
        self.drop_area = DropArea(self._context, self._opener)
        self.recent = RecentCard(self._context, self._opener)
        self.sample_card = SampleCard(self._context, self._opener)
        self.steps_card = _steps_card(self._context)
        no_image = text_label("No image at hand?", "strong")
        no_image.setContentsMargins(0, 28, 0, 10)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 61)
        self._grid.setColumnStretch(1, 39)
        self._grid.addLayout(head, 0, 0, 1, 2)
        self._grid.addWidget(self.drop_area, 1, 0)
        self._grid.addWidget(no_image, 2, 0)
        column.addLayout(self._grid)
        column.addSpacing(12)
        foot = QHBoxLayout()
        self.shortcuts_button = Button(self._context, "Keyboard shortcuts", "link", "keyboard",
                                       self.shortcuts_wanted.emit, flush=True)
        foot.addWidget(self.shortcuts_button)
        foot.addStretch(1)
        foot.addWidget(text_label(f"MorphStudio {product_version()}", "caption"))
        column.addLayout(foot)
        column.addStretch(2)
        self.refresh()


class RecoveryCard(QFrame):
    """Says that work was cut off and is safe; offers it once."""

    def __init__(self, context: AppContext, opener: Opener, recoverable: Recoverable,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._recoverable = recoverable
        self._opener = opener
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 5, 8, 5)
        row.setSpacing(8)
        row.addWidget(IconLabel(context, "clock-counter-clockwise", "accent", 18))
        row.addSpacing(4)
        row.addWidget(text_label("MorphStudio did not close as it should.", "strong"))
        saved = recent_time(recoverable.saved_at.isoformat(), datetime.now().astimezone())
        row.addWidget(text_label(f"A copy of your work is safe ({saved}).", "second"), 1)
        self.discard_button = Button(context, "Discard", "quiet", clicked=self._discard)
        self.recover_button = Button(context, "Recover", "secondary", clicked=self._recover)
        row.addWidget(self.discard_button)
        row.addWidget(self.recover_button)

    def _recover(self) -> None:
        self.hide()
        self._opener.recover(self._recoverable)

    def _discard(self) -> None:
        self.hide()
        self._recoverable.discard()


class DropArea(QFrame):
    """Where files are dropped; also holds the two ways to choose one."""

    def __init__(self, context: AppContext, opener: Opener, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._over = False
        context.theme.changed.connect(self.update)
        self.setMinimumHeight(248)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(IconLabel(context, "image", "accent", 40), 0, middle)
        column.addSpacing(4)
        self._headline = text_label("Drop a segmented image, stack folder or project here", "title")
        column.addWidget(self._headline, 0, middle)
        formats = text_label(FORMATS, "second", wrap=True)
        formats.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(formats)
        column.addSpacing(10)
        self.open_image = Button(context, "Open image…", "primary", "folder-open", opener.ask_image)
        self.open_project = Button(context, "Open project…", "secondary", "files", opener.ask_project)
        self._buttons = QWidget()
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.open_image)
        row.addWidget(self.open_project)
        column.addWidget(self._buttons, 0, middle)
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self._bar.hide()
        column.addWidget(self._bar, 0, middle)
        self._keys = text_label("Ctrl+O image     Ctrl+Shift+O project", "caption")
        column.addWidget(self._keys, 0, middle)
        column.addStretch(1)

    def show_reading(self, busy: bool, text: str) -> None:
        """Hold the place while a file is being read."""
        self._headline.setText(f"{text}…" if busy else "Drop a segmented image, stack folder or project here")
        self._buttons.setVisible(not busy)
        self._bar.setVisible(busy)

    def set_over(self, over: bool) -> None:
        """Show that what is dragged can be dropped."""
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        # Ended for sure: a painter that a traceback keeps alive would tear the window down.
        with QPainter(self) as painter:
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._context.theme.tokens
        # Dashed by hand: a style sheet draws rounded dashed corners solid.
        pen = QPen(QColor(tokens.accent if self._over else tokens.strong), 1.5)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(QColor(tokens.tint if self._over else tokens.surface))
        radius = METRICS.radius_dialog
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)


class RecentCard(Panel):
    """Files opened lately; those that are gone say so."""

    def __init__(self, context: AppContext, opener: Opener, parent: QWidget | None = None) -> None:
        super().__init__("Recent", margins=(8, 4, 8, 8), parent=parent)
        self._context = context
        self._opener = opener
        self.clear_button = Button(context, "Clear", "quiet", clicked=context.settings.forget_files)
        self.add_tool(self.clear_button)
        self.rows: list[ClickableRow] = []
        self._files: tuple[RecentFile, ...] = ()
        self._all = False
        context.units.changed.connect(lambda: self.show_files(self._files))

    def show_files(self, files: tuple[RecentFile, ...]) -> None:
        """Show ``files``, latest first; more than a few on demand."""
        self._files = files
        clear_layout(self.body)
        self.rows = [self._row(file) for file in (files if self._all else files[:RECENT_SHOWN])]
        self.body.setSpacing(2)
        for row in self.rows:
            self.body.addWidget(row)
        if len(files) > RECENT_SHOWN:
            more = Button(self._context, "Show fewer" if self._all else f"Show all {len(files)} files", "link",
                          clicked=self._toggle_all)
            line = QHBoxLayout()
            line.addWidget(more)
            line.addStretch(1)
            self.body.addLayout(line)

    def _toggle_all(self) -> None:
        self._all = not self._all
        self.show_files(self._files)

    def _ask(self, file: RecentFile) -> Callable[[], None]:
        return {"project": self._opener.ask_project, "model": self._opener.ask_model,
                "image": self._opener.ask_image}[file.kind]

    def _row(self, file: RecentFile) -> ClickableRow:
        path = Path(file.path)
        there = path.exists()
        row = ClickableRow()
        line = QHBoxLayout(row)
        line.setContentsMargins(6, 5, 6, 5)
        line.setSpacing(12)
        is_volume = len(file.shape) == 3 and min(file.shape) > 1
        icon = "warning-circle" if not there else "cube" if is_volume else RECENT_ICONS[file.kind]
        line.addWidget(IconLabel(self._context, icon, "text2" if there else "warn", 20))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        title = path.stem if file.kind == "project" else path.name
        texts.addWidget(ElidedLabel(title, "body" if there else "muted", Qt.TextElideMode.ElideMiddle))
        facts = recent_facts(file, self._context.units.unit) or str(path.parent)
        texts.addWidget(ElidedLabel(facts if there else "file moved or deleted", "muted"))
        line.addLayout(texts, 1)
        line.addWidget(text_label(recent_time(file.opened_at, datetime.now().astimezone()), "caption") if there
                       else text_label("Locate…", "accentText"))
        row.setToolTip(str(path))
        row.setAccessibleName(f"Open {path.name}")
        row.clicked.connect((lambda: self._opener.open_path(path)) if there else self._ask(file))
        return row


def recent_facts(file: RecentFile, unit: str) -> str:
    """Return what is known of a file: ``"758 × 628 px, 3 phases, 0.120 µm"``."""
    if file.kind != "image":
        return file.summary
    edges = [n for n in reversed(file.shape) if n > 1]
    facts = [" × ".join(map(str, edges)) + (" px" if len(edges) < 3 else "")] if edges else []
    if file.names:
        facts.append(f"{len(file.names)} phases")
    if file.voxel_size_um is not None:
        size = file.voxel_size_um[2]
        facts.append(f"{number(1000 * size)} nm" if unit == "nm" else f"{number(size)} µm")
    return ", ".join(facts)


def recent_time(stamp: str, now: datetime) -> str:
    """Return when a file was opened, as people say it: ``"today, 14:09"``; empty where not known."""
    try:
        at = datetime.fromisoformat(stamp).astimezone(now.tzinfo)
    except ValueError:
        return ""
    days = (now.date() - at.date()).days
    if days == 0:
        return f"today, {at:%H:%M}"
    if days == 1:
        return "yesterday"
    return f"{at.day} {at:%b}" + (f" {at.year}" if at.year != now.year else "")


def _steps_card(context: AppContext) -> Panel:
    card = Panel("Four steps", margins=(12, 2, 12, 12))
    card.body.setSpacing(7)
    for icon, title, text in STEPS_AHEAD:
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(IconLabel(context, icon, "text2", 16))
        name = text_label(title, "strong")
        name.setFixedWidth(68)
        line.addWidget(name)
        line.addWidget(text_label(text, "second", wrap=True), 1)
        card.body.addLayout(line, 1)
    return card
