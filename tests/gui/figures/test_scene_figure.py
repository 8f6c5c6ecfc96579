"""The 3D view as a figure: exact pixels, a true scale bar, key and colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from morphstudio.gui.figures.dialog import FigureDialog
from morphstudio.gui.figures.figure import KeyEntry
from morphstudio.gui.figures.scene_figure import SceneFigure
from morphstudio.gui.figures.writing import Paper, figure_image, write_figure
from morphstudio.gui.scene3d.view import BlockView
from morphstudio.gui.theme.tokens import DARK, LIGHT, THEMES
from morphstudio.gui.widgets.scale_bar import bar_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

READY_MS = 30_000
RED = (200, 60, 40)


@pytest.fixture
def view(application: Application, qtbot: QtBot) -> Iterator[BlockView]:
    shown = BlockView(application.theme)
    shown.resize(400, 300)
    shown.show_block(np.zeros((20, 20, 20), np.uint8), (1.0, 1.0, 1.0), (RED,), cut=False)
    shown.show()
    qtbot.waitUntil(lambda: shown.is_ready, timeout=READY_MS)
    yield shown
    shown.shut()
    shown.deleteLater()


@pytest.fixture
def figure(view: BlockView, application: Application) -> SceneFigure:
    return SceneFigure("Structure", view,
                       lambda pixels, longest: bar_for(application.context.units, pixels, longest, in_um=True),
                       lambda: [KeyEntry("swatch", "am", RED)])


def _pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()


def _columns_of(picture: np.ndarray, colour: tuple[int, ...]) -> np.ndarray:
    return np.flatnonzero((np.abs(picture.astype(int) - colour).max(axis=2) < 4).any(axis=0))


@pytest.mark.parametrize(("width", "dpi"), [(85, 150), (85, 600), (60, 300)])
def test_that_the_bar_measures_the_block_at_any_resolution(view: BlockView, figure: SceneFigure, width: int,
                                                           dpi: int):
    view.reset_camera("z")
    paper = Paper(width, round(figure.height_for(width / 25.4 * 96) / 96 * 25.4), dpi)
    picture = _pixels(figure_image(figure, paper, LIGHT))
    assert picture.shape[1::-1] == paper.n_pixels
    per_pixel = dpi / 96
    length, text = figure.scale_bar(QRectF(0, 0, paper.size.width(), paper.size.height() - figure._key_height(300)))
    top = tuple(min(round(c * 1.06), 255) for c in RED)
    block = _columns_of(picture[: picture.shape[0] // 2], top)  # above the bar, which lies on the block
    um = float(text.removesuffix(" µm"))
    # 20 µm of block, its edges hidden under lines of a pixel.
    assert length * per_pixel / um * 20 == pytest.approx(block[-1] + 1 - block[0], abs=3)
    corner = picture[picture.shape[0] // 2 :, picture.shape[1] // 2 :]
    white = (corner == 255).all(axis=2)
    runs = [max(map(len, "".join("x" if on else " " for on in row[:-round(4 * per_pixel)]).split()), default=0)
            for row in white]
    bar = [run for run in runs if abs(run - length * per_pixel) <= 2]
    assert len(bar) >= round(1.5 * per_pixel)


def test_that_the_figure_has_the_colours_asked_for_and_the_window_keeps_its_own(view: BlockView, figure: SceneFigure,
                                                                               application: Application):
    application.theme.set_theme("dark")
    for name in ("light", "dark"):
        picture = _pixels(figure_image(figure, Paper(60, 70, 100), THEMES[name]))
        assert tuple(picture[2, 2]) == QColor(THEMES[name].surface).getRgb()[:3]
    assert application.theme.tokens is DARK
    view.plotter.render()
    assert tuple(view.plotter.screenshot(return_img=True)[2, 2, :3]) == QColor(DARK.scene).getRgb()[:3]


def test_that_files_hold_pixels_and_lines(figure: SceneFigure, tmp_path: Path):
    paper = Paper(60, 70, 300)
    for kind in ("png", "tiff"):
        write_figure(figure, tmp_path / f"a.{kind}", kind, paper, LIGHT)
        with Image.open(tmp_path / f"a.{kind}") as picture:
            assert picture.size == (709, 827)
    write_figure(figure, tmp_path / "a.svg", "svg", paper, LIGHT)
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert text.count("<image") == 1
    assert "µm</text>" in text
    assert ">am</text>" in text
    write_figure(figure, tmp_path / "a.pdf", "pdf", paper, LIGHT)
    sizes = [int(n) for n in re.findall(rb"/Width (\d+)", (tmp_path / "a.pdf").read_bytes())]
    assert max(sizes) == pytest.approx(709, abs=2)


def test_that_the_dialog_offers_resolution_for_the_picture_in_a_drawing(figure: SceneFigure,
                                                                        application: Application, qtbot: QtBot):
    dialog = FigureDialog(application.context, figure)
    qtbot.addWidget(dialog)
    dialog.formats.button("svg").click()
    assert dialog.dpi_field.isEnabled()
    assert "pixels" in dialog.words.text()
    share = dialog.height_field.value() / dialog.width_field.value()
    dialog.columns.button("180").click()
    assert dialog.height_field.value() / dialog.width_field.value() == pytest.approx(share, abs=0.1)
    dialog.reject()
