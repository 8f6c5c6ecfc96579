"""Mean ± sd over realisations."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.descriptors.summary import summarise
from morphstudio.core.descriptors.values import Distribution, Measurement, PhaseMeasurement, Value
from morphstudio.core.errors import InputError
from morphstudio.core.phases import phase_image


def measurement(fraction, chord, curve=None, size=(1.0, 1.0, 1.0), label=1):
    curves = {} if curve is None else {"chord_length_distribution": {"z": curve}}
    scalars = {"volume_fraction": Value(fraction, "1"), "mean_chord_length": {"z": Value(chord, "um", "" if chord
                                                                              else "no chord")}}
    return Measurement(size, (PhaseMeasurement("am", label, scalars, curves),), (4, 4, 4))


def cdf(values, mean):
    return Distribution(np.arange(len(values), dtype=float), np.array(values, float), "um", mean)


def test_that_mean_and_sd_are_those_of_a_sample():
    model = summarise([measurement(f, c) for f, c in [(0.2, 1.0), (0.3, 2.0), (0.4, 6.0)]])
    assert model.n_realisations == 3
    assert model.mean.phases[0].scalar("volume_fraction").value == pytest.approx(0.3)
    assert model.sd.phases[0].scalar("volume_fraction").value == pytest.approx(0.1)
    assert model.mean.phases[0].scalar("mean_chord_length", "z").value == pytest.approx(3)
    assert model.sd.phases[0].scalar("mean_chord_length", "z").value == pytest.approx(np.sqrt(7))


def test_that_missing_values_are_left_out_and_said():
    model = summarise([measurement(0.2, None), measurement(0.2, 2.0), measurement(0.2, 4.0)])
    mean = model.mean.phases[0].scalar("mean_chord_length", "z")
    assert mean.value == 3
    assert mean.reason == "exists in 2 of 3 realisations"
    none = summarise([measurement(0.2, None), measurement(0.2, None)]).mean.phases[0].scalar("mean_chord_length", "z")
    assert none.value is None
    assert none.reason == "no chord"


def test_that_one_realisation_has_no_sd():
    model = summarise([measurement(0.2, 1.0, cdf([0, 1], 1.0))])
    assert model.mean.phases[0].scalar("volume_fraction").value == 0.2
    assert model.sd.phases[0].scalar("volume_fraction").value is None
    assert "no standard deviation" in model.sd.phases[0].scalar("volume_fraction").reason
    assert len(model.sd.phases[0].distribution("chord_length_distribution", "z").grid) == 0


def test_that_distribution_functions_of_unlike_length_are_continued_at_their_end():
    model = summarise([measurement(0.2, 1.0, cdf([0, 1], 1.0)), measurement(0.2, 1.0, cdf([0, 0.5, 0.5, 1], 2.0))])
    mean = model.mean.phases[0].distribution("chord_length_distribution", "z")
    assert mean.grid.tolist() == [0, 1, 2, 3]
    assert mean.cdf.tolist() == [0, 0.75, 0.75, 1]
    assert mean.mean == 1.5
    sd = model.sd.phases[0].distribution("chord_length_distribution", "z")
    assert sd.values == pytest.approx(np.std([[0, 1, 1, 1], [0, 0.5, 0.5, 1]], axis=0, ddof=1))


def test_that_probabilities_of_unlike_length_are_cut_to_what_all_know():
    rng = np.random.default_rng(0)
    images = [phase_image(rng.integers(0, 2, (8, 8, n)).astype(np.uint8)) for n in (6, 9)]
    model = summarise([measure(image, ["lineal_path"]) for image in images])
    assert len(model.mean.phases[0].distribution("lineal_path", "x").grid) == 6
    assert len(model.mean.phases[0].distribution("lineal_path", "z").grid) == 8


def test_that_empty_distributions_do_not_count():
    empty = Distribution(np.empty(0), np.empty(0), "um", None, "no chord lies wholly inside the image")
    model = summarise([measurement(0.2, 1.0, empty), measurement(0.2, 1.0, cdf([0, 1], 1.0))])
    assert model.mean.phases[0].distribution("chord_length_distribution", "z").cdf.tolist() == [0, 1]
    nothing = summarise([measurement(0.2, 1.0, empty)] * 2).mean.phases[0]
    assert nothing.distribution("chord_length_distribution", "z").reason == empty.reason


@pytest.mark.parametrize("others", [[], [measurement(0.2, 1.0), measurement(0.2, 1.0, size=(2.0, 2.0, 2.0))],
                                    [measurement(0.2, 1.0), measurement(0.2, 1.0, label=3)]])
def test_that_measurements_that_do_not_belong_together_are_refused(others):
    with pytest.raises(InputError):
        summarise(others)
