"""White cards on the grey ground: header with title, remark and tools, then the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.widgets.labels import ElidedLabel, rule, text_label
from morphstudio.gui.widgets.panel_header import PanelHeader, Spare

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

SCROLL_BAR_WIDTH = 14
LEAST_REMARK = 56


class Panel(QFrame):
    """A card. Put content into ``body``; tools into the header by :meth:`add_tool`.

    Parameters
    ----------
    title : str
        Heading; empty for a card without a header.
    remark : str
        Grey text beside the title.
    margins : (int, int, int, int)
        Around the body: left, top, right, bottom.
    """

    def __init__(self, title: str = "", remark: str = "", margins: tuple[int, int, int, int] = (12, 4, 12, 12),
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._outer = outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.title = text_label(title, "strong")
        self.remark = Remark(remark, "second")
        self.tools = QHBoxLayout()
        self.tools.setSpacing(4)
        self.tools.setContentsMargins(0, 0, 0, 0)
        self.header: PanelHeader | None = None
        if title:
            self.setAccessibleName(title)
            self.use_header(self._header())
        self.body = QVBoxLayout()
        self.body.setContentsMargins(*margins)
        self.body.setSpacing(METRICS.space[1])
        outer.addLayout(self.body, 1)

    def add_tool(self, widget: QWidget, spare: Spare | None = None) -> None:
        """Put a button or a legend at the header's right end; a spare one leaves where room is short."""
        self.tools.addWidget(widget)
        spare = getattr(widget, "spare", None) if spare is None else spare
        if spare is not None and self.header is not None:
            self.header.add_spare(widget, spare, self.tools.spacing())

    def set_remark(self, text: str) -> None:
        """Change the grey text beside the title."""
        self.remark.setText(text)

    def use_header(self, header: PanelHeader) -> None:
        """Take a strip as the header: it stands on top, and a dock makes it its handle."""
        header.setProperty("role", "panelHeader")
        # A dock asks its handle for its size and overlooks a fixed height.
        header.row.addStrut(METRICS.panel_header)
        self.header = header
        self._outer.insertWidget(0, header)

    def _header(self) -> PanelHeader:
        header = PanelHeader()
        header.row.addWidget(self.title)
        header.row.addWidget(self.remark, 1)
        header.row.addLayout(self.tools)
        header.add_spare(self.remark, Spare.REMARK)
        return header


class Remark(ElidedLabel):
    """The grey text beside a title; a few letters of it would say nothing."""

    def __init__(self, text: str = "", role: str = "body") -> None:
        super().__init__(text, role)
        # Layouts overlook how much room is needed at least where the policy is to ignore it.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Return room for a word or two."""
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(min(words, LEAST_REMARK), super().minimumSizeHint().height())


class Inspector(QFrame):
    """The card at the right: sections under one another, scrolling as one.

    ``width_changed`` says that :meth:`content_width` is another one.
    """

    width_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._content, self._area = content, area
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 4, 0, 8)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        area.setWidget(content)
        outer.addWidget(area)
        self._told_width = 0
        content.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the content asks for another width, as when a model brings its sliders."""
        if watched is self._content and event.type() == QEvent.Type.LayoutRequest:
            width = self.content_width()
            if width != self._told_width:
                self._told_width = width
                self.width_changed.emit()
        return super().eventFilter(watched, event)

    def content_width(self) -> int:
        """Return how wide the card must be for its content and a scroll bar."""
        return self._content.minimumSizeHint().width() + SCROLL_BAR_WIDTH

    def scroll_to_top(self) -> None:
        """Show the first section."""
        self._area.verticalScrollBar().setValue(0)

    def add_section(self, title: str = "", *, tools: tuple[QWidget, ...] = (), ruled: bool = True) -> QVBoxLayout:
        """Add a section under the last one and return the layout for its content."""
        at = self._column.count() - 1
        holder = QWidget()
        # The rule belongs to its section, so that a hidden section leaves none behind.
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if at and ruled:
            outer.addWidget(rule())
        column = QVBoxLayout()
        outer.addLayout(column)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        if title or tools:
            column.addLayout(_heading(title, tools))
        self._column.insertWidget(at, holder)
        return column


def _heading(title: str, tools: tuple[QWidget, ...]) -> QLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(text_label(title, "strong"))
    row.addStretch(1)
    for tool in tools:
        row.addWidget(tool)
    return row
