"""The middle of the window: the step's header and page, and its inspector at the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from morphstudio.gui.header import StepHeader
from morphstudio.gui.page_layout import PageLayout
from morphstudio.gui.steps import STEP_KEYS, STEPS
from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.hint import Hint
from morphstudio.gui.widgets.panel import Inspector

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.docks.area import DockArea
    from morphstudio.gui.widgets.step_page import StepPage

INSPECTOR_LIMITS = (312, 520)
NARROW, NARROW_WIDTH = 1200, 320  # a window, and its inspectors: what stands in them still fits
# Only where the next thing to do is not on the page already.
HINTS = {
    "explore": "Drag any slider and the structure follows. Double-click a slider to go back; F1 explains it.",
    "measure": "Hover over a descriptor to see its formula; F1 keeps it open.",
}


class Workspace(QWidget):
    """Builds each page when it is first opened, and keeps each page's inspector width."""

    page_shown = Signal(str)
    page_built = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._pages: dict[str, StepPage] = {}
        self._widths = {key: width for key in STEP_KEYS if (width := _kept_width(context, key))}
        self._current = ""
        self.header = StepHeader()
        self._stack = QStackedWidget()
        self._empty = QWidget()
        self._stack.addWidget(self._empty)
        self.inspectors = QStackedWidget()
        self.inspectors.setMinimumWidth(INSPECTOR_LIMITS[0])
        self.inspectors.setMaximumWidth(INSPECTOR_LIMITS[1])
        self.inspectors.setContentsMargins(0, METRICS.gap, 0, 0)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self.hints = {key: Hint(context, key, text) for key, text in HINTS.items()}
        for hint in self.hints.values():
            hint.hide()
            hint.closed_or_back.connect(lambda: self._show_hint(self._current))
            column.addWidget(hint)
        column.addWidget(self._stack, 1)
        self._frame = column
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(METRICS.gap)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.inspectors)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.splitter)
        context.views.register("workspace", self)
        context.header_changed.connect(self.refresh_header)
        context.session.changed.connect(lambda *_: self.refresh_header())
        context.units.changed.connect(self.refresh_header)

    @property
    def current(self) -> str:
        """Key of the step shown; empty before the first."""
        return self._current

    @property
    def current_page(self) -> QWidget | None:
        """Page of the step shown; ``None`` before the first."""
        return self._pages.get(self._current)

    @property
    def docks(self) -> DockArea | None:
        """The panels of the step shown."""
        return getattr(self.current_page, "docks", None)

    def page(self, key: str) -> StepPage:
        """Return a step's page, building it where it was not yet opened."""
        if key not in self._pages:
            step = next(step for step in STEPS if step.key == key)
            page = step.load_page()(self._context)
            self._pages[key] = page
            self._stack.addWidget(page)
            self.inspectors.addWidget(page.inspector)
            if isinstance(page.inspector, Inspector):
                _keep_bar_room(page.inspector)
                page.inspector.width_changed.connect(self._make_room)
            self.header.add_page(key, page.header_actions)
            self._context.views.register(f"{key}.layout", PageLayout(page))
            if hasattr(page, "docks"):
                self._context.views.register(f"{key}.docks", page.docks)
            self.page_built.emit()
        return self._pages[key]

    def has_page(self, key: str) -> bool:
        """Whether a step's page is built."""
        return key in self._pages

    def show_page(self, key: str) -> None:
        """Show a step."""
        page = self.page(key)
        if self._current and not self.inspectors.isHidden():
            self._widths[self._current] = self.inspectors.width()
        self._current = key
        # The frame takes its shape while no page stands in it: panels and 3D view are laid out and drawn once.
        self._stack.setCurrentWidget(self._empty)
        self.inspectors.setCurrentWidget(page.inspector)
        self._apply_width(self._widths.get(key, self._first_width))
        self._show_hint(key)
        self.refresh_header()
        self._frame.activate()
        self._stack.setCurrentWidget(page)
        self.page_shown.emit(key)

    def refresh_header(self) -> None:
        """Show the page's title and subtitle as they are now."""
        page = self._pages.get(self._current)
        if page is not None:
            self.header.show_page(self._current, page.title, page.subtitle())
            self._show_hint(self._current)

    def set_inspector_shown(self, shown: bool) -> None:
        """Open or fold the inspector."""
        self.inspectors.setVisible(shown)
        if shown:
            self._apply_width(self._widths.get(self._current, self._first_width))

    def view_state(self) -> dict[str, Any]:
        """Return the width of each step's inspector."""
        widths = dict(self._widths)
        if self._current and not self.inspectors.isHidden():
            widths[self._current] = self.inspectors.width()
        return {"inspectors": widths}

    def restore_view(self, state: dict[str, Any]) -> None:
        """Give each step's inspector the width that it had."""
        self._widths.update({key: int(width) for key, width in state.get("inspectors", {}).items()})
        if self._current and not self.inspectors.isHidden():
            self._apply_width(self._widths.get(self._current, self._first_width))

    def forget_layout(self) -> None:
        """Give inspectors their first width, and panels their first place, on every step."""
        self._widths = {}
        layout = {key: value for key, value in self._context.settings.value.layout.items()
                  if key.partition(".")[0] not in STEP_KEYS}
        self._context.settings.change(layout=layout)
        for page in self._pages.values():
            docks = getattr(page, "docks", None)
            if docks is not None:
                docks.reset()
        if self._current:
            self._apply_width(self._first_width)

    def keep_layout(self) -> None:
        """Note panels and inspector widths in the settings."""
        for page in self._pages.values():
            docks = getattr(page, "docks", None)
            if docks is not None:
                docks.keep()
        widths = self.view_state()["inspectors"]
        layout = dict(self._context.settings.value.layout)
        layout.update({f"{key}.inspector": str(width) for key, width in widths.items() if width})
        self._context.settings.change(layout=layout)

    @property
    def _first_width(self) -> int:
        """Width of an inspector that nobody has chosen; in a narrow window the panels need the rest more."""
        return METRICS.inspector_width if self.width() >= NARROW else NARROW_WIDTH

    def _show_hint(self, key: str) -> None:
        """Show the step's hint, unless the page has something to say itself: two strips would take its height."""
        page = self._pages.get(key)
        notice = getattr(page, "notice", None)
        is_quiet = page is None or not isinstance(notice, QWidget) or not notice.isVisibleTo(page)
        for name, hint in self.hints.items():
            hint.setVisible(name == key and hint.wanted and is_quiet)

    def close_pages(self) -> None:
        """Let pages give back what must not outlive the window, such as renderers."""
        self.keep_layout()
        for page in self._pages.values():
            page.close()

    def _make_room(self) -> None:
        """Widen the inspector where its content would be cut, as in a wider font; else only a person does that."""
        inspector = self.inspectors.currentWidget()
        if isinstance(inspector, Inspector) and 0 < self.inspectors.width() < inspector.content_width():
            self._apply_width(self.inspectors.width())

    def _apply_width(self, width: int) -> None:
        inspector = self.inspectors.currentWidget()
        needed = inspector.content_width() if isinstance(inspector, Inspector) else 0
        width = max(width, needed, INSPECTOR_LIMITS[0])
        self.splitter.setSizes([max(self.splitter.width() - width - METRICS.gap, 400), width])


def _keep_bar_room(inspector: Inspector) -> None:
    """Leave the scroll bar its room whether or not there is anything to scroll: nothing moves when there is."""
    for area in inspector.findChildren(QScrollArea, options=Qt.FindChildOption.FindDirectChildrenOnly):
        area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda low, high, bar=bar: bar.setEnabled(high > low))
        bar.setEnabled(bar.maximum() > bar.minimum())


def _kept_width(context: AppContext, key: str) -> int:
    text = context.settings.value.layout.get(f"{key}.inspector", "")
    return int(text) if text.isdecimal() else 0
