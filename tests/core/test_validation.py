"""Verdicts on models that are right, nearly right, wrong, and not comparable."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from morphstudio.core.descriptors.comparison import compare_curves, compare_values
from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Distribution, Measurement, PhaseMeasurement, Value
from morphstudio.core.errors import InputError
from morphstudio.core.grades import GRADE_WORDS
from morphstudio.core.phases import Phase, PhaseImage, phase_image
from morphstudio.core.validation import EnsembleBand, FitUse, to_json, validate

VOXEL = (0.5, 0.5, 0.5)


def sample(seed, width=3.0, share=0.4, shape=(1, 160, 160), **options):
    """Measure one realisation of a stationary two-phase structure."""
    open_axes = [n > 1 for n in shape]
    field = np.random.default_rng(seed).standard_normal([n + 40 if n > 1 else 1 for n in shape])
    field = gaussian_filter(field, [width * o for o in open_axes], mode="wrap")
    field *= (2 * np.sqrt(np.pi) * width) ** (sum(open_axes) / 2)
    threshold = {0.4: 0.2533, 0.6: -0.2533}[share]
    labels = (field[tuple(slice(n) for n in shape)] > threshold).astype(np.uint8)
    return measure(phase_image(labels, VOXEL, {0: "pore", 1: "am"}), **options)


@pytest.fixture(scope="module")
def right():
    return validate(sample(99), [sample(seed) for seed in range(8)])


@pytest.fixture(scope="module")
def wrong():
    return validate(sample(99), [sample(seed, width=1.5) for seed in range(4)])


def plain(fraction=0.4, surface=1.0, chord=2.0, euler=-0.1, cdf=(0.0, 0.5, 1.0), path=(0.4, 0.2, 0.1), shape=(9, 9, 9)):
    """Return a made-up measurement of one phase."""
    grid = np.arange(3, dtype=float)
    scalars = {
        "volume_fraction": Value(fraction, "1"), "specific_surface_area": Value(surface, "1/um"),
        "mean_chord_length": {"z": Value(chord, "um", "" if chord else "no boundary")},
        "euler_number_density": Value(euler, "1/um^3"), "euler_number": Value(euler * 729, "1"),
    }
    curves = {
        "chord_length_distribution": {"z": Distribution(grid, np.array(cdf), "um", float(np.sum(1 - np.array(cdf))))},
        "lineal_path": {"z": Distribution(grid, np.array(path), "um")},
    }
    return Measurement((1.0, 1.0, 1.0), (PhaseMeasurement("am", 1, scalars, curves),), shape)


def test_that_a_model_fits_data_that_are_its_own(right):
    assert right.grade == "fits"
    assert right.text.startswith("The model fits:")
    assert all(finding.agrees for finding in right.findings)
    assert right.fitted_error < 0.1
    assert right.held_out_error < 0.1


def test_that_a_model_of_half_the_length_does_not_fit(wrong):
    assert wrong.grade == "no"
    assert wrong.text.startswith("This model does not suit this image, because of ")
    assert wrong.fitted_error > 0.3
    assert any(not finding.agrees for finding in wrong.findings)


def test_that_a_slightly_wrong_model_fits_in_part():
    result = validate(sample(99), [sample(seed, width=2.5) for seed in range(8)])
    assert result.grade == "partly"
    assert result.text.startswith("The model fits except for the ")
    assert re.search(r"area of \w+, \+1\d\.\d % \(realisations scatter by ± \d\.\d %\)", result.text)


def test_that_a_verdict_names_three_differences_at_most_each_with_its_scatter():
    model = [plain(fraction=0.45, surface=1.1 + s, chord=2.3, euler=-0.14, cdf=(0.0, 0.1, 1.0), path=(0.4, 0.1, 0.1))
             for s in (-0.01, 0.01)]
    text = validate(plain(), model).text
    assert text.count("(") == 3
    assert "; and 3 more. What it was not fitted to differs by " in text


def test_that_only_a_model_that_was_fitted_to_the_image_speaks_for_its_class():
    far = [plain(surface=1.4)] * 2
    for kind, words in (("whole", "This model class does not suit"), ("part", "This model class does not suit"),
                        ("other", "This model does not suit"), ("unknown", "This model does not suit")):
        assert validate(plain(), far, use=FitUse(kind, "")).text.startswith(words)
    assert validate(plain(), far).text.startswith("This model does not suit")


def test_that_an_unused_part_stands_beside_without_a_say_in_the_verdict():
    model = [plain(surface=1.0 + s) for s in (-0.01, 0.01)]
    alone = validate(plain(), model)
    result = validate(plain(), model, unused=("z 5 to 8", plain(surface=1.5, cdf=(0.0, 0.3, 1.0), shape=(4, 9, 9))))
    assert (result.grade, result.text) == (alone.grade, alone.text)
    surface = next(r for r in result.unused.rows if r.descriptor == "specific_surface_area")
    assert surface.relative == pytest.approx(-1 / 3)
    assert "euler_number" not in {r.descriptor for r in result.unused.rows}
    data = to_json(result)
    assert data["phases"]["am"]["specific_surface_area"]["data_unused"] == 1.5
    chords = data["distances"]["am"]["chord_length_distribution"]["z"]
    # ∫ |F − F| = 0.2 over the part's own mean chord 1 + 0.7.
    assert chords["relative_unused"] == pytest.approx(0.2 / 1.7)
    assert data["unused_part"] == {"text": "z 5 to 8", "shape": [4, 9, 9]}


def test_that_an_ensemble_has_a_band_of_its_own_in_the_file():
    model = [plain(surface=1.0 + s) for s in (-0.01, 0.01)]
    wide = EnsembleBand(summarise([plain(surface=1.0 + s) for s in (-0.1, 0.0, 0.1)]), ("alpha_x",), 1, 5)
    result = validate(plain(), model, ensemble=wide)
    leaf = to_json(result)["phases"]["am"]["specific_surface_area"]
    assert leaf["ensemble_mean"] == pytest.approx(1.0)
    assert leaf["ensemble_sd"] == pytest.approx(0.1)
    assert leaf["model_sd"] == pytest.approx(0.01 * np.sqrt(2))
    told = to_json(result)["ensemble"]
    assert (told["models"], told["drawn"], told["directions_held_back"]) == (3, ["alpha_x"], 1)


def test_that_the_file_holds_the_chord_distributions_on_one_grid(right):
    curves = to_json(right)["distributions"]["am"]["chord_length_distribution"]["x"]
    assert len({len(curves[key]) for key in ("length", "data", "model_mean", "model_sd")}) == 1
    assert curves["data"][-1] == curves["model_mean"][-1] == 1
    assert curves["data"] == sorted(curves["data"])
    step = np.diff(curves["length"])[0]
    by_hand = np.abs(np.subtract(curves["data"], curves["model_mean"])).sum() * step
    told = next(d for d in right.distances if (d.phase, d.axis, d.measure) == ("am", "x", "wasserstein"))
    assert by_hand == pytest.approx(told.distance, rel=1e-3)


def test_that_a_wrong_fraction_alone_is_no_fit():
    assert validate(plain(fraction=0.55), [plain(), plain()]).grade == "no"
    assert validate(plain(fraction=0.41), [plain(), plain()]).grade == "fits"


def test_that_a_difference_beyond_chance_that_does_not_matter_is_called_small():
    result = validate(plain(), [plain(euler=-0.106), plain(euler=-0.106)])
    assert result.grade == "fits"
    assert "beyond chance is small: the Euler number density of am" in result.text
    result = validate(plain(), [plain(surface=1.03), plain(surface=1.03)])
    surface = next(f for f in result.findings if f.title == "Specific surface area")
    assert surface.agrees
    assert surface.text == "Largest difference +3.0 %, of am: small, though more than chance explains."


def test_that_the_sentence_names_the_worst_descriptor_and_phase():
    result = validate(plain(), [plain(surface=1.1), plain(surface=1.1)])
    assert result.grade == "partly"
    assert "except for the specific surface area of am, +10.0 % (realisations scatter by less than 0.1 %). " in (
        result.text)
    result = validate(plain(), [plain(cdf=(0.0, 0.4, 1.0))] * 2)
    assert "the chord length distribution of am along z, 6.7 %." in result.text


@pytest.mark.parametrize(("surface", "words"), [
    (0.665, "33.5 % too low for am; chance does not explain it."),
    (1.12, "12.0 % too high for am; chance does not explain it."),
    (0.9999, "Largest difference below 0.1 %, of am."),
])
def test_that_a_finding_says_which_way_and_rounds_before_it_tells(surface: float, words: str):
    result = validate(plain(), [plain(surface=surface)] * 2)
    assert next(f for f in result.findings if f.title == "Specific surface area").text == words
    assert "−0.0" not in result.text


@pytest.mark.parametrize(("surface", "chord", "grade"), [(1.19, 2.0, "partly"), (1.21, 2.0, "no"), (1.0, 1.58, "no")])
def test_that_one_fitted_descriptor_far_off_is_no_fit_however_good_the_mean(surface: float, chord: float, grade: str):
    result = validate(plain(), [plain(surface=surface, chord=chord)] * 2)
    assert result.fitted_error < 0.2
    assert result.grade == grade
    assert result.title == GRADE_WORDS[grade]


def test_that_what_chance_explains_does_not_count_against_the_largest_fitted_difference():
    # 22 % higher on average: two standard deviations of the first realisations, eight of the second.
    for shift, grade in ((0.1, "fits"), (0.025, "no")):
        assert validate(plain(), [plain(surface=1.22 + s * shift) for s in (-1, 1) * 4]).grade == grade


def test_that_the_summary_is_one_sentence_on_what_was_not_fitted():
    assert validate(plain(), [plain(euler=-0.106)] * 2).summary == (
        "On what it was not fitted to, the model differs by 2.0 % on average.")
    assert validate(plain(), [plain()] * 2).summary == (
        "On what it was not fitted to, the model differs by less than 0.1 % on average.")


def test_that_a_share_of_something_else_than_the_data_names_it():
    # The data's Euler number is near zero: the scale is one piece per mean chord cubed, 0.4 / 2³ = 0.05.
    row = next(r for r in compare_values(plain(euler=0.001), summarise([plain(euler=0.011)] * 2), same_shape=True)
               if r.descriptor == "euler_number_density")
    assert not row.is_of_data
    assert row.relative == pytest.approx(0.2)
    finding = next(f for f in validate(plain(euler=0.001), [plain(euler=0.011)] * 2).findings if "Euler" in f.title)
    assert finding.text == ("Too high for am by 20.0 % of one piece per mean chord cubed; chance does not explain it.")
    own = next(f for f in validate(plain(), [plain(euler=-0.104)] * 2).findings if "Euler" in f.title)
    assert own.text.startswith("Largest difference −4.0 % of the data's value, of am: small")
    assert all(r.is_of_data for r in compare_values(plain(), summarise([plain(surface=1.3)] * 2), same_shape=True))


def test_that_chance_is_only_spoken_of_where_it_is_known():
    alone = validate(plain(), [plain(surface=1.4)])
    finding = next(f for f in alone.findings if f.title == "Specific surface area")
    assert finding.text == "40.0 % too high for am; what chance explains is not known."
    spread = validate(plain(), [plain(surface=s) for s in (0.98, 1.06)])
    finding = next(f for f in spread.findings if f.title == "Specific surface area")
    assert finding.text == "Largest difference +2.0 %, of am, which chance explains."


def test_that_images_too_small_to_tell_are_not_called_a_fit():
    small = (1, 24, 24)
    result = validate(sample(99, shape=small), [sample(seed, shape=small) for seed in range(8)])
    assert result.grade == "partly"
    assert "cannot tell" in result.text


def test_that_a_difference_beyond_chance_is_told_however_much_chance_explains():
    # Chance explains most of surface and chord; the Euler number is 13 standard deviations away.
    surfaces = (0.6, 1.4) * 4
    model = [plain(surface=s, chord=2 * s, euler=-0.0735 - 0.0001 * (s > 1)) for s in surfaces]
    result = validate(plain(), model)
    assert result.grade == "partly"
    assert result.text.startswith("The model fits except for ")
    assert "except for the Euler number density of am, +26" in result.text
    assert result.text.endswith("on average.")
    assert "; chance alone explains 0.1 % there and " in result.text


def test_that_another_sign_is_called_that():
    result = validate(plain(euler=-0.1), [plain(euler=0.05), plain(euler=0.05)])
    assert ("because of the Euler number density of am, which has the other sign: 0.05 in place of −0.1 µm⁻³ "
            "(realisations scatter by ± 0)") in result.text
    finding = next(f for f in result.findings if f.title == "Euler number density")
    assert finding.text == "Has the other sign for am; chance does not explain it."
    assert "more than 100 %" in validate(plain(euler=-0.1), [plain(euler=-0.3)] * 2).text


def test_that_a_phase_without_a_name_is_called_by_its_label():
    def unnamed(measurement):
        return replace(measurement, phases=tuple(replace(p, phase=str(p.label)) for p in measurement.phases))

    result = validate(unnamed(plain()), [unnamed(plain(surface=1.1, cdf=(0.0, 0.4, 1.0)))] * 2)
    assert "the specific surface area of label 1, +10.0 % (" in result.text
    assert any("for label 1 along z" in finding.text for finding in result.findings)


def test_that_rows_hold_data_mean_sd_and_difference():
    result = validate(plain(surface=2.0), [plain(surface=s) for s in (2.0, 2.2, 2.4)])
    row = next(r for r in result.rows if r.descriptor == "specific_surface_area")
    assert (row.data, row.model_mean, row.model_sd) == pytest.approx((2.0, 2.2, 0.2))
    assert row.difference == pytest.approx(0.2)
    assert row.relative == pytest.approx(0.1)
    assert row.allowance == pytest.approx(2 * 0.2 * np.sqrt(4 / 3) / 2)
    assert row.excess == 0
    assert row.unit == "1/um"


def test_that_fitted_and_held_out_are_told_apart(right):
    for entry in (*right.rows, *right.distances, *right.findings):
        title = entry.title
        assert entry.fitted == next(d.fitted for d in DESCRIPTORS.values() if d.title == title)
    held_out = {d.descriptor for d in right.distances if not d.fitted}
    assert held_out == {"chord_length_distribution", "lineal_path"}


def test_that_errors_are_means_over_their_descriptors():
    result = validate(plain(), [plain(surface=1.1, chord=2.4, cdf=(0.0, 0.4, 1.0))])
    assert result.fitted_error == pytest.approx((0.1 + 0.2) / 2)
    assert result.held_out_error == pytest.approx((0.1 / 1.5 + 0 + 0) / 3)


def test_that_curve_distances_are_those_computed_by_hand():
    model = [plain(cdf=(0.0, 0.3, 1.0), path=(0.4, 0.3, 0.1)), plain(cdf=(0.0, 0.5, 1.0), path=(0.4, 0.3, 0.1))]
    chords, path = compare_curves(plain(), model)
    assert chords.measure == "wasserstein"
    assert chords.distance == pytest.approx(0.1)
    assert chords.relative == pytest.approx(0.1 / 1.5)
    assert chords.unit == "um"
    assert path.measure == "largest_gap"
    assert path.distance == pytest.approx(0.1)
    assert path.relative == pytest.approx(0.1 / 0.4)
    assert path.unit == "1"
    assert chords.allowance is None  # two realisations cannot say what chance does


def test_that_the_chance_of_curves_is_what_realisations_differ_by(right):
    own = [sample(seed) for seed in range(8)]
    for left_out in range(3):
        others = own[:left_out] + own[left_out + 1 :]
        excesses = [d.excess for d in compare_curves(own[left_out], others)]
        assert np.mean([e <= 0.02 for e in excesses]) > 0.8
    assert all(d.allowance > 0 for d in right.distances)


def test_that_the_euler_number_is_held_against_one_piece_per_chord():
    rows = compare_values(plain(euler=0.001), summarise([plain(euler=0.011)]), same_shape=True)
    density = next(r for r in rows if r.descriptor == "euler_number_density")
    assert density.relative == pytest.approx(0.01 / (0.4 / 2.0**3))
    number = next(r for r in rows if r.descriptor == "euler_number")
    assert number.relative == pytest.approx(density.relative)


def test_that_the_euler_number_is_left_to_its_density_where_sizes_differ():
    result = validate(plain(), [plain(shape=(8, 8, 8))])
    assert "euler_number" not in {r.descriptor for r in result.rows}
    assert "euler_number_density" in {r.descriptor for r in result.rows}
    assert any("differ in size" in limit for limit in result.limits)


def test_that_a_missing_value_has_its_reason_and_no_difference():
    result = validate(plain(chord=None), [plain(), plain()])
    row = next(r for r in result.rows if r.descriptor == "mean_chord_length")
    assert row.data is row.difference is row.relative is row.excess is None
    assert row.model_mean == 2.0
    assert row.reason == "no boundary"


def test_that_one_realisation_is_enough_for_a_verdict_without_allowance():
    result = validate(plain(), [plain(surface=1.02)])
    assert result.grade == "fits"
    assert all(r.model_sd is None and r.allowance is None for r in result.rows)


def test_that_several_images_are_averaged():
    result = validate([plain(surface=1.0), plain(surface=2.0)], [plain(surface=1.5)])
    assert next(r for r in result.rows if r.descriptor == "specific_surface_area").data == 1.5
    assert "2 samples" in result.limits[0]


def test_that_what_is_not_shown_is_said(right):
    assert any("80.0 × 80.0 µm" in limit for limit in right.limits)
    assert any("third direction" in limit for limit in right.limits)
    assert any("Transport" in limit for limit in right.limits)


def relabelled(measurement):
    return replace(measurement, phases=tuple(replace(p, label=p.label + 5) for p in measurement.phases))


@pytest.mark.parametrize(("change", "message"), [
    (lambda m: replace(m, shape=(1, 9, 9)), "section cannot be compared with a volume"),
    (lambda m: replace(m, voxel_size_um=(0.5, 0.5, 0.5)), "voxel sizes differ"),
    (lambda m: replace(m, voxel_size_um=None), "voxel sizes differ"),
    (relabelled, "same phase labels"),
    (lambda m: replace(m, borders="kaplan-meier"), "treated differently"),
])
def test_that_what_must_not_be_compared_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        validate(plain(), [change(plain())])


def test_that_sections_of_different_planes_are_refused():
    with pytest.raises(InputError, match="different planes"):
        validate(plain(shape=(1, 9, 9)), [plain(shape=(9, 1, 9))])


@pytest.mark.parametrize(("data", "model"), [([], [plain()]), (plain(), [])])
def test_that_nothing_to_compare_is_refused(data, model):
    with pytest.raises(InputError, match="nothing to compare"):
        validate(data, model)


def test_that_phases_are_matched_by_label_not_by_order_or_name():
    labels = (np.random.default_rng(0).random((1, 60, 60)) < 0.3).astype(np.uint8)
    data = measure(PhaseImage(labels, (Phase(0, "pore"), Phase(1, "am")), VOXEL))
    model = measure(PhaseImage(labels, (Phase(1, "solid"), Phase(0, "void")), VOXEL))
    result = validate(data, [model])
    assert all(row.difference == pytest.approx(0) for row in result.rows if row.difference is not None)
    assert set(to_json(result)["phases"]) == {"pore", "am"}


def test_that_the_file_has_the_documented_form(right):
    data = json.loads(json.dumps(to_json(right), allow_nan=False))
    assert data["schema"] == 1
    assert data["realisations"] == 8
    assert data["verdict"] == {"grade": right.grade, "text": right.text}
    am = data["phases"]["am"]
    assert {"data", "model_mean", "model_sd", "fitted"} <= set(am["volume_fraction"])
    assert am["volume_fraction"]["fitted"] is True
    assert am["euler_number_density"]["fitted"] is False
    assert set(am["mean_chord_length"]) == {"y", "x"}
    chords = data["distances"]["am"]["chord_length_distribution"]["x"]
    assert chords["fitted"] is False
    assert chords["wasserstein"] > 0
    assert chords["unit"] == "um"
    assert "largest_gap" in data["distances"]["am"]["lineal_path"]["y"]
    row = next(r for r in right.rows if (r.descriptor, r.phase) == ("euler_number_density", "am"))
    told = am["euler_number_density"]
    assert (told["allowance"], told["beyond_chance"]) == (row.allowance, row.excess)
    assert told["relative_to"] == row.relative_to
    assert (chords["allowance"], chords["relative_to"]) == (
        next(d.allowance for d in right.distances if (d.descriptor, d.axis, d.phase) == (
            "chord_length_distribution", "x", "am")), "the data's mean complete chord")
    assert chords["beyond_chance"] == max(0.0, chords["relative"] - chords["allowance"])
    assert data["limits"] == list(right.limits)
    assert [f["title"] for f in data["findings"]] == [f.title for f in right.findings]
    assert {"title", "text", "agrees", "fitted"} == set(data["findings"][0])


def test_that_the_file_does_not_say_what_chance_explains_where_that_is_not_known():
    data = to_json(validate(sample(1, 2.0), [sample(2, 2.0), sample(3, 2.0)]))
    chords = data["distances"]["am"]["chord_length_distribution"]["x"]
    assert (chords["allowance"], chords["beyond_chance"]) == (None, None)
    assert data["phases"]["am"]["volume_fraction"]["allowance"] > 0


def test_that_volumes_are_validated_in_three_directions():
    shape = (40, 40, 40)
    result = validate(sample(99, 2.0, shape=shape), [sample(s, 2.0, shape=shape) for s in range(4)])
    assert result.grade in ("fits", "partly")
    assert {d.axis for d in result.distances} == {"z", "y", "x"}
    assert not any("third direction" in limit for limit in result.limits)
