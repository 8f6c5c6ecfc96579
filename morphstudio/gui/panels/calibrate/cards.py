"""The cards of the Calibrate step that hold a plot or a table, and their quiet state before the first record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from morphstudio.gui.figures.button import FigureButton
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.panels.calibrate.ranking import NOT_FITTED, RankingTable
from morphstudio.gui.panels.calibrate.verdict import BY_FORMULA, misfit_words
from morphstudio.gui.widgets.combo_box import ComboBox
from morphstudio.gui.widgets.labels import text_label
from morphstudio.gui.widgets.panel import Panel
from morphstudio.gui.widgets.panel_header import Spare
from morphstudio.gui.widgets.place import Place
from morphstudio.gui.widgets.plot_key import PlotKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from morphstudio.core.calibration.records import RankedOrder
    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.gui.context import AppContext
    from morphstudio.gui.theme.tokens import RGB

LEAST_TABLE = 96
FAR_WORSE = ("They may be fewer than the settings ask for: an order whose curves are far worse than the best one's "
             "after its trial is not fitted to the end.")
WAITING = "How often two points at a distance h lie in two given phases: in the image, and in the model beside it."
LEVEL_TIP = ("Pale band: the image's own scatter, two standard errors (se) to each side. The curves of the material as "
             "a whole mostly lie there.\n"
             "Dashed: what two points that know nothing of each other would give, the level where the curves end.\n"
             "It bends a little: pairs far apart count an image's borders less than its middle, and the shares they "
             "see are not quite the whole image's.\n"
             "The model's line ends beside it where its volume fractions are not quite the image's.")


class CurvesCard(Panel):
    """All C_ij, with the direction they are taken along."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Two-point coverage functions", "", (4, 0, 4, 4), parent)
        from morphstudio.gui.plots.two_point_grid import TwoPointGrid

        self._context = context
        self._compared = ""
        self.grid = TwoPointGrid(context.theme)
        self.direction = ComboBox()
        self.direction.setAccessibleName("Direction")
        self.direction.setToolTip("The direction along which the distance h is taken")
        self.direction.hide()
        self._legend = PlotKey()
        self._legend.setToolTip(LEVEL_TIP)
        self.add_tool(self.direction)
        self.add_tool(self._legend, Spare.LEGEND)
        self.add_tool(FigureButton(context, self.figure))
        self.remark.hide()
        self.tools.insertStretch(0, 1)
        self.place = Place(self.grid, WAITING, context, "chart-line", "No curves yet")
        self.place.setMinimumHeight(180)
        self.body.addWidget(self.place, 1)
        context.theme.changed.connect(self._show_legend)
        self._show_legend()

    def figure(self) -> PlotFigure | None:
        """Return the curves as a figure; ``None`` before there are any."""
        if not self.place.is_filled:
            return None
        return PlotFigure("Two-point coverage functions", self.grid, self._context.theme, self._key,
                          wide=True)

    def _key(self) -> list[KeyEntry]:
        other = [KeyEntry("dotted", self._compared, "accent")] if self._compared else []
        scatter = [KeyEntry("band", "± 2 standard errors")] if self.grid.has_scatter else []
        return [KeyEntry("dots", "Image"), *scatter, KeyEntry("line", "Model", "accent"), *other,
                KeyEntry("dashed", "independent points", "strong")]

    def show_standing(self, *, filled: bool, measuring: bool) -> None:
        """Show the curves, or hold their place until there are any; a key without curves would explain nothing."""
        self.place.set_text(WAITING, "Measuring the image…" if measuring else "No curves yet")
        self.place.set_filled(filled)
        self._show_legend()

    def offer_directions(self, labels: list[str]) -> None:
        """Offer the directions there are; one alone is not asked for."""
        self.direction.setVisible(len(labels) > 1)
        if [self.direction.itemText(k) for k in range(self.direction.count())] != labels:
            self.direction.blockSignals(True)
            self.direction.clear()
            self.direction.addItems(labels)
            self.direction.blockSignals(False)

    def show_compared(self, words: str) -> None:
        """Name the dotted curves in the legend; an empty text where there are none."""
        self._compared = words
        self._show_legend()

    def _show_legend(self) -> None:
        if not self.place.is_filled:
            self._legend.show_parts("", "")
            return
        tokens = self._context.theme.tokens
        other = f"<b style='color:{tokens.accent}'>···</b> {self._compared}&nbsp; " if self._compared else ""
        scatter = "&nbsp;± 2 se" if self.grid.has_scatter else ""
        self._legend.show_parts(f"<span style='color:{tokens.text}'>••</span> Image{scatter}&nbsp; "
                                f"<b style='color:{tokens.accent}'>—</b> Model",
                                f"{other}<span style='color:{tokens.strong}'>- -</span> independent")


class CovariancesCard(Panel):
    """The covariances of the best model's fields, γ and the sign in the head."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Covariances", "", (4, 0, 4, 4), parent)
        from morphstudio.gui.plots.covariances import CovariancePlot

        self.plot = CovariancePlot(context.theme)
        self._theme = context.theme
        self.add_tool(FigureButton(context, self.figure))
        self.place = Place(self.plot, "The first fit shows how far each random field of the model reaches.", context,
                           "waves", "No model yet")
        self.place.setMinimumHeight(LEAST_TABLE)
        self.body.addWidget(self.place, 1)

    def figure(self) -> PlotFigure | None:
        """Return the covariances as a figure; ``None`` before there are any."""
        return PlotFigure("Covariances", self.plot, self._theme, self._key) if self.plot.lines else None

    def _key(self) -> list[KeyEntry]:
        return [KeyEntry("dashed" if line.dashed else "line", line.words, colour, line.symbol)
                for line, colour in self.plot.key.entries]

    def show_model(self, model: ExcursionSet | None, colours: Mapping[str, RGB]) -> None:
        """Show a model's covariances; ``None`` shows the empty place."""
        from morphstudio.gui.plots.covariances import correlation_words

        self.plot.show_model(model, colours)
        self.place.set_filled(model is not None)
        self.set_remark("" if model is None else correlation_words(model))


class RankingCard(Panel):
    """The phase orders tried."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__("Phase order", "", (0, 0, 0, 4), parent)
        self.table = RankingTable(context)
        self.place = Place(self.table, "Which phase is cut out first changes the structure: the orders tried are "
                           "ranked here.", context, "sort-ascending", "No order tried yet")
        self.body.addWidget(self.place, 1)
        self.explained = text_label(misfit_words(None), "caption", wrap=True)
        self.explained.setContentsMargins(12, 0, 8, 0)
        self.explained.setToolTip(BY_FORMULA)
        self.explained.hide()
        self.body.addWidget(self.explained)

    def show_ranking(self, rows: tuple[RankedOrder, ...], colours: Mapping[str, RGB], *, ended: bool = False) -> None:
        """Show the orders tried; none shows the empty place. Of a run that has ended, the best one is judged."""
        n_orders = len(rows)
        self.table.show_ranking(rows, colours, ended=ended)
        self.place.set_filled(n_orders > 0)
        n_fitted = sum(row.refined for row in rows)
        how = f"best {n_fitted} fitted to the end" if ended and n_fitted < n_orders else "best first"
        self.set_remark("" if not n_orders else "1 tried" if n_orders == 1 else f"{n_orders} tried, {how}")
        tip = f"Of those in grey: {NOT_FITTED[:1].lower()}{NOT_FITTED[1:]}\n{FAR_WORSE}"
        self.remark.setToolTip(tip if ended else "")
        self.explained.setText(misfit_words(rows[0] if ended and rows else None))
        self.explained.setVisible(n_orders > 0)
