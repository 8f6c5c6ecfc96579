"""Plots: ranges fixed by the data, deviations, colours that follow the theme, at most ten redraws a second."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QColor, QPainter, QPixmap

from morphstudio.core.calibration.records import StepRecord, TwoPointCurves
from morphstudio.core.phases import Phase
from morphstudio.gui.plots.axes import PlotView, QuietPlot
from morphstudio.gui.plots.throttle import Throttle
from morphstudio.gui.plots.traces import NOISE_WORD, NOISE_WORDS, MisfitPlot
from morphstudio.gui.plots.two_point_grid import TwoPointGrid
from morphstudio.gui.theme.fonts import symbol_font
from morphstudio.gui.theme.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

PHASES = (Phase(1, "se"), Phase(2, "am"), Phase(3, "pore"))
COLOURS = ("#BEC5CE", "#C44730", "#1B2840")


def _curves(factor: float = 1.0) -> TwoPointCurves:
    eps = np.array([0.4, 0.5, 0.1])
    lags = np.linspace(0, 5, 26)
    level, start = np.outer(eps, eps), np.diag(eps)
    values = level + (start - level) * np.exp(-lags)[:, None, None]
    return TwoPointCurves(lags, values * factor)


@pytest.fixture
def grid(application: Application, qtbot: QtBot) -> TwoPointGrid:
    plot = TwoPointGrid(application.theme)
    qtbot.addWidget(plot)
    plot.resize(700, 420)
    plot.show()
    plot.set_phases(PHASES, COLOURS)
    return plot


def test_that_three_phases_have_six_plots_that_fill_the_widget(grid: TwoPointGrid):
    assert len(grid._cells) == 6
    assert all(cell.plot.size().height() > 120 for cell in grid._cells)


def test_that_the_deviation_is_that_of_the_model(grid: TwoPointGrid):
    grid.set_data(_curves())
    grid.set_model(_curves(1.02))
    assert grid.deviations == pytest.approx([0.02] * 6)


def _scattering(reach: float) -> TwoPointCurves:
    curves = _curves()
    return TwoPointCurves(curves.lags, curves.values, np.full_like(curves.values, reach))


def test_that_the_scatter_of_the_image_is_a_band_of_two_standard_errors(grid: TwoPointGrid,
                                                                        monkeypatch: pytest.MonkeyPatch):
    grid.set_data(_curves())
    assert not grid.has_scatter
    assert not any(cell.band.item.isVisible() for cell in grid._cells)
    grid.set_data(_scattering(0.01))
    assert grid.has_scatter
    cell = grid._cells[0]
    assert cell.band.item.isVisible()
    (_, upper), (_, lower) = (item.getData() for item in (cell.band._upper, cell.band._lower))
    np.testing.assert_allclose(upper - lower, 0.04)
    drawn_box = cell.band.item.path().boundingRect()
    assert drawn_box.bottom() == pytest.approx(upper.max())
    assert drawn_box.top() == pytest.approx(lower.min())
    drawn = []
    monkeypatch.setattr(type(cell.band), "show", lambda *given: drawn.append(given))
    grid.set_model(_curves(1.02))
    assert not drawn, "the models of a run do not draw it anew"
    low, high = cell.plot.viewRange()[1]
    assert low < lower.min()
    assert high > upper.max()


def test_that_a_wide_band_does_not_press_its_curve_flat(grid: TwoPointGrid):
    grid.set_data(_scattering(0.4))
    for cell in grid._cells:
        low, high = cell.plot.viewRange()[1]
        assert np.ptp(cell.data.getData()[1]) > 0.3 * (high - low)


def test_that_ranges_stay_while_the_model_is_inside_them(grid: TwoPointGrid):
    grid.set_data(_curves())
    before = [cell.plot.viewRange() for cell in grid._cells]
    grid.set_model(_curves(0.98))
    assert [cell.plot.viewRange() for cell in grid._cells] == before


def test_that_a_range_grows_for_a_model_above_the_data_and_keeps_the_data(grid: TwoPointGrid):
    grid.set_data(_curves())
    before = [cell.plot.viewRange() for cell in grid._cells]
    grid.set_model(_curves(1.5))
    for cell, (across, (low, _)) in zip(grid._cells, before, strict=True):
        assert cell.plot.viewRange()[0] == across
        shown = cell.plot.viewRange()[1]
        assert shown[0] <= low
        i, j = cell.pair
        assert shown[1] > _curves(1.5).values[:, i, j].max()
    grown = [cell.plot.viewRange() for cell in grid._cells]
    grid.set_model(_curves(1.2))
    assert [cell.plot.viewRange() for cell in grid._cells] == grown


def test_that_data_that_come_beside_a_model_leave_room_for_both(grid: TwoPointGrid):
    grid.set_model(_curves(2.0))
    grid.set_data(_curves())
    assert grid._cells[0].plot.viewRange()[1][1] > _curves(2.0).values[:, 0, 0].max()


def test_that_the_symbol_of_the_axis_is_an_italic_serif(grid: TwoPointGrid):
    (symbol, font), (rest, plain) = grid._cells[0].plot.bottom._label_runs()
    assert (symbol, rest) == ("h", " / µm")
    assert font.italic()
    assert font.families() == symbol_font().families()
    assert not plain.italic()


def test_that_lags_are_shown_in_the_unit_asked_for(grid: TwoPointGrid):
    grid.set_data(_curves())
    grid.set_unit("nm", 1000.0)
    assert grid._cells[0].data.getData()[0][-1] == pytest.approx(5000)
    assert grid._cells[0].plot.bottom.end_label == "h / nm"


def test_that_plots_take_the_colours_of_the_theme(grid: TwoPointGrid, application: Application):
    for name, tokens in (("dark", DARK), ("light", LIGHT)):
        application.theme.set_theme(name)
        assert grid.backgroundBrush().color() == QColor(tokens.surface)
        assert grid._cells[0].model.opts["pen"].color() == QColor(tokens.accent)


def test_that_the_misfit_so_far_never_rises(application: Application, qtbot: QtBot):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    for step, misfit in enumerate((9.0, 4.0, 7.0, 2.0), 1):
        plot.append(StepRecord(step, "triage", 0.1, "", misfit=misfit, best_misfit=min(misfit, 4.0)))
    plot.redraw()
    assert plot.n_points == 4
    assert plot.best == 2.0


def test_that_requests_in_a_row_are_answered_by_two_calls(qtbot: QtBot):
    calls: list[int] = []
    throttle = Throttle(lambda: calls.append(1))
    for _ in range(50):
        throttle.request()
    assert len(calls) == 1
    qtbot.waitUntil(lambda: len(calls) == 2)


@pytest.mark.parametrize("misfits", [
    [300.0] * 5 + [5.0] * 20, [300.0] * 20 + [0.3] * 10, [200.0] * 10 + [10.0] * 40 + [3.0] * 40 + [0.3] * 10,
    [40.0, 20.0, 0.9, 0.8]])
def test_that_the_words_on_the_noise_line_leave_the_curve_free(application: Application, qtbot: QtBot,
                                                               misfits: list[float]):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    plot.resize(360, 200)
    plot.show()
    for step, misfit in enumerate(misfits):
        plot.append(StepRecord(step, "triage", 0.0, "", misfit=misfit, best_misfit=min(misfits[:step + 1])))
    plot.redraw()
    plot.grab()
    words = plot.noise_words.sceneBoundingRect().adjusted(3, 3, -3, -3)
    view = plot._plot.getViewBox()
    assert view.sceneBoundingRect().adjusted(-4, -4, 4, 4).contains(words)
    steps = np.linspace(0, len(misfits) - 1, 400)
    seen = [view.mapViewToScene(QPointF(step, np.log10(min(misfits[:int(step) + 1])))) for step in steps]
    assert not any(words.contains(point) for point in seen)


def test_that_strokes_are_as_wide_as_the_window_is_fine(application: Application, qtbot: QtBot,
                                                         monkeypatch: pytest.MonkeyPatch):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    before = plot._lowest.opts["pen"].widthF()
    monkeypatch.setattr(MisfitPlot, "devicePixelRatioF", lambda _: 2.0)
    plot.finer.emit()
    assert plot._lowest.opts["pen"].widthF() == 2 * before
    assert plot._plot.getAxis("bottom").pen().widthF() == 2.0


def test_that_a_dot_at_no_distance_is_shown_whole(grid: TwoPointGrid):
    grid.set_data(_curves())
    for cell in grid._cells:
        left = cell.plot.getViewBox().mapViewToScene(QPointF(0.0, 0.0)).x()
        assert left - cell.plot.getViewBox().sceneBoundingRect().left() >= 2.0


@pytest.mark.parametrize(("unit", "factor"), [("px", 4.0), ("px", 23.0), ("nm", 1000.0), ("µm", 1.0)])
@pytest.mark.parametrize("width", [430, 700, 1200])
def test_that_an_axis_has_two_labelled_ticks_that_stand_apart(grid: TwoPointGrid, unit: str, factor: float, width: int):
    grid.resize(width, 320)
    grid.set_data(_curves())
    grid.set_unit(unit, factor)
    grid.grab()
    ground = QPixmap(1, 1)
    for cell in grid._cells:
        with QPainter(ground) as painter:
            texts = cell.plot.bottom.generateDrawSpecs(painter)[2]
        assert len(texts) >= 2
        assert all(one[0].right() <= other[0].left() for one, other in pairwise(texts))


def _left_labels(plot: QuietPlot) -> list[str]:
    ground = QPixmap(1, 1)
    with QPainter(ground) as painter:
        return [text for _, _, text in plot.getAxis("left").generateDrawSpecs(painter)[2]]


@pytest.mark.parametrize("height", [95, 110, 160, 300])
@pytest.mark.parametrize("misfits", [[9.0, 8.0, 3.0], [9e4, 300.0, 2.5], [4000.0, 12.0, 2e-3], [1.2, 1.1, 1.05]])
def test_that_the_misfit_has_two_labelled_ticks_in_the_lowest_panel(application: Application, qtbot: QtBot, height: int,
                                                                    misfits: list[float]):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    plot.resize(280, height)
    plot.show()
    for step, misfit in enumerate(misfits, 1):
        plot.append(StepRecord(step, "triage", 0.1, "", misfit=misfit, best_misfit=misfit))
    plot.redraw()
    plot.grab()
    assert len(_left_labels(plot._plot)) >= 2
    assert "1" in _left_labels(plot._plot)


@pytest.mark.parametrize(("low", "high"), [(0.325, 0.605), (0.0, 0.066), (0.012, 0.045), (0.38, 0.81)])
def test_that_a_low_plot_has_two_labelled_values(application: Application, qtbot: QtBot, low: float, high: float):
    view, plot = PlotView(), QuietPlot("h / µm", "h")
    qtbot.addWidget(view)
    view.ci.layout.setContentsMargins(0, 0, 0, 0)
    view.addItem(plot)
    plot.restyle(application.theme.tokens, view)
    plot.setRange(xRange=(0, 10), yRange=(low, high), padding=0)
    for height in (95, 110, 140, 300):
        view.resize(150, height)
        view.show()
        view.grab()
        assert len(_left_labels(plot)) >= 2


def test_that_all_plots_name_their_phases_or_none_does(grid: TwoPointGrid):
    grid.set_data(_curves())
    grid.set_model(_curves(1.02))
    titles = [cell.title for cell in grid._cells]
    seen = set()
    for width in range(330, 720, 30):
        grid.resize(width, 320)
        grid.grab()
        assert len({title.has_names for title in titles}) == 1
        seen.add(titles[0].has_names)
        if len({title.has_room for title in titles}) == 2:
            assert not titles[0].has_names
    assert seen == {True, False}


def test_that_words_too_long_for_the_free_place_are_shortened_and_curves_seen_through(application: Application,
                                                                                      qtbot: QtBot):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    plot.resize(280, 130)
    plot.show()
    for step, misfit in enumerate([300.0] * 10 + [4.0] * 30 + [0.58] * 40):
        plot.append(StepRecord(step, "triage", 0.0, "", misfit=misfit, best_misfit=misfit))
    plot.redraw()
    assert plot.noise_words.toPlainText() == NOISE_WORD
    plot.resize(700, 300)
    plot.grab()
    assert plot.noise_words.toPlainText() == NOISE_WORDS
    assert plot.noise_words.fill.color().alpha() < 255


def test_that_fewer_words_are_chosen_where_the_line_of_each_step_would_strike_all_of_them(application: Application,
                                                                                          qtbot: QtBot):
    plot = MisfitPlot(application.theme)
    qtbot.addWidget(plot)
    plot.resize(370, 180)
    plot.show()
    misfits = [900.0, 300.0] * 10 + [900.0, 4.0] * 90 + [0.58, 40.0] * 130
    for step, misfit in enumerate(misfits):
        plot.append(StepRecord(step, "triage", 0.0, "", misfit=misfit, best_misfit=min(misfits[:step + 1])))
    plot.resize(370, 150)  # the room for the words is made anew, too
    plot.redraw()
    plot.resize(370, 128)
    plot.grab()
    assert plot.noise_words.toPlainText() == NOISE_WORD
    words, view = plot.noise_words.sceneBoundingRect().adjusted(3, 3, -3, -3), plot._plot.getViewBox()
    assert view.sceneBoundingRect().adjusted(-4, -4, 4, 4).contains(words)
    seen = [view.mapViewToScene(QPointF(step, np.log10(misfit))) for step, misfit in enumerate(misfits)]
    struck = [QLineF(one, two).intersects(QLineF(words.left(), y, words.right(), y))[0]
              for one, two in pairwise(seen) for y in (words.top(), words.center().y(), words.bottom())]
    assert QLineF.IntersectionType.BoundedIntersection not in struck
    assert plot.noise_words.fill.color().alpha() > 200, "what comes behind them all the same does not strike them"


@pytest.mark.parametrize(("low", "high"), [(0.0121, 0.0129), (1000.4, 1000.9), (-0.0025, 0.0025)])
def test_that_long_labels_widen_the_vertical_axis_and_all_of_a_grid_with_it(
        application: Application, qtbot: QtBot, low: float, high: float):
    view, plots = PlotView(), (QuietPlot("h / µm", "h"), QuietPlot("h / µm", "h"))
    qtbot.addWidget(view)
    for row, plot in enumerate(plots):
        view.addItem(plot, row, 0)
        plot.restyle(application.theme.tokens, view)
        plot.stand_beside(plots)
    view.resize(220, 320)
    view.show()
    plots[1].setRange(xRange=(0, 10), yRange=(0, 1), padding=0)
    view.grab()
    assert plots[0].getAxis("left").width() == 40
    plots[0].setRange(xRange=(0, 10), yRange=(low, high), padding=0)
    qtbot.waitUntil(lambda: len(_left_labels(plots[0])) >= 2)
    qtbot.waitUntil(lambda: plots[0].getAxis("left").width() == plots[1].getAxis("left").width() > 40)
    plots[0].setRange(xRange=(0, 10), yRange=(0, 1), padding=0)
    qtbot.waitUntil(lambda: {plot.getAxis("left").width() for plot in plots} == {40})
