"""Chord length distributions, one card for each phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Segmented
from morphstudio.gui.widgets.combo_box import ComboBox
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

KINDS: tuple[tuple[str, str, str], ...] = (
    ("chord_length_distribution", "Chord lengths", "chord"), ("lineal_path", "Lineal path", "length"),
    ("two_point", "Two-point", "distance"))
_TIPS = {
    "chord_length_distribution": "Complete chords: those that do not run into the edge. The table's mean chord length "
                                 "counts the others as well, without bias.\nApart: how far the chords of the model "
                                 "are from those of the data, on average (Wasserstein distance of the two curves).",
    "lineal_path": "Probability that a straight line of this length lies wholly in the phase.\nApart: the largest "
                   "difference of the two curves.",
    "two_point": "Probability that two points at this distance both lie in the phase: what a calibration fits.",
}


class DistributionCards(QWidget):
    """Data (dots) against model mean ± 2 sd (line and band), for one axis at a time."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._cards: dict[int, DistributionCard] = {}
        self._axis: Axis = "x"
        self._kind = KINDS[0][0]
        self._shown: tuple[object, ...] = (None, None, None)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        context.units.changed.connect(self._show)

    @property
    def cards(self) -> tuple[DistributionCard, ...]:
        """The cards, in the order of the phases."""
        return tuple(self._cards.values())

    @property
    def axis(self) -> Axis:
        """The axis shown."""
        return self._axis

    def show_measured(self, data: Measurement | None, model: ModelMeasurement | None,
                      validation: Validation | None, colours: Mapping[int, RGB]) -> None:
        """Show what has been measured so far."""
        source = data or (model.mean if model is not None else None)
        phases = {p.label: p.phase for p in source.phases} if source is not None else {}
        axes = tuple(source.phases[0].distributions.get(self._kind, {})) if source is not None and source.phases else ()
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
            card.kind_chosen.connect(self.choose_kind)
            card.choose_kind(self._kind)
            self._cards[label] = card
            self._row.addWidget(card, 1)

    def choose_kind(self, key: str) -> None:
        """Show another function, e.g. ``"lineal_path"``, on all cards."""
        self._kind = key
        for card in self._cards.values():
            card.choose_kind(key)
        self._show()

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
    kind_chosen = Signal(str)

    def __init__(self, context: AppContext, name: str, label: int, colour: RGB, parent: QWidget | None = None) -> None:
        from morphstudio.gui.plots.distribution import DistributionPlot

        super().__init__(name, "", (4, 0, 4, 4), parent)
        self._context, self._label, self._name = context, label, name
        self._kind = KINDS[0][0]
        self.kinds = ComboBox()
        self.kinds.setAccessibleName(f"Function shown of {name}")
        self.kinds.setToolTip("Which function of the phase is shown, on all cards")
        for key, title, _ in KINDS:
            self.kinds.addItem(title, key)
        self.kinds.currentIndexChanged.connect(lambda _: self.kind_chosen.emit(self.kinds.currentData()))
        self.add_tool(self.kinds)
        self.camera = FigureButton(context, self.figure)
        self.add_tool(self.camera)
        self._axes: Segmented | None = None
        header = self.title.parentWidget().layout()
        assert isinstance(header, QHBoxLayout)
        header.insertWidget(0, Swatch(colour))
        self._words = text_label("", "second", wrap=True)
        self._words.setIndent(10)
        self.plot = DistributionPlot(context.theme, "chord")
        self.plot.setMinimumHeight(96)
        self.plot.setAccessibleName(f"Chord length distribution of {name}")
        self._words.setToolTip(_TIPS[self._kind])
        self.body.setSpacing(0)
        self.body.addWidget(self._words)
        self.body.addWidget(self.plot, 1)

    def offer_axes(self, axes: tuple[Axis, ...], current: Axis) -> None:
        """Offer the measured axes."""
        if self._axes is not None or not axes:
            return
        self._axes = Segmented([(a, a) for a in axes], current, "Axis")
        self._axes.chosen.connect(self.axis_chosen)
        self.tools.insertWidget(1, self._axes)

    def choose_kind(self, key: str) -> None:
        """Mark a function as chosen."""
        self._kind = key
        self.kinds.blockSignals(True)
        self.kinds.setCurrentIndex(self.kinds.findData(key))
        self.kinds.blockSignals(False)
        title, quantity = next((title, quantity) for k, title, quantity in KINDS if k == key)
        self.plot.set_kind(quantity, cumulative=key == KINDS[0][0])
        self.plot.setAccessibleName(f"{title} of {self._name}")
        self._words.setToolTip(_TIPS[key])

    def figure(self) -> PlotFigure | None:
        """Return the plot as a figure; ``None`` where nothing is measured."""
        if not self.plot.shown:
            return None
        return PlotFigure(f"{self.kinds.currentText()} of {self._name}", self.plot, self._context.theme, self._key)

    def _key(self) -> list[KeyEntry]:
        entries = {"data": KeyEntry("dots", f"{self._name}, data"),
                   "model": KeyEntry("band", "Model ± 2 sd", "accent")}
        return [entries[shown] for shown in self.plot.shown]

    def choose_axis(self, axis: Axis) -> None:
        """Mark an axis as chosen."""
        if self._axes is not None:
            self._axes.set_current(axis)

    def show_axis(self, axis: Axis, data: Measurement | None, model: ModelMeasurement | None,
                  validation: Validation | None) -> None:
        """Show one axis of what is there."""
        seen, mean, sd = (_curve(m, self._label, self._kind, axis)
                          for m in (data, model and model.mean, model and model.sd))
        self.plot.set_data(*((seen.grid, seen.values) if seen else (None, None)))
        has_sd = mean is not None and sd is not None and len(sd.values) == len(mean.values)
        self.plot.set_model(mean.grid if mean else None, mean.values if mean else None,
                            sd.values if has_sd and sd else None)
        in_um = (seen or mean) is not None and (seen or mean).unit == "um"  # type: ignore[union-attr]
        units = self._context.units
        factor, unit = (units.factor(), units.unit_text()) if in_um else (1.0, "voxel")
        self.plot.set_unit(unit, factor)
        words = []
        if self._kind == KINDS[0][0] and seen is not None and seen.mean is not None:
            words.append(f"mean of complete chords {number(seen.mean * factor)} {unit}")
        distance = next((d for d in (validation.distances if validation else ())
                         if (d.descriptor, d.axis, d.label) == (self._kind, axis, self._label)), None)
        if distance is not None and distance.distance is not None:
            is_length = distance.unit != "1"
            apart = f"{number(distance.distance * (factor if is_length else 1.0), 2)}{f' {unit}' if is_length else ''}"
            words.append(f"apart by {'' if is_length else 'at most '}{apart}")
        reason = next((c.reason for c in (seen, mean) if c is not None and c.reason), "")
        self._words.setText("\n".join(words) or reason)


def _curve(measurement: Measurement | None, label: int, key: str, axis: Axis) -> Distribution | None:
    if measurement is None:
        return None
    phase = next((p for p in measurement.phases if p.label == label), None)
    return None if phase is None else phase.distribution(key, axis)
