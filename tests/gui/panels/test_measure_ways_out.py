"""The descriptor table as LaTeX and Python, what arrives before the end, and the functions to choose from."""

from __future__ import annotations

import contextlib
import html
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from morphstudio.app.card.html import together
from morphstudio.app.card.rows import Row
from morphstudio.app.card.values import percent
from morphstudio.app.document import Document, ImageEntry, RunEntry
from morphstudio.app.earlier_image import state_of
from morphstudio.app.work.measure import Arrived, MeasureJob, MeasureModelJob
from morphstudio.core.calibration.records import (
    CalibrationResult,
    ExactSettings,
    ParameterCovariance,
    RankedOrder,
)
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.validation import HELD_OUT
from morphstudio.gui.panels.data.planes import with_plane
from morphstudio.gui.panels.measure.card_blocks import Gap, TableGroup
from morphstudio.gui.panels.measure.card_pdf import HEIGHT, blocks_of, pages_of
from morphstudio.gui.panels.measure.descriptor_model import DATA, DIFFERENCE, SD
from morphstudio.gui.panels.measure.descriptor_model import MODEL as MODEL_COLUMN
from morphstudio.gui.panels.measure.python_text import measure_python
from morphstudio.gui.panels.measure.text_export import as_latex
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.core.phases import PhaseImage, VoxelSize
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.measure.page import MeasurePage

ANSWER_MS = 60_000
MODEL = excursion_set(("am", "pore"), {"alpha_chi_x": 2.0, "alpha_x": 2.0, "lambda_x": 1.4})


@pytest.fixture
def entry(tmp_path: Path) -> ImageEntry:
    labels = np.kron(np.random.default_rng(3).integers(1, 3, (8, 10)), np.ones((4, 4), int)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "tiny.tif", labels)
    image = open_image(tmp_path / "tiny.tif", voxel_size_um=(0.2, 0.2, 0.2), names={1: "am", 2: "pore"})
    return ImageEntry(image, str(tmp_path / "tiny.tif"), "", voxel_confirmed=True)


@pytest.fixture
def page(application: Application, entry: ImageEntry) -> MeasurePage:
    session = application.context.session
    session.apply("open", replace(session.document, images=(entry,), model=MODEL, calibrated=MODEL,
                                  model_labels=(1, 2), model_roles=("active material", "pore"),
                                  voxel_size_um=(0.2, 0.2, 0.2)), undoable=False)
    application.window.show_step("measure")
    return application.window.workspace.page("measure")


def _row(title: str, phase: str, *, power: int = 0, first: bool = True, **numbers: float | None) -> Row:
    known = {"data": None, "model": None, "sd": None, **numbers}
    return Row("key", title, "", power, phase, 1, known["data"], known["model"], known["sd"], (), None, None,
               fitted=False, reason="", first=first)


def test_that_latex_is_a_whole_booktabs_table_with_units_in_the_heads():
    rows = [_row("Specific surface area", "active_material", power=-1, data=0.8431, model=0.85947, sd=0.0061),
            _row("Specific surface area", "pore", power=-1, first=False, data=1.25)]
    text = as_latex(rows, "um")
    assert text.count(r"\begin{tabular}{lrr}") == text.count(r"\end{tabular}") == 1
    assert [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 1, 1]
    assert r"Specific surface area / $\mu\mathrm{m}^{-1}$" in text
    body = [line for line in text.splitlines() if line.startswith(r"\quad")]
    cells = [[cell.strip() for cell in line.removesuffix(r" \\").split("&")] for line in body]
    assert cells == [[r"\quad active\_material", "$0.8431$", r"$0.8595 \pm 0.0061$"],
                     [r"\quad pore", "$1.25$", "--"]]
    assert text.count("{") == text.count("}")
    assert text.count("$") % 2 == 0


@pytest.mark.parametrize(("numbers", "cell"), [
    ({"model": 0.5, "sd": 1e-17}, "$0.5$"), ({"model": 0.42, "sd": 0.02}, r"$0.420 \pm 0.020$"),
    ({"data": -22634.0}, r"$-2.263 \times 10^{4}$"), ({"data": 0.0000123}, r"$1.23 \times 10^{-5}$"),
])
def test_that_latex_writes_what_the_scatter_lets_one_read(numbers: dict[str, float], cell: str):
    (line,) = [line for line in as_latex([_row("Volume fraction", "am", **numbers)], "um").splitlines()
               if line.startswith(r"\quad")]
    assert line == rf"\quad am & {cell} \\"


def test_that_latex_escapes_names():
    assert r"a\_b \& c\%" in as_latex([_row("Volume fraction", "a_b & c%", data=0.5)], "um")


def test_that_a_measurement_is_told_piece_by_piece(entry: ImageEntry):
    steps = MeasureJob(entry.image).create()
    known = []
    while not (outcome := steps.step()).done:
        assert isinstance(outcome.record, Arrived)
        known.append(len(outcome.record.measurement.phases[0].scalars))
    assert known[0] == 1
    assert known == sorted(known)
    assert known[-1] > 3


