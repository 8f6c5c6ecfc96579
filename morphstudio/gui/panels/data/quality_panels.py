"""The three cards of the quality check: two profiles and the isotropy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout

from morphstudio.core.phases import AXES
from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.panels.data.isotropy_view import NOT_COMPARED, SHADE, DirectionalCurves, DirectionKey, IsotropyView
from morphstudio.gui.panels.data.isotropy_words import TOO_SMALL, Verdict, verdict_on, widest
from morphstudio.gui.panels.data.lengths import VoxelLengths
from morphstudio.gui.panels.data.profile_view import Profile, ProfileView
from morphstudio.gui.widgets.buttons import Button, Segmented
from morphstudio.gui.widgets.chip import Chip
from morphstudio.gui.widgets.labels import WholeWords
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.phases import STACK_ORDER, image_colours, spoken_name

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from morphstudio.app.document import ImageEntry
    from morphstudio.app.image_quality import ImageQuality
    from morphstudio.core.descriptors.isotropy import DirectionGap
    from morphstudio.core.image_edits import Box
    from morphstudio.gui.context import AppContext

MEANS = "– – mean"
_EDGES = {"x": ("Left edge", "Right edge"), "y": ("Top edge", "Bottom edge"), "z": ("First slices", "Last slices")}
_WORDS = {"x": "column", "y": "row", "z": "slice"}

class QualityPanels(QObject):
    """Fills the cards from the quality of the active image.

    ``crop_proposed`` carries a box without an edge that looks wrong.
    """

    crop_proposed = Signal(object)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._entry: ImageEntry | None = None
        self._quality: ImageQuality | None = None
        self.down = Panel("Fraction per row", MEANS, margins=(8, 0, 12, 4))
        self.across = Panel("Fraction per column", MEANS, margins=(8, 0, 12, 4))
        self.isotropy = Panel("Isotropy", margins=(12, 0, 8, 4))
        self._down_view = ProfileView(context, upright=True)
        self._across_view = ProfileView(context, upright=False)
        self._isotropy_view = IsotropyView(context)
        self.verdict = Chip(context)
        self._directions = DirectionKey(context)
        self.axis = Segmented([(axis, axis) for axis in ("x", "y", "z")], "x", "Profile along")
        self.axis.chosen.connect(lambda _: self._draw())
        self.sentence = WholeWords()
        self.edge_buttons = {panel: Button(context, "", "warn", "warning") for panel in (self.down, self.across)}
        self._proposed: dict[Panel, Box] = {}
        self._build()
        context.units.changed.connect(self._draw)

    def _figure(self, panel: Panel, view: QWidget) -> PlotFigure | None:
        """Return a card's plot as a figure, the phases as its key; ``None`` while it is empty."""
        entry = self._entry
        if entry is None or self._quality is None:
            return None
        phases = zip(entry.image.phases, image_colours(entry.image), strict=True)
        # The isotropy is of one phase, and its key is of directions.
        directions = [KeyEntry(mark, f"along {axis}") for axis, mark in
                      (("x", "line"), ("y", "dashed"), ("z", "dotted")) if axis in self._directions.axes]
        key = directions if view is self._isotropy_view else [KeyEntry("swatch", spoken_name(phase), colour)
                                                              for phase, colour in phases]
        rest = view is self._isotropy_view and self._directions.has_rest
        return PlotFigure(panel.title.text(), view, self._context.theme, lambda: [*key, *self._rest_entry()] if rest
                          else key)

    def _rest_entry(self) -> list[KeyEntry]:
        """Return what the grey part of the isotropy is, in the colours that are lent to a figure."""
        grey = QColor(getattr(self._context.theme.tokens, SHADE))
        return [KeyEntry("swatch", NOT_COMPARED, (grey.red(), grey.green(), grey.blue()))]

    def show_quality(self, entry: ImageEntry, quality: ImageQuality | None) -> None:
        """Show what was computed; ``None`` while it is being computed."""
        another = self._entry is None or self._entry.image.labels is not entry.image.labels
        self._entry, self._quality = entry, quality
        if another:
            self._choose_axes()
        self._draw()

    def _build(self) -> None:
        for panel, button in self.edge_buttons.items():
            button.hide()
            button.clicked.connect(lambda _=False, p=panel: self.crop_proposed.emit(self._proposed[p]))
            panel.add_tool(button)
        self.down.body.addWidget(self._down_view, 1)
        self.across.add_tool(self.axis)
        self.across.body.addWidget(self._across_view, 1)
        self.isotropy.add_tool(self.verdict)
        for panel, view in ((self.down, self._down_view), (self.across, self._across_view),
                            (self.isotropy, self._isotropy_view)):
            panel.add_tool(FigureButton(self._context, partial(self._figure, panel, view)))
        self.isotropy.body.setSpacing(2)
        self.isotropy.body.addWidget(self.sentence)
        # The plot leaves the key a line over its grid.
        plot = QGridLayout()
        plot.addWidget(self._isotropy_view, 0, 0)
        plot.addWidget(self._directions, 0, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.isotropy.body.addLayout(plot, 1)

    def _choose_axes(self) -> None:
        assert self._entry is not None
        axes = [AXES[axis] for axis in self._entry.image.open_axes]
        is_volume = len(axes) == 3
        self.axis.setVisible(is_volume)
        self._down_axis, across = axes[-2], axes[-1]
        self.axis.set_current("z" if is_volume else across)
        self._across_axis = across

    def _draw(self) -> None:
        if self._entry is None:
            return
        if self._entry.image.is_section:
            names = {self._down_axis: "row", self._across_axis: "column"}
        else:
            self._across_axis = self.axis.current
            names = _WORDS
        self.down.title.setText(f"Fraction per {names[self._down_axis]}")
        self.across.title.setText(f"Fraction per {names[self._across_axis]}")
        self._down_view.show_profile(self._profile(self._down_axis))
        self._across_view.show_profile(self._profile(self._across_axis))
        self._show_edge(self.down, self._down_axis)
        self._show_edge(self.across, self._across_axis)
        self._draw_isotropy()

    def _show_edge(self, panel: Panel, name: str) -> None:
        """Offer to crop an edge that chance does not explain."""
        assert self._entry is not None
        button, image = self.edge_buttons[panel], self._entry.image
        odd = None if self._quality is None or name not in self._quality.axes else self._quality.axes[name].odd_edge
        button.setVisible(odd is not None)
        if odd is None:
            return
        axis = AXES.index(name)
        box = [(0, n) for n in image.shape]
        box[axis] = (odd.width, image.shape[axis]) if odd.side == "low" else (0, image.shape[axis] - odd.width)
        self._proposed[panel] = (box[0], box[1], box[2])
        # In a section, rows are told by where they lie, whatever axis they run along.
        as_seen = name if not image.is_section else "y" if panel is self.down else "x"
        where = _EDGES[as_seen][odd.side == "high"]
        phase = spoken_name(image.phases[odd.phase])
        width = VoxelLengths(self._context.units, image).text(odd.width, axis)
        more = "more" if odd.fraction > odd.usual else "less"
        button.setText(f"{where}: {more} {phase}, crop {width}?")
        button.setToolTip(
            f"{phase} fills {odd.fraction:.3f} of this strip and {odd.usual:.3f} of the others. Among strips that are "
            "alike, less than one image in a hundred shows such a difference (Student’s t, corrected for all "
            "strips looked at). Click to see the crop.")

    def _length(self, axis: str) -> tuple[float, str]:
        """Return what one voxel along ``axis`` is in the unit shown, and that unit."""
        assert self._entry is not None
        units = self._context.units
        if self._entry.image.voxel_size_um is None or units.unit == "voxel":
            return 1.0, "px" if self._entry.image.is_section else "voxel"
        return units.convert(self._entry.image.spacing[AXES.index(axis)]), units.label

    def _profile(self, axis: str) -> Profile | None:
        if self._quality is None or self._entry is None or axis not in self._quality.axes:
            return None
        image = self._entry.image
        order = sorted(range(len(image.phases)), key=lambda at: (STACK_ORDER[image.phases[at].role], at))
        colours = image_colours(image)
        factor, unit = self._length(axis)
        along = self._quality.axes[axis]
        means = self._quality.counts / self._quality.counts.sum()
        return Profile(along.edges * factor, along.fractions[:, order], means[order],
                       tuple(colours[at] for at in order), axis, unit)

    def _draw_isotropy(self) -> None:
        assert self._entry is not None
        if self._quality is None:
            self._isotropy_view.show_curves(None)
            self.verdict.show_state("", "")
            self.sentence.show_words(" ")
            return
        image, quality = self._entry.image, self._quality
        found = widest(quality.gaps)
        curves = self._curves_of(quality, found)
        self._isotropy_view.show_curves(curves)
        self._directions.show_axes(list(curves.lags), rest=curves.has_rest)
        self._show_verdict(TOO_SMALL if found is None else verdict_on(
            found, spoken_name(image.phases[found.phase]), self._distance(quality, found)))

    def _show_verdict(self, verdict: Verdict) -> None:
        self.verdict.show_state(verdict.chip, verdict.state)
        self.verdict.setToolTip(verdict.explanation)
        self.sentence.show_words(verdict.sizes, verdict.place, verdict.explanation, before=verdict.phase)

    def _distance(self, quality: ImageQuality, gap: DirectionGap) -> str:
        """Return where a gap is seen, in the unit shown."""
        assert self._entry is not None
        axis = AXES.index(gap.axis)
        # The voxel size may be another one than when this was computed.
        voxels = gap.distance / quality.spacing[axis]
        return VoxelLengths(self._context.units, self._entry.image).text(voxels, axis)

    def _curves_of(self, quality: ImageQuality, found: DirectionGap | None) -> DirectionalCurves:
        lags, values, unit, compared = {}, {}, "", 0.0
        phase = 0 if found is None else found.phase
        for axis, along in quality.axes.items():
            factor, unit = self._length(axis)
            lags[axis] = np.arange(len(along.two_point)) * factor
            values[axis] = along.two_point[:, phase]
            if found is not None:  # in voxels of unequal edges, farther along some axes than along others
                compared = max(compared, found.reach / quality.spacing[AXES.index(axis)] * factor)
        fraction = float(quality.counts[phase] / quality.counts.sum())
        return DirectionalCurves(lags, values, fraction**2, unit, compared)
