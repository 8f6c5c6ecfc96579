"""Figures: exact pixels, resolution in the file, scale bar and key, light colours, the plot as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.gui.figures.dialog import FigureDialog
from morphstudio.gui.figures.figure import KeyEntry, key_rows
from morphstudio.gui.figures.plot_figure import PlotFigure
from morphstudio.gui.figures.section_figure import SectionFigure
from morphstudio.gui.figures.writing import Paper, figure_image, write_figure
from morphstudio.gui.plots.covariances import CovariancePlot, covariances_of
from morphstudio.gui.plots.distribution import DistributionPlot
from morphstudio.gui.theme.tokens import DARK, LIGHT
from morphstudio.gui.widgets.section import Section

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.gui.application import Application

COLOURS = ((0xC4, 0x47, 0x30), (0x1B, 0x28, 0x40))
MODEL = excursion_set(("se", "am", "pore"), {"correlation": 0.31, "nugget_y": 0.2})


@pytest.fixture
def plot(application: Application, qtbot: QtBot) -> DistributionPlot:
    drawn = DistributionPlot(application.theme, "chord")
    qtbot.addWidget(drawn)
    drawn.resize(300, 200)
    grid = np.linspace(0, 4, 60)
    drawn.set_data(grid, 1 - np.exp(-grid))
    drawn.set_model(grid, 1 - np.exp(-grid), np.full(60, 0.02))
    return drawn


@pytest.fixture
def sections(application: Application) -> SectionFigure:
    indices = np.indices((40, 60)).sum(axis=0).astype(np.uint8) // 7 % 2
    section = Section(indices, (0.5, 0.5), ("am", "pore"), COLOURS)
    return SectionFigure("Sections", lambda: [("Image", section), ("Model", section)], application.context.units)


def _pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 3 * plain.width()].reshape(plain.height(), plain.width(), 3).copy()  # the picture goes


def _share_of(image: QImage, colour: str) -> float:
    wanted = np.array(QColor(colour).getRgb()[:3])
    return float((np.abs(_pixels(image).astype(int) - wanted).max(axis=2) < 12).mean())


def test_that_png_and_tiff_have_the_pixels_and_the_resolution_asked_for(
        plot: DistributionPlot, application: Application, tmp_path: Path):
    figure = PlotFigure("Chords", plot, application.theme)
    paper = Paper(85, 60, 300)
    for kind, name in (("png", "a.png"), ("tiff", "a.tif")):
        write_figure(figure, tmp_path / name, kind, paper, LIGHT)
        with Image.open(tmp_path / name) as picture:
            assert picture.size == (1004, 709)
            assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.05)
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert file.pages[0].tags["ResolutionUnit"].value == 2


def test_that_svg_and_pdf_hold_lines_at_the_size_on_paper(plot: DistributionPlot, application: Application,
                                                         tmp_path: Path):
    figure = PlotFigure("Chords", plot, application.theme)
    write_figure(figure, tmp_path / "a.svg", "svg", Paper(85, 60), LIGHT)
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    width = float(re.search(r'<svg width="([\d.]+)mm"', text).group(1))
    assert width == pytest.approx(85, abs=0.3)
    assert "<image" not in text
    assert text.count("<path") + text.count("<polyline") > 3
    write_figure(figure, tmp_path / "a.pdf", "pdf", Paper(85, 60), LIGHT)
    data = (tmp_path / "a.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert [float(n) for n in box.groups()] == pytest.approx([85 / 25.4 * 72, 60 / 25.4 * 72], abs=1)


def test_that_the_vertical_axis_is_named_above_it(plot: DistributionPlot, application: Application, tmp_path: Path):
    figure = PlotFigure("Chords", plot, application.theme, upright="Share of chords")
    image = figure_image(figure, Paper(85, 60, 300), LIGHT)
    image.save(str(tmp_path / "named.png"))
    bare = figure_image(PlotFigure("Chords", plot, application.theme), Paper(85, 60, 300), LIGHT)
    head = round(20 * 300 / 96)

    def dark(picture: QImage) -> int:
        return int((_pixels(picture)[:head].max(axis=2) < 140).sum())

    assert dark(image) > 200, "letters"
    assert dark(image) > 3 * dark(bare)
    assert figure.height_for(300) == PlotFigure("Chords", plot, application.theme).height_for(300) + 20


@pytest.mark.parametrize("dpi", [150, 600])
def test_that_strokes_keep_their_width_on_paper(plot: DistributionPlot, application: Application, dpi: int):
    plot.set_data(None, None)  # dots would lie on the line
    image = figure_image(PlotFigure("Chords", plot, application.theme), Paper(85, 60, dpi), LIGHT)
    line = 1.8 * 300 / (321 * 227)  # of 1.8 pixels of the window along some 300 of them; its edges are smoothed
    assert 0.4 * line < _share_of(image, LIGHT.accent) < 1.3 * line


def test_that_a_finer_figure_is_the_same_figure(plot: DistributionPlot, application: Application):
    figure = PlotFigure("Chords", plot, application.theme)
    coarse, fine = (figure_image(figure, Paper(80, 60, dpi), LIGHT) for dpi in (150, 600))
    shrunk = np.asarray(Image.fromarray(_pixels(fine)).resize((coarse.width(), coarse.height()), Image.Resampling.BOX))
    difference = np.abs(shrunk.astype(int) - _pixels(coarse)).max(axis=2)
    assert (difference > 120).mean() < 0.003  # edges of letters


def test_that_a_dark_window_gives_a_light_figure_and_stays_dark(plot: DistributionPlot, application: Application):
    application.theme.set_theme("dark")
    size, geometry = plot.size(), QRectF(plot.ci.geometry())
    image = figure_image(PlotFigure("Chords", plot, application.theme), Paper(85, 60, 150), LIGHT)
    assert _share_of(image, LIGHT.surface) > 0.6
    assert application.theme.tokens is DARK
    assert plot.backgroundBrush().color() == QColor(DARK.surface)
    assert (plot.size(), QRectF(plot.ci.geometry())) == (size, geometry)
    application.theme.set_theme("light")


def test_that_a_section_figure_has_a_scale_bar_of_the_length_it_says(sections: SectionFigure):
    paper, tokens = Paper(180, 70, 96), LIGHT
    image = figure_image(sections, paper, tokens)
    white = (_pixels(image) == 255).all(axis=2)
    ground = (np.abs(_pixels(image).astype(int) - [20, 22, 26]).max(axis=2) < 45)
    shown = sections._sections()
    size = min(sections._scale(shown, paper.size.width()),
               sections._room(shown, QRectF(0, 0, paper.size.width(), paper.size.height())))
    length, text = sections.scale_bar(shown[0][1], size)
    assert text == "5 µm"
    assert length == pytest.approx(5 * size)
    runs = [len(run) for row, dark in zip(white, ground, strict=True) if dark.any()
            for run in "".join("x" if w else " " for w in row).split() if abs(len(run) - length) < 2]
    assert len(runs) >= 4  # two bars, each a few pixels high


def test_that_a_section_figure_names_its_phases(sections: SectionFigure):
    image = figure_image(sections, Paper(180, round(sections.height_for(680) / 96 * 25.4), 96), LIGHT)
    below = _pixels(image)[-24:, :80]
    for colour in COLOURS:
        assert (np.abs(below.astype(int) - colour).max(axis=2) < 6).sum() > 60


def test_that_a_key_goes_on_in_the_next_line():
    entries = [KeyEntry("line", "a rather long name", "accent")] * 4
    assert [len(row) for row in key_rows(entries, 320)] == [2, 2]


def test_that_a_size_without_pixels_is_refused(plot: DistributionPlot, application: Application, tmp_path: Path):
    figure = PlotFigure("Chords", plot, application.theme)
    with pytest.raises(InputError, match="cannot be drawn"):
        write_figure(figure, tmp_path / "a.png", "png", Paper(500, 400, 1200), LIGHT)
    assert not (tmp_path / "a.png").exists()


def test_that_the_dialog_shows_what_it_writes(plot: DistributionPlot, application: Application, tmp_path: Path,
                                              qtbot: QtBot):
    dialog = FigureDialog(application.context, PlotFigure("Chords", plot, application.theme), application.window)
    dialog.show()
    dialog._choose_width(180)
    assert dialog.words.text().startswith("2126 ×")
    assert not dialog.preview.pixmap().isNull()
    asked = dialog.paper.n_pixels
    dialog.save(tmp_path / "chords.png")
    with Image.open(tmp_path / "chords.png") as picture:
        assert picture.size == asked


def test_that_covariances_are_those_of_the_fields(application: Application, qtbot: QtBot):
    lines = covariances_of(MODEL)
    assert [line.words for line in lines] == ["squared", "plain", "squared", "plain", "shared"]
    assert lines[3].values(np.array([0.0, 1e-9])) == pytest.approx([1.0, 0.8])
    drawn = CovariancePlot(application.theme)
    qtbot.addWidget(drawn)
    drawn.show_model(MODEL, {"se": (0xBE, 0xC5, 0xCE), "am": COLOURS[0]})
    assert [colour for _, colour in drawn.key.entries][:3] == [LIGHT.strong, LIGHT.strong, "#C44730"]