def test_that_a_model_is_told_after_each_realisation():
    steps = MeasureModelJob(MODEL, (1, 32, 32), (0.2, 0.2, 0.2), (1, 2, 3), (1, 2)).create()
    told = []
    while True:
        outcome = steps.step()
        if outcome.record is not None:
            told.append(outcome.record.measurement.n_realisations)
        if outcome.done:
            break
    assert told == [1, 2, 3]
    assert steps.result().n_realisations == 3


def test_that_copied_python_gives_the_same_verdict(page: MeasurePage, qtbot: QtBot):
    page.inspector.realisations.setValue(2)
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    qtbot.mouseClick(page.inspector.python_button, Qt.MouseButton.LeftButton)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(QGuiApplication.clipboard().text(), {})
    assert printed.getvalue().strip() == page.run.validation.text


@pytest.mark.parametrize("plane", ["xy", "xz", "yz"])
@pytest.mark.parametrize("size", [(0.2, 0.3, 0.4), None])
def test_that_copied_python_reads_the_voxels_of_a_section_in_its_plane(
        plane: str, size: VoxelSize | None, page: MeasurePage, entry: ImageEntry, tmp_path: Path):
    labels = np.random.default_rng(4).integers(1, 3, (12, 17)).astype(np.uint8)
    tifffile.imwrite(tmp_path / "section.tif", labels)
    said = with_plane(open_image(tmp_path / "section.tif", names={1: "am", 2: "pore"}), plane).with_voxel_size(size)
    turned = replace(entry, image=said, path=str(tmp_path / "section.tif"))
    known: dict[str, object] = {}
    exec(measure_python(Document(images=(turned,)), turned, None, 100, 2), known)
    image = known["image"]
    assert np.array_equal(image.labels, said.labels)
    assert (image.shape, image.voxel_size_um, image.phases) == (said.shape, size, said.phases)


