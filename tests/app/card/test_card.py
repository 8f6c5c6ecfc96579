"""The validation card: its tables, drawings and page, and what it says of where everything came from."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from morphstudio.app.card.card import Compared, card_of
from morphstudio.app.card.curves import PAGE_WIDTH, chord_plots
from morphstudio.app.card.facts import provenance_facts
from morphstudio.app.card.html import card_html
from morphstudio.app.card.tables import Lengths, bar_range
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Distribution, Measurement, PhaseMeasurement, Value
from morphstudio.core.validation import EnsembleBand, FitUse, validate

COLOURS = {1: (200, 0, 0), 2: (0, 0, 80)}
FACTS = (("Image", "a <b>.tif"),)


def measured(surface=1.0, euler=-0.02, end=8.0, name="image"):
    """Return a made-up measurement of two phases in a volume."""
    phases = []
    for label, phase in ((1, "am"), (2, "pore & void")):
        grid = np.arange(0, 10, 0.5)
        cdf = np.clip(grid / end, 0, 1) ** 0.7
        scalars = {
            "volume_fraction": Value(0.4 if label == 1 else 0.6, "1"),
            "specific_surface_area": Value(surface * label, "1/um"),
            "mean_chord_length": {"z": Value(2.5, "um"), "x": Value(2.0, "um")},
            "euler_number_density": Value(euler, "1/um^3"), "euler_number": Value(euler * 4e4, "1"),
        }
        chords = Distribution(grid, cdf, "um", 2.0)
        curves = {"chord_length_distribution": {"z": chords, "x": chords}}
        phases.append(PhaseMeasurement(phase, label, scalars, curves))
    return Measurement((0.5, 0.5, 0.5), tuple(phases), (60, 70, 80), name)


@pytest.fixture(scope="module")
def validation():
    model = [measured(surface=1.3 + s, end=6 + 2 * s) for s in (-0.02, 0.0, 0.02)]
    ensemble = EnsembleBand(summarise([measured(surface=1.3 + s, end=6 + 2 * s) for s in (-0.2, 0.0, 0.2)]),
                            ("alpha_x", "lambda_x"), 1, 4)
    return validate(measured(), model, use=FitUse("part", "The model was fitted to z 1 to 30 of this image."),
                    unused=("z 31 to 60", measured(surface=1.1)), ensemble=ensemble)


@pytest.fixture(scope="module")
def card(validation):
    return card_of(Compared(validation.data.mean, validation.model, validation), Lengths(), COLOURS,
                   title="Twin", made="today", facts=FACTS, record={"seeds": [1, 3]})


class Page(HTMLParser):
    """Texts of table cells, and what is open at the end."""

    def __init__(self, text):
        super().__init__()
        self.cells, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        while self.open.pop() != tag:
            """Tags such as br have no end."""

    def handle_data(self, data):
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data


def test_that_fitted_not_fitted_and_distances_stand_apart(card):
    fitted, held_out, distances = card.tables
    assert fitted.title == "Fitted by the calibration"
    assert {row.title.split(",")[0] for row in fitted.rows if row.first} == {
        "Volume fraction", "Specific surface area", "Mean chord length"}
    assert held_out.title == "Not fitted: these test the model"
    assert {row.title for row in held_out.rows if row.first} == {"Euler number density", "Euler number with borders"}
    assert [row.title for row in distances.rows if row.first] == [
        "Chord length distribution, z", "Chord length distribution, x"]
    assert fitted.heads == ("Descriptor", "Phase", "Image", "Not used: z 31 to 60", "Model",
                            "With uncertain parameters", "Difference")


def test_that_a_line_holds_data_part_and_both_bands_with_their_scatter(card):
    surface = next(row for row in card.tables[0].rows if row.title == "Specific surface area")
    assert surface.cells == ("1.000", "1.100", "1.300 ± 0.020", "1.30 ± 0.20", "+30.0 %")
    assert (surface.unit, surface.standing) == ("µm⁻¹", "beyond")
    assert "it holds the scatter of realisations and the uncertainty of the parameters together" in card.tables[0].note
    assert "over 3 realisations" in card.tables[0].note


def test_that_small_numbers_have_a_power_of_ten_beside_their_unit(card):
    euler = next(row for row in card.tables[1].rows if row.title == "Euler number density")
    assert euler.unit == "10⁻³ µm⁻³"
    assert euler.cells[0] == "−20.0"


def test_that_lengths_follow_the_unit(validation):
    inside = Compared(validation.data.mean, validation.model, validation)
    tables = card_of(inside, Lengths("nm", 1000.0), COLOURS, title="", made="").tables
    chord = next(row for row in tables[0].rows if row.title == "Mean chord length, z")
    assert (chord.unit, chord.cells[0]) == ("nm", "2500")


def test_that_a_distance_is_a_share_of_the_mean_chord_with_what_chance_does(card, validation):
    found = next(d for d in validation.distances if (d.axis, d.label) == ("z", 1))
    row = card.tables[2].rows[0]
    assert row.cells[1] == f"{100 * found.relative:.1f} %"
    assert row.cells[2] == f"{100 * found.allowance:.1f} %"
    part = next(d for d in validation.unused.distances if (d.axis, d.label) == ("z", 1))
    assert row.cells[3] == f"{100 * part.relative:.1f} %"
    assert card.tables[2].is_one_sided
    assert card.tables[2].scale[0] == "0"


def test_that_the_verdict_names_its_reasons_and_what_the_fit_has_seen(card, validation):
    assert card.verdict.state == "error"
    assert card.verdict.heading == "This model class does not suit this image, because of"
    assert card.verdict.reasons == validation.reasons
    assert "the specific surface area of am, +30.0 % (realisations scatter by ± 2.0 %)" in card.verdict.reasons
    assert card.verdict.sentences[-1] == "The model was fitted to z 1 to 30 of this image."


def test_that_a_fit_has_no_reasons_but_says_what_is_largest():
    model = [measured(surface=1 + s, end=8 + 20 * s) for s in (-0.01, 0.01, 0.0)]
    result = validate(measured(), model)
    verdict = card_of(Compared(measured(), summarise(model), result), Lengths(), COLOURS, title="", made="").verdict
    assert (verdict.state, verdict.heading, verdict.reasons) == ("ok", "The model fits", ())
    assert "no difference is larger than chance explains" in verdict.sentences[0]


def test_that_an_image_alone_has_one_table_and_no_verdict():
    alone = card_of(Compared(measured()), Lengths(), COLOURS, title="Image", made="")
    assert alone.verdict is None
    assert [table.title for table in alone.tables] == ["Measured"]
    assert not alone.tables[0].has_bars
    assert len(alone.plots) == 4
    assert "What this does not show" not in card_html(alone)


def test_that_the_page_is_whole_and_needs_nothing_else(card):
    text = card_html(card)
    page = Page(text)
    assert page.open == []
    assert "http" not in text
    assert "a &lt;b&gt;.tif" in text
    assert "pore &amp; void" in text
    assert "1.300 ± 0.020" in page.cells
    assert text.count("<tbody>") == text.count("</tbody>") == sum(row.first for t in card.tables for row in t.rows)
    spans = [int(n) for n in re.findall(r"rowspan='(\d+)'", text)]
    assert sum(spans) == sum(len(table.rows) for table in card.tables)


def test_that_unknown_chance_is_told_apart(validation):
    known = card_of(Compared(validation.data.mean, validation.model, validation), Lengths(), COLOURS, title="", made="")
    two = [measured(surface=1.3), measured(surface=1.31)]
    unknown = card_of(Compared(measured(), summarise(two), validate(measured(), two)), Lengths(), COLOURS, title="",
                      made="")
    assert "rect class='unknown'" not in card_html(known)
    page = card_html(unknown)
    assert "rect class='unknown'" in page
    assert "what chance explains is not known" in page.partition("<body>")[2]


def test_that_a_bar_ends_where_the_difference_is(card):
    page = card_html(card)
    surface = next(row for row in card.tables[0].rows if row.title == "Specific surface area")
    assert card.tables[0].bar_range == bar_range([surface])
    drawn = re.search(r"<rect class='beyond' x='([\d.]+)' y='2.5' width='([\d.]+)'", page)
    x, width = (float(n) for n in drawn.groups())
    assert x == 50
    assert width == pytest.approx(0.3 / card.tables[0].bar_range * 49.5, abs=0.06)


def test_that_plots_are_drawings_of_one_width_whose_curves_stay_on_their_axes(card):
    assert len(card.plots) == 4
    for plot in card.plots:
        drawn = ET.fromstring(plot.svg(alone=True))
        assert drawn.get("width") == str(plot.width)
        for path in (e for e in drawn.iter() if e.tag.endswith("path")):
            numbers = [float(n) for n in re.findall(r"-?\d+\.\d+", path.get("d"))]
            assert all(math.isfinite(n) for n in numbers)
            assert min(numbers[::2]) >= 26
            assert max(numbers[::2]) <= plot.width - 5.9
        broken = [e for e in drawn.iter() if e.get("stroke-dasharray")]
        assert len(broken) == 2, "the ensemble's band"
    assert 2 * card.plots[0].width + 14 <= PAGE_WIDTH


def test_that_a_plot_says_how_far_the_curves_are_apart(card, validation):
    found = next(d for d in validation.distances if (d.axis, d.label) == ("z", 1))
    assert f"apart, {100 * found.relative:.1f} % (chance {100 * found.allowance:.1f} %)" in card.plots[0].shapes


def test_that_a_phase_without_chords_has_a_plot_that_says_why():
    empty = Distribution(np.empty(0), np.empty(0), "um", None, "no chord lies inside")
    image = measured()
    bare = replace(image.phases[0], distributions={"chord_length_distribution": {"z": empty}})
    full = replace(image.phases[1], distributions={"chord_length_distribution": {
        "z": image.phases[1].distributions["chord_length_distribution"]["z"]}})
    image = replace(image, phases=(bare, full))
    result = validate(image, [image, image])
    plots = chord_plots(image, summarise([image, image]), result, Lengths(), COLOURS)
    assert len(plots) == 2
    assert "no chord lies inside" in plots[0].shapes


def test_that_provenance_names_image_model_seeds_and_versions(validation):
    record = {
        "version": "1.2", "versions": {"python": "3.11", "numpy": "2"}, "shape": [60, 70, 80],
        "settings": {"seeds": [1, 3]},
        "images": [{"name": "twin.tif", "path": "/data/twin.tif", "sha256": "ab" * 32, "shape": [60, 70, 80],
                    "voxel_size_um": [0.5, 0.5, 0.5], "labels": {"1": {"name": "am"}, "2": {"name": "pore"}},
                    "edits": [{"operation": "crop", "box": {"z": [0, 30], "y": [0, 70], "x": [0, 80]}}]}],
        "model": {"parameterisation": "matern", "covariances": {"chi_x": "gaussian"}, "phases": ["pore", "am"],
                  "parameters": {"alpha_x": 0.75}, "units": {"alpha_*": "1/um"},
                  "provenance": {"operation": "calibrate", "created": "2026-01-02T03:04:05", "version": "1.1",
                                 "settings": {"method": "exact"}}},
    }
    facts = dict(provenance_facts(record, validation))
    assert facts["SHA-256"] == "ab" * 32
    assert facts["Size"] == "80 × 70 × 60 voxels; voxel size 0.5\N{NO-BREAK SPACE}µm"
    assert facts["Edited"] == "cropped to voxels z 1 to 30, y 1 to 70, x 1 to 80"
    assert facts["Used in the fit"] == "The model was fitted to z 1 to 30 of this image."
    assert facts["Model"] == "excursion set, matern covariances, chi_x gaussian; phase order pore → am"
    assert facts["Calibrated"] == "exact, 2026-01-02, MorphStudio 1.1"
    assert facts["Realisations"] == "3, seeds 1 to 3; each of 80 × 70 × 60 voxels"
    assert facts["Uncertain parameters"].startswith("3 models, seed 4; drawn jointly: alpha_x, lambda_x;")
    assert "1 direction that the image hardly determines held" in facts["Uncertain parameters"]
    assert facts["Versions"] == "MorphStudio 1.2, python 3.11, numpy 2"
