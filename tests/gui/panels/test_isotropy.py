"""What is said of a difference by direction is what was computed, with what chance explains."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QColor

from morphstudio.core.descriptors.isotropy import DirectionGap
from morphstudio.gui.panels.data.isotropy_view import (
    BEYOND,
    LEFT,
    NOT_COMPARED,
    TOP,
    DirectionalCurves,
    DirectionKey,
    IsotropyView,
    clear_ticks,
    enough_ticks,
)
from morphstudio.gui.panels.data.isotropy_words import TOO_SMALL, percent, verdict_on, widest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application


def volume_gap(gap: float, allowance: float) -> DirectionGap:
    return DirectionGap(0, "z", ("y", "x"), 0.8, gap, allowance)


@pytest.mark.parametrize(("low", "high", "room"), [(0.19, 0.475, 2), (0.0, 82.0, 1), (0.31, 0.58, 3), (0.0, 0.9, 2)])
def test_that_an_axis_has_three_ticks_or_more(low, high, room) -> None:
    ticks = enough_ticks(low, high, room)
    assert 3 <= len(ticks) <= 8
    assert low <= ticks[0] < ticks[-1] <= high


@pytest.mark.parametrize(("label", "left"), [(10.0, 5), (24.0, 3), (60.0, 2), (500.0, 1)])
def test_that_labels_of_ticks_never_touch(label, left) -> None:
    ticks = clear_ticks((0.0, 2000.0, 4000.0, 6000.0, 8000.0), 0.0145, lambda _: label)
    assert len(ticks) == left
    assert all((b - a) * 0.0145 > label for a, b in pairwise(ticks))


def test_that_a_difference_beyond_chance_names_axis_size_and_allowance() -> None:
    verdict = verdict_on(volume_gap(0.033, 0.011), "SE", "0.80 µm")
    assert (verdict.chip, verdict.state) == ("z differs", "")
    assert verdict.phase + verdict.sizes + verdict.place == "SE: gap 3.3\u00a0%, chance 1.1\u00a0% at 0.80 µm"
    assert "SE: z differs by 3.3\u00a0%, chance explains 1.1\u00a0%" in verdict.explanation
    assert "Longer along z than along x and y" in verdict.explanation


def test_that_a_large_difference_is_amber() -> None:
    verdict = verdict_on(volume_gap(-0.109, 0.02), "pore", "3 µm")
    assert (verdict.chip, verdict.state) == ("z differs", "warn")
    assert "Shorter along z than along x and y" in verdict.explanation


@pytest.mark.parametrize(("gap", "longer", "other"), [(0.08, "y", "x"), (-0.08, "x", "y")])
def test_that_of_two_axes_neither_is_the_odd_one(gap, longer, other) -> None:
    verdict = verdict_on(DirectionGap(0, "y", ("x",), 0.2, gap, 0.03), "NMC", "2 px")
    assert verdict.chip == "x and y differ"
    assert f"Longer along {longer} than along {other}" in verdict.explanation


def test_that_what_chance_explains_is_no_difference() -> None:
    verdict = verdict_on(volume_gap(0.006, 0.011), "SE", "0.80 µm")
    assert (verdict.chip, verdict.state) == ("within chance", "ok")
    assert verdict.sizes == "gap 0.60\u00a0%, chance 1.1\u00a0%"
    assert "No difference beyond chance" in verdict.explanation


def test_that_a_small_image_does_not_pass_as_isotropic() -> None:
    verdict = verdict_on(volume_gap(0.09, 0.14), "SE", "0.80 µm")
    assert (verdict.chip, verdict.state) == ("too small", "")
    assert "too small to tell" in verdict.explanation
    assert widest(()) is None
    assert TOO_SMALL.state == ""


@pytest.mark.parametrize(("share", "text"), [(0.1234, "12"), (0.0331, "3.3"), (0.00192, "0.19")])
def test_that_shares_have_two_figures(share, text) -> None:
    assert percent(share) == f"{text}\u00a0%"


@pytest.mark.parametrize(("compared", "reach"), [(3.0, 3.0 * BEYOND), (9.5, 10.0), (0.0, 10.0)])
def test_that_the_plot_ends_a_little_beyond_what_is_compared(compared, reach) -> None:
    lags = np.linspace(0.0, 10.0, 101)
    values = {"x": np.exp(-lags), "y": np.exp(-2 * lags)}
    curves = DirectionalCurves({"x": lags, "y": lags}, values, 0.0, "µm", compared)
    assert curves.reach == reach
    assert curves.has_rest == (compared > 0)
    assert len(curves.seen()) == 2 * np.count_nonzero(lags <= reach)


def test_that_what_is_not_compared_is_grey_and_the_key_says_so(application: Application, qtbot: QtBot) -> None:
    view, key = IsotropyView(application.context), DirectionKey(application.context)
    for widget in (view, key):
        qtbot.addWidget(widget)
    view.resize(340, 200)
    lags = np.linspace(0.0, 10.0, 101)
    grey = QColor(application.theme.tokens.hover)

    def grey_columns(compared: float) -> list[int]:
        flat = {"x": np.full(101, 0.1), "y": np.full(101, 0.1)}
        view.show_curves(DirectionalCurves({"x": lags, "y": lags}, flat, 0.0, "µm", compared))
        image = view.grab().toImage()
        return [x for x in range(image.width()) if image.pixelColor(x, 60) == grey]

    assert grey_columns(0.0) == []
    shown = grey_columns(4.0)
    left, right = LEFT + 300 * 4.0 / 5.0, LEFT + 300
    assert abs(shown[0] - left) <= 1
    assert abs(shown[-1] - (right - 1)) <= 1
    assert NOT_COMPARED not in key.accessibleName()
    key.show_axes(["y", "x"])
    alone = key.size()
    assert alone.height() <= TOP, "the plot leaves it a line over its grid"
    key.show_axes(["y", "x"], rest=True)
    assert key.height() == alone.height()
    assert key.width() > alone.width()
    assert key.accessibleName() == f"Along x, y; grey: {NOT_COMPARED}"
    image = key.grab().toImage()
    assert grey in [image.pixelColor(x, 9) for x in range(image.width())]