def _report(page: MeasurePage, path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> str:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    assert page.inspector.report_button.isVisible()
    qtbot.mouseClick(page.inspector.report_button, Qt.MouseButton.LeftButton)
    return path.read_text(encoding="utf-8")


class _Parts(HTMLParser):
    """What a card holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.n_drawings = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "svg" and "figure" in self.open:
            self.n_drawings += 1

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop() != tag:
            """Tags such as meta have no end."""

    def handle_data(self, data: str) -> None:
        if self.rows and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def test_that_the_card_holds_verdict_tables_distributions_and_where_it_came_from(
        page: MeasurePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot):
    assert not page.inspector.report_button.isEnabled()
    assert page.inspector.report_button.toolTip() == "Nothing is measured yet"
    page.inspector.realisations.setValue(3)
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    text = _report(page, tmp_path / "twin.html", monkeypatch, qtbot)
    parts, table = _Parts(text), page.table.descriptors
    assert parts.open == [], "every tag is closed"
    assert len(parts.rows) == 3 + len(table.rows), "three tables with a line of heads each"
    surface = next(row for row in table.rows if row.key == "specific_surface_area")
    line = next(row for row in parts.rows if row[0].startswith("Specific surface area"))
    data, model, sd, difference = (table.text(surface, c) for c in (DATA, MODEL_COLUMN, SD, DIFFERENCE))
    assert line[1:5] == [surface.phase, data, f"{model} {sd}", difference]
    assert parts.n_drawings == 4, "two phases, two directions"
    validation = page.run.validation
    for reason in validation.reasons:
        assert html.escape(together(reason)) in text
    assert all(html.escape(limit) in text for limit in validation.limits[1:])
    assert "The data are one sample of 8.00 × 6.40\N{NO-BREAK SPACE}µm" in text
    for error in (validation.held_out_error, validation.fitted_error):
        assert together(percent(error)) in text, "as the window tells it"
    shares = {cell for row in parts.rows for cell in row}
    for distance in (d for d in validation.distances if d.descriptor in HELD_OUT):
        assert percent(distance.relative).replace("below", "<") in shares
    assert "3, seeds 100 to 102; each of 40 × 32 voxels" in text
    assert str(tmp_path / "tiny.tif") in text
    assert validation.use.kind == "unknown"
    assert "Whether the model was fitted to this image is not known." in text
    assert "http" not in text, "it needs nothing from elsewhere"


def test_that_models_with_uncertain_parameters_are_measured_where_a_calibration_allows_it(
        page: MeasurePage, entry: ImageEntry, qtbot: QtBot):
    models = page.inspector.models
    assert not models.isEnabled()
    assert "Needs an exact calibration" in models.toolTip()
    session = page._context.session
    ranked = RankedOrder((0, 1), MODEL.phases, 1.0, 0.01, 0.01, refined=True, model=MODEL)
    result = CalibrationResult(MODEL, (ranked,), {}, 1.0, (), (), 1.0, 9, "",
                               covariance=ParameterCovariance(("alpha_x",), np.array([[0.04]])))
    known = replace(entry, sha256="0" * 64)
    run = RunEntry("run", ExactSettings(), "finished", result, made_from=(state_of(known),))
    session.apply("run", replace(session.document, images=(known,), runs=(run,)))
    page.refresh()
    assert models.isEnabled()
    models.setValue(3)
    page.inspector.realisations.setValue(2)
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    validation = page.run.validation
    assert validation.use.kind == "whole"
    assert validation.ensemble.drawn == ("alpha_x",)
    assert validation.ensemble.measurement.n_realisations == 3
    assert "With uncertain parameters" in page.reporting.card().tables[0].heads
    moved = MODEL.with_values({"lambda_x": 1.0})
    session.apply("move", replace(session.document, model=moved))
    assert not models.isEnabled()
    assert models.value() == 0
    assert page.run._fit_use(entry)[0].kind == "other"


def test_that_the_card_is_saved_as_pdf_with_its_pages_and_words(
        page: MeasurePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot):
    page.run.start(3, None)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "twin"), "PDF (*.pdf)"))
    qtbot.mouseClick(page.inspector.report_button, Qt.MouseButton.LeftButton)
    content = (tmp_path / "twin.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    counts = [int(n) for n in re.findall(rb"/Type /Pages.*?/Count (\d+)", content, re.DOTALL)]
    pages = pages_of(blocks_of(page.reporting.card()), HEIGHT)
    assert counts == [len(pages_of(blocks_of(page.reporting.card()), HEIGHT - 22))]
    assert len(pages) >= 2
    boxes = re.findall(rb"/MediaBox \[0 0 (\d+\.?\d*) (\d+\.?\d*)", content)
    assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}, "A4"


def test_that_no_block_of_a_card_leaves_its_page_and_heads_are_repeated(page: MeasurePage, qtbot: QtBot):
    page.run.start(3, None)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    blocks = blocks_of(page.reporting.card())
    height = max(block.height for block in blocks) + 60
    pages = pages_of(blocks, height)
    assert len(pages) > 5
    placed = [block for one in pages for _, block in one]
    missing = [block for block in blocks if block not in placed]
    assert all(isinstance(block, Gap) for block in missing), "only space is left out, where a page begins"
    for one in pages:
        ends = [y + block.height for y, block in one]
        assert max(ends) <= height
        assert all(y >= end - 1e-6 for (y, _), end in zip(one[1:], ends, strict=False)), "nothing overlaps"
        assert not one[-1][1].keeps_next, "no head is left alone at the end"
        if isinstance(one[0][1], TableGroup):
            pytest.fail("lines of a table open a page without heads")


def test_that_the_report_of_an_image_alone_has_no_verdict_and_says_what_is_out_of_date(
        page: MeasurePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot):
    session = page._context.session
    session.apply("no model", replace(session.document, model=None, calibrated=None))
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert "What this does not show" not in _report(page, tmp_path / "image.html", monkeypatch, qtbot)
    entry = session.active_image
    other = replace(entry, image=entry.image.with_voxel_size((0.4, 0.4, 0.4)))
    session.apply("size", replace(session.document, images=(other,)))
    text = _report(page, tmp_path / "image.html", monkeypatch, qtbot)
    assert "The data are of the image before its voxel size was changed." in text


def test_that_a_report_that_cannot_be_written_says_so(page: MeasurePage, tmp_path: Path):
    page.reporting.save(tmp_path / "missing" / "report.html")
    dialog = page.window().dialog
    assert "report.html" in dialog.headline.text() + dialog.message.text() or "missing" in dialog.headline.text()
    dialog.close()


def test_that_rows_and_time_left_are_shown_while_measuring(page: MeasurePage, qtbot: QtBot):
    page.inspector.realisations.setValue(100)
    qtbot.mouseClick(page.measure_button, Qt.MouseButton.LeftButton)
    assert page.status_label.text()
    qtbot.waitUntil(lambda: "model" in page.run._partial, timeout=ANSWER_MS)
    page.refresh()
    # Stopped first and judged afterwards: small realisations are soon done.
    rows, key, status = page.table.descriptors.rows, page._legend.text(), page.status_label.text()
    can_add = page.add_button.isEnabled()
    qtbot.mouseClick(page.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    assert page.status_label.text() == ""
    assert page.run.entry("model") is None
    assert any(row.model is not None for row in rows)
    curves = [row for row in rows if row.is_distance]
    assert curves
    assert {row.standing for row in curves} == {"unknown"}, "single realisations are told at the end"
    assert "chance not yet known" in key
    assert re.match(r"Realisation \d+ of 100", status)
    assert not can_add


def test_that_one_choice_of_function_holds_on_all_cards(page: MeasurePage, qtbot: QtBot):
    page.run.start(2, None)
    qtbot.waitUntil(lambda: not page.run.is_active, timeout=ANSWER_MS)
    first, second = page.distributions.cards
    image: PhaseImage = page._context.session.active_image.image
    kinds = page.distributions.kinds
    kinds.setCurrentIndex(kinds.findData("lineal_path"))
    assert first.plot._kept["data"][1][0] == pytest.approx(image.fractions[0])
    assert second.plot._kept["data"][1][0] == pytest.approx(image.fractions[1])
    assert first.words.startswith("image and model at most ")
    kinds.setCurrentIndex(kinds.findData("two_point"))
    assert second.plot._kept["data"][1][0] == pytest.approx(image.fractions[1])
