"""Distributions of data and model: one card for each phase, one choice of function and axis for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.units import number
from morphstudio.gui.widgets.buttons import Segmented
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import ElidedLabel, text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.panel_header import Spare
from morphstudio.gui.widgets.swatch import Swatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QResizeEvent

    from morphstudio.core.descriptors.values import Distribution, Measurement, ModelMeasurement
    from morphstudio.core.phases import Axis
    from morphstudio.core.validation import Validation
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

KINDS: tuple[tuple[str, str, str], ...] = (
    ("chord_length_distribution", "Chord lengths", "chord"), ("lineal_path", "Lineal path", "length"),
    ("two_point", "Two-point", "distance"))
CARD_WIDTH = 200  # pixels, at least
_BESIDE_TEXT = 12 + 24 + 12 + 3 * 8  # swatch, camera, margins and gaps beside name and words
_LEAST_NAME = 60
_TIPS = {
    "chord_length_distribution": "Share of the chords that are not longer than this; those that run into the edge are "
                                 "left out.\nApart: how far the chords of the model are from those of the image, on "
                                 "average (Wasserstein distance of the two curves).",
    "lineal_path": "Probability that a straight line of this length lies wholly in the phase.\nApart: the largest "
                   "difference of the two curves.",
    "two_point": "Probability that two points at this distance both lie in the phase: what a calibration fits.",
}

_UPRIGHT = {"chord_length_distribution": "Share of chords that are not longer",
            "lineal_path": "Probability that a line lies in the phase", "two_point": "Two-point probability"}


class DistributionCards(Panel):
    """Data (dots) against model mean ± 2 sd (line and band), for one axis at a time."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Distributions", "", (4, 0, 4, 4), parent)
        self._context = context
        self._cards: dict[int, DistributionCard] = {}
        self._axis: Axis = "x"
        self._built: tuple[tuple[int, str, RGB | None], ...] = ()
        self._shown: tuple[object, ...] = (None, None, None)
        self._legend = text_label("", "second")
        self._legend.setTextFormat(Qt.TextFormat.RichText)
        self._legend.setContentsMargins(0, 0, 8, 0)
        self.kinds = ComboBox()
        self.kinds.setAccessibleName("Function shown")
        self.kinds.setToolTip("Which function of the phases is shown")
        for key, title, _ in KINDS:
            self.kinds.addItem(title, key)
        self.kinds.currentIndexChanged.connect(lambda _: self._on_kind())
        self.axes: Segmented | None = None
        self._offered: tuple[Axis, ...] = ()
        self.add_tool(self._legend, Spare.LEGEND)
        self.add_tool(self.kinds)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self.body.addLayout(self._row, 1)
        context.units.changed.connect(self._show)
        context.theme.changed.connect(self._show_legend)

    @property
    def cards(self) -> tuple[DistributionCard, ...]:
        """The cards, in the order of the phases."""
        return tuple(self._cards.values())

    @property
    def axis(self) -> Axis:
        """The axis shown."""
        return self._axis

    @property
    def kind(self) -> str:
        """Key of the function shown."""
        return str(self.kinds.currentData())

    def show_measured(self, data: Measurement | None, model: ModelMeasurement | None,
                      validation: Validation | None, colours: Mapping[int, RGB]) -> None:
        """Show what has been measured so far."""
        source = data or (model.mean if model is not None else None)
        phases = {p.label: p.phase for p in source.phases} if source is not None else {}
        axes = tuple(source.phases[0].distributions.get(self.kind, {})) if source is not None and source.phases else ()
        shown = tuple((label, name, colours.get(label)) for label, name in phases.items())
        if shown != self._built:
            self._built = shown
            self._build(phases, colours)
        if axes and self._axis not in axes:
            self._axis = axes[-1]
        self._offer_axes(axes)
        self._shown = (data, model, validation)
        self._show()

    def choose_kind(self, key: str) -> None:
        """Show another function, e.g. ``"lineal_path"``."""
        self.kinds.setCurrentIndex(self.kinds.findData(key))

    def _build(self, phases: Mapping[int, str], colours: Mapping[int, RGB]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            item.widget().deleteLater()
        self._cards = {}
        for label, name in phases.items():
            card = DistributionCard(self._context, name, label, colours.get(label, (128, 128, 128)))
            card.choose_kind(self.kind)
            self._cards[label] = card
            self._row.addWidget(card, 1)

    def _offer_axes(self, axes: tuple[Axis, ...]) -> None:
        """Offer the measured axes; a section has other ones than a volume."""
        if self.axes is not None and (not axes or self._offered == axes):
            return
        if self.axes is not None:
            self.axes.setParent(None)
            self.axes.deleteLater()
            self.axes = None
        if axes:
            self.axes = Segmented([(a, a) for a in axes], self._axis, "Axis")
            self.axes.setToolTip("Direction along which is measured")
            self.axes.chosen.connect(self._on_axis)
            self.add_tool(self.axes)
            self._offered = axes

    def _on_kind(self) -> None:
        for card in self._cards.values():
            card.choose_kind(self.kind)
        self._show()

    def _on_axis(self, axis: Axis) -> None:
        self._axis = axis
        self._show()

    def _show(self) -> None:
        data, model, validation = self._shown
        for card in self._cards.values():
            card.show_axis(self._axis, data, model, validation)  # type: ignore[arg-type]
        self._show_legend()

    def _show_legend(self) -> None:
        tokens = self._context.theme.tokens
        shown = {kind for card in self._cards.values() for kind in card.plot.shown}
        parts = {"data": f"<span style='color:{tokens.text}'>•</span> Data",
                 "model": f"<span style='color:{tokens.accent}'><b>—</b></span> Model ± 2 sd"}
        self._legend.setText("&nbsp;&nbsp;&nbsp;".join(text for kind, text in parts.items() if kind in shown))


class DistributionCard(QWidget):
    """One phase's curve."""

    def __init__(self, context: AppContext, name: str, label: int, colour: RGB, parent: QWidget | None = None) -> None:
        from morphstudio.gui.plots.distribution import DistributionPlot

        super().__init__(parent)
        self._context, self._label, self._name = context, label, name
        self._kind = KINDS[0][0]
        self.setMinimumWidth(CARD_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 4, 0)
        head.setSpacing(8)
        self._words = ElidedLabel("", "second")
        self._said = ("", "")  # in full, and where room is short
        self.camera = FigureButton(context, self.figure)
        head.addWidget(Swatch(colour))
        self._title = ElidedLabel(name, "strong")
        self._title.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        head.addWidget(self._title)
        head.addWidget(self._words, 1)
        head.addWidget(self.camera)
        self.plot = DistributionPlot(context.theme, "chord")
        self.plot.setMinimumHeight(96)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        self.choose_kind(self._kind)

    def choose_kind(self, key: str) -> None:
        """Show another function from now on."""
        self._kind = key
        title, quantity = next((title, quantity) for k, title, quantity in KINDS if k == key)
        self.plot.set_kind(quantity, cumulative=key == KINDS[0][0])
        self.plot.setAccessibleName(f"{title} of {self._name}")

    @property
    def words(self) -> str:
        """What the card says beside its curve, in full."""
        return self._said[0]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more or less beside the name."""
        super().resizeEvent(event)
        self._say()

    def _say(self) -> None:
        full, short = self._said
        # A long name gives way to the short words, and the rest of the words to the name.
        room = self.width() - _BESIDE_TEXT
        advance = self._words.fontMetrics().horizontalAdvance
        name = min(self._title.sizeHint().width(), max(_LEAST_NAME, room - advance(short) - 2))
        self._title.setFixedWidth(name)
        self._words.setText(full if advance(full) <= room - name else short)

    def figure(self) -> PlotFigure | None:
        """Return the plot as a figure; ``None`` where nothing is measured."""
        if not self.plot.shown:
            return None
        title = next(title for key, title, _ in KINDS if key == self._kind)
        return PlotFigure(f"{title} of {self._name}", self.plot, self._context.theme, self._key,
                          upright=_UPRIGHT.get(self._kind, ""))

    def _key(self) -> list[KeyEntry]:
        entries = {"data": KeyEntry("dots", f"{self._name}, data"),
                   "model": KeyEntry("band", "Model ± 2 sd", "accent")}
        return [entries[shown] for shown in self.plot.shown]

    def show_axis(self, axis: Axis, data: Measurement | None, model: ModelMeasurement | None,
                  validation: Validation | None) -> None:
        """Show one axis of what is there."""
        seen, mean, sd = (_curve(m, self._label, self._kind, axis)
                          for m in (data, model and model.mean, model and model.sd))
        self.plot.set_data(*((seen.grid, seen.values) if seen else (None, None)))
        has_sd = mean is not None and sd is not None and len(sd.values) == len(mean.values)
        self.plot.set_model(mean.grid if mean else None, mean.values if mean else None,
                            sd.values if has_sd and sd else None)
        shown, units = seen or mean, self._context.units
        # Before anything has come, the axis is in the unit that it will have.
        in_um = shown.unit == "um" if shown is not None else self._context.session.document.voxel_size_um is not None
        factor, unit = (units.factor(), units.unit_text()) if in_um else (1.0, "voxel")
        self.plot.set_unit(unit, factor)
        distance = next((d for d in (validation.distances if validation else ())
                         if (d.descriptor, d.axis, d.label) == (self._kind, axis, self._label)), None)
        words = ""
        if distance is not None and distance.distance is not None:
            words = (f"at most {number(distance.distance, 2)} apart" if distance.unit == "1"
                     else f"{number(distance.distance * factor, 2)} {unit} apart")
        reason = next((c.reason for c in (seen, mean) if c is not None and c.reason), "")
        self._said = (f"image and model {words}", words) if words else (reason, reason)
        self._say()
        tip = _TIPS[self._kind]
        if self._kind == KINDS[0][0] and seen is not None and seen.mean is not None:
            tip += (f"\nComplete chords of the image are {number(seen.mean * factor)} {unit} long on average. The "
                    "table's mean chord length counts those at the edge as well, and is longer.")
        self._words.explain(tip)


def _curve(measurement: Measurement | None, label: int, key: str, axis: Axis) -> Distribution | None:
    if measurement is None:
        return None
    phase = next((p for p in measurement.phases if p.label == label), None)
    return None if phase is None else phase.distribution(key, axis)
