"""The line under a section: what the cursor reads, how large the section is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from morphstudio.gui.theme.tokens import METRICS
from morphstudio.gui.units import number
from morphstudio.gui.widgets.labels import WholeWords, text_label
from morphstudio.gui.widgets.swatch import PhaseTag

if TYPE_CHECKING:
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.widgets.section import Reading
    from morphstudio.gui.widgets.section_view import SectionView

BESIDE_WIDTH = 150  # of size or reading beside controls, at least: they seldom shift when the words change


class SectionFooter(QWidget):
    """Follows one section view."""

    def __init__(self, context: AppContext, view: SectionView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view = view
        self.setFixedHeight(METRICS.scene_footer)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 0)
        self._row.setSpacing(12)
        self._lead: QWidget | None = None
        self._words = QWidget()
        row = QHBoxLayout(self._words)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self.place = text_label("", "second")
        self.phase = PhaseTag()
        row.addWidget(self.place)
        row.addWidget(self.phase)
        row.addStretch(1)
        self.extent = WholeWords()
        # Layouts overlook how much room is needed at least where the policy is to ignore it.
        self.extent.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self.extent)
        self._row.addWidget(self._words, 1)
        view.hovered.connect(self._show_reading)
        view.view_changed.connect(self._show_extent)
        context.units.changed.connect(self.refresh)
        self._show_reading(None)
        self._show_extent()

    def set_lead(self, lead: QWidget) -> None:
        """Put controls before the words; beside them, size and reading take turns in one place."""
        self._lead = lead
        self._row.insertWidget(0, lead, 100)

    def refresh(self) -> None:
        """Make the words fit beside the controls, or alone where these are hidden."""
        self._words.setMinimumWidth(BESIDE_WIDTH if self._is_beside else 0)
        self._show_reading(None)
        self._show_extent()

    @property
    def _is_beside(self) -> bool:
        return self._lead is not None and not self._lead.isHidden()

    def _show_reading(self, reading: Reading | None) -> None:
        section = self._view.section
        shown = reading is not None and section is not None
        self.phase.setVisible(shown)
        self.extent.setHidden(shown and self._is_beside)
        if not shown:
            self.place.setText("")
            return
        down, across = section.axes
        text = f"{across} {self._length(reading.across, unit=False)}  {down} {self._length(reading.down)}"
        self.place.setText(text)
        if reading.phase < len(section.names):
            self.phase.set_phase(section.names[reading.phase], section.colours[reading.phase])
        self._make_room()

    def _show_extent(self) -> None:
        section = self._view.section
        if section is None:
            self.extent.show_words("")
            return
        height, width = section.extent
        size = f"{self._length(width, unit=False)} × {self._length(height)}"
        share = f"{self._view.share_shown:.0%}".replace("%", " %")
        self.extent.show_words(size, f", {share}" if self._is_beside else f", shown at {share}",
                               f"The section is {size}, shown at {share}")
        self._make_room()

    def _make_room(self) -> None:
        """Let the words beside controls stand whole; they seldom give room back, so that the controls stay."""
        if self._is_beside:
            needed = self._words.layout().minimumSize().width()
            self._words.setMinimumWidth(max(self._words.minimumWidth(), needed))

    def _length(self, value: float, *, unit: bool = True) -> str:
        section = self._view.section
        if section is not None and not section.in_um:
            return f"{value:.0f} {section.counted}" if unit else f"{value:.0f}"
        units = self._context.units
        if units.unit == "voxel":
            counted = "voxels" if section is None else section.counted
            return f"{units.convert(value):.0f}" + (f" {counted}" if unit else "")
        return units.format(value) if unit else number(units.convert(value))
