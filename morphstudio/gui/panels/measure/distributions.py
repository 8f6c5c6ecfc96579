"""Chord length distributions, one card for each phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Segmented
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from morphstudio.core.descriptors.values import Distribution, Measurement, ModelMeasurement
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

_KEY = "chord_length_distribution"


class DistributionCards(QWidget):
    """Data (dots) against model mean ± 2 sd (line and band), for one axis at a time."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._cards: dict[int, DistributionCard] = {}
        self._axis: Axis = "x"
        self._shown: tuple[object, ...] = (None, None, None)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        context.units.changed.connect(self._show)

    @property
    def cards(self) -> tuple[DistributionCard, ...]:
        """The cards, in the order of the phases."""
        return tuple(self._cards.values())

    def show_measured(self, data: Measurement | None, model: ModelMeasurement | None,
                      validation: Validation | None, colours: Mapping[int, RGB]) -> None:
        """Show what has been measured so far."""
        source = data or (model.mean if model is not None else None)
        phases = {p.label: p.phase for p in source.phases} if source is not None else {}
        axes = tuple(source.phases[0].distributions.get(_KEY, {})) if source is not None and source.phases else ()
        if tuple(phases) != tuple(self._cards):
            self._build(phases, colours)
        if axes and self._axis not in axes:
            self._axis = axes[-1]
        for card in self._cards.values():
            card.offer_axes(axes, self._axis)
        self._shown = (data, model, validation)
        self._show()

    def _build(self, phases: Mapping[int, str], colours: Mapping[int, RGB]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._cards = {}
        for label, name in phases.items():
            card = DistributionCard(self._context, name, label, colours.get(label, (128, 128, 128)))
            card.axis_chosen.connect(self._on_axis)
            self._cards[label] = card
            self._row.addWidget(card, 1)

    def _on_axis(self, axis: Axis) -> None:
        self._axis = axis
        for card in self._cards.values():
            card.choose_axis(axis)
        self._show()

    def _show(self) -> None:
        data, model, validation = self._shown
        for card in self._cards.values():
            card.show_axis(self._axis, data, model, validation)  # type: ignore[arg-type]


class DistributionCard(Panel):
    """One phase's chord length distribution."""

    axis_chosen = Signal(str)

    def __init__(self, context: AppContext, name: str, label: int, colour: RGB, parent: QWidget | None = None) -> None:
        from morphstudio.gui.plots.distribution import DistributionPlot

        super().__init__(name, "chord lengths", (4, 0, 4, 4), parent)
        self._context, self._label = context, label
        self._axes: Segmented | None = None
        header = self.title.parentWidget().layout()
        assert isinstance(header, QHBoxLayout)
        header.insertWidget(0, Swatch(colour))
        self._words = text_label("", "second", wrap=True)
        self._words.setIndent(10)
        self.plot = DistributionPlot(context.theme, "chord")
        self.plot.setMinimumHeight(96)
        self.plot.setAccessibleName(f"Chord length distribution of {name}")
        self._words.setToolTip("Complete chords: those that do not run into the edge. The table's mean chord length "
                               "counts the others as well, without bias.\n"
                               "Apart: how far the chords of the model are from those of the data, on average "
                               "(Wasserstein distance of the two curves).")
        self.body.setSpacing(0)
        self.body.addWidget(self._words)
        self.body.addWidget(self.plot, 1)

    def offer_axes(self, axes: tuple[Axis, ...], current: Axis) -> None:
        """Offer the measured axes."""
        if self._axes is not None or not axes:
            return
        self._axes = Segmented([(a, a) for a in axes], current, "Axis")
        self._axes.chosen.connect(self.axis_chosen)
        self.add_tool(self._axes)

    def choose_axis(self, axis: Axis) -> None:
        """Mark an axis as chosen."""
        if self._axes is not None:
            self._axes.set_current(axis)

    def show_axis(self, axis: Axis, data: Measurement | None, model: ModelMeasurement | None,
                  validation: Validation | None) -> None:
        """Show one axis of what is there."""
        seen, mean = _curve(data, self._label, axis), _curve(model and model.mean, self._label, axis)
        sd = _curve(model and model.sd, self._label, axis)
        self.plot.set_data(*((seen.grid, seen.cdf) if seen else (None, None)))
        has_sd = mean is not None and sd is not None and len(sd.cdf) == len(mean.cdf)
        self.plot.set_model(mean.grid if mean else None, mean.cdf if mean else None, sd.cdf if has_sd and sd else None)
        in_um = (seen or mean) is not None and (seen or mean).unit == "um"  # type: ignore[union-attr]
        units = self._context.units
        factor, unit = (units.factor(), units.unit_text()) if in_um else (1.0, "voxel")
        self.plot.set_unit(unit, factor)
        words = []
        if seen is not None and seen.mean is not None:
            words.append(f"mean of complete chords {number(seen.mean * factor)} {unit}")
        distance = next((d for d in (validation.distances if validation else ())
                         if (d.descriptor, d.axis, d.label) == (_KEY, axis, self._label)), None)
        if distance is not None and distance.distance is not None:
            words.append(f"apart by {number(distance.distance * factor, 2)} {unit}")
        reason = next((c.reason for c in (seen, mean) if c is not None and c.reason), "")
        self._words.setText("\n".join(words) or reason)


def _curve(measurement: Measurement | None, label: int, axis: Axis) -> Distribution | None:
    if measurement is None:
        return None
    phase = next((p for p in measurement.phases if p.label == label), None)
    return None if phase is None else phase.distribution(_KEY, axis)
