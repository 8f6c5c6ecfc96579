"""Measuring whole images: units, axes, order of work, invariants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from morphstudio.core.descriptors.measurement import Measuring, measure
from morphstudio.core.descriptors.registry import DESCRIPTORS
from morphstudio.core.errors import InputError
from morphstudio.core.phases import Phase, PhaseImage, phase_image

SCALARS = [key for key, d in DESCRIPTORS.items() if d.kind == "value"]


@pytest.fixture
def volume():
    labels = np.random.default_rng(0).choice([2, 5, 7], (9, 10, 12), p=[0.5, 0.3, 0.2]).astype(np.uint8)
    return phase_image(labels, (0.5, 0.25, 0.125), {2: "se", 5: "am", 7: "pore"})


def numbers(measurement):
    """Return every number of a measurement by phase, descriptor and axis."""
    found = {}
    for phase in measurement.phases:
        for key, entry in phase.scalars.items():
            values = entry if isinstance(entry, dict) else {"": entry}
            found |= {(phase.phase, key, axis): v.value for axis, v in values.items()}
        for key, curves in phase.distributions.items():
            found |= {(phase.phase, key, axis): tuple(c.values) for axis, c in curves.items()}
    return found


def test_that_everything_in_the_registry_is_measured(volume):
    for phase in measure(volume).phases:
        assert set(phase.scalars) | set(phase.distributions) == set(DESCRIPTORS)
        assert set(phase.scalars) == set(SCALARS)


def test_that_phases_keep_name_label_and_order(volume):
    measured = measure(volume, ["volume_fraction"])
    assert [(p.phase, p.label) for p in measured.phases] == [("se", 2), ("am", 5), ("pore", 7)]
    assert [p.scalar("volume_fraction").value for p in measured.phases] == pytest.approx(list(volume.fractions))
    assert measured.phase(5).phase == "am"
    with pytest.raises(InputError, match="label 9"):
        measured.phase(9)


def test_that_units_follow_the_voxel_size_and_the_dimension(volume):
    units = {key: _unit(measure(volume), key) for key in SCALARS}
    assert units == {"volume_fraction": "1", "specific_surface_area": "1/um", "mean_chord_length": "um",
                     "euler_number": "1", "euler_number_density": "1/um^3"}
    in_voxels = measure(volume.with_voxel_size(None))
    assert _unit(in_voxels, "specific_surface_area") == "1/voxel"
    assert _unit(in_voxels, "mean_chord_length") == in_voxels.length_unit == "voxel"
    assert in_voxels.phases[0].distribution("lineal_path", "z").unit == "voxel"
    section = replace(volume, labels=volume.labels[:1])
    assert _unit(measure(section), "euler_number_density") == "1/um^2"


def _unit(measurement, key):
    value = measurement.phases[0].scalar(key) or measurement.phases[0].scalar(key, "x")
    return value.unit


@pytest.mark.parametrize(("index", "axes"), [
    (np.s_[:1], ["y", "x"]), (np.s_[:, :1], ["z", "x"]), (np.s_[:, :, :1], ["z", "y"]), (np.s_[:], ["z", "y", "x"]),
])
def test_that_directions_are_the_axes_the_image_extends_along(volume, index, axes):
    measured = measure(replace(volume, labels=volume.labels[index]))
    assert list(measured.phases[0].scalars["mean_chord_length"]) == axes
    for curves in measured.phases[0].distributions.values():
        assert list(curves) == axes


def test_that_axes_can_be_chosen_and_wrong_ones_are_refused(volume):
    measured = measure(volume, ["mean_chord_length", "lineal_path"], ["x", "z"])
    assert list(measured.phases[0].scalars["mean_chord_length"]) == ["z", "x"]
    section = replace(volume, labels=volume.labels[:1])
    with pytest.raises(InputError, match="one voxel thick along z"):
        measure(section, axes=["z"])
    with pytest.raises(InputError, match="axes"):
        measure(volume, axes=["w"])


def test_that_an_unknown_descriptor_is_refused_with_the_nearest_name(volume):
    with pytest.raises(InputError, match="volume_fraction"):
        measure(volume, ["volume_fracton"])


def test_that_permuted_axes_permute_the_directions_and_nothing_else(volume):
    order = (2, 0, 1)
    names = dict(zip("zyx", ("zyx"[a] for a in order), strict=True))
    permuted = replace(volume, labels=np.ascontiguousarray(volume.labels.transpose(order)),
                       voxel_size_um=tuple(volume.voxel_size_um[a] for a in order))
    before, after = numbers(measure(volume)), numbers(measure(permuted))
    for (phase, key, axis), value in after.items():
        assert value == pytest.approx(before[phase, key, names.get(axis, "")]), (phase, key, axis)


def test_that_relabelled_phases_keep_their_values(volume):
    relabel = np.zeros(256, np.uint8)
    relabel[[2, 5, 7]] = [9, 1, 4]
    phases = (Phase(1, "am"), Phase(4, "pore"), Phase(9, "se"))
    other = PhaseImage(relabel[volume.labels], phases, volume.voxel_size_um)
    assert numbers(measure(other)) == numbers(measure(volume))


def test_that_a_power_of_two_in_the_voxel_size_scales_every_value_exactly(volume):
    fine = measure(volume)
    coarse = measure(volume.with_voxel_size(tuple(4 * s for s in volume.voxel_size_um)))
    dimension = {key: d.dimension for key, d in DESCRIPTORS.items()}
    scaled = numbers(coarse)
    for (phase, key, axis), value in numbers(fine).items():
        factor = 4.0 ** dimension[key] if key in SCALARS else 1.0
        assert scaled[phase, key, axis] == (value if factor == 1.0 else value * factor)
    before, after = (m.phases[0].distribution("chord_length_distribution", "y") for m in (fine, coarse))
    assert np.array_equal(after.grid, 4 * before.grid)
    assert after.mean == 4 * before.mean


def test_that_a_phase_without_voxels_has_fraction_zero_and_reasons(volume):
    image = PhaseImage(np.where(volume.labels == 7, 5, volume.labels).astype(np.uint8), volume.phases)
    pore = measure(image).phase(7)
    assert pore.scalar("volume_fraction").value == 0
    assert pore.scalar("specific_surface_area").value == 0
    assert pore.scalar("mean_chord_length", "x").value is None
    assert pore.scalar("mean_chord_length", "x").reason
    assert pore.distribution("chord_length_distribution", "x").reason


def test_that_steps_report_their_work_and_end(volume):
    work = Measuring(volume, ["volume_fraction", "mean_chord_length"], ["z", "y"])
    seen = []
    while not work.done:
        seen.append((work.message, work.share))
        work.step()
    assert seen == [("Volume fraction", 0), ("Mean chord length, z", 1 / 3), ("Mean chord length, y", 2 / 3)]
    assert work.share == 1
    assert work.message == ""


def test_that_a_result_in_between_is_not_touched_by_later_steps(volume):
    work = Measuring(volume, ["mean_chord_length"])
    work.step()
    early = work.result()
    work.step()
    assert list(early.phases[0].scalars["mean_chord_length"]) == ["z"]
    assert list(work.result().phases[0].scalars["mean_chord_length"]) == ["z", "y"]


def test_that_measuring_reports_shares_and_stops_when_asked(volume):
    shares = []
    measured = measure(volume, report=shares.append, should_stop=lambda: len(shares) >= 2)
    assert len(shares) == 2
    assert list(measured.phases[0].scalars) == ["volume_fraction", "specific_surface_area"]
    measure(volume, report=shares.append)
    assert shares[-1] == 1


def test_that_the_treatment_of_border_chords_is_recorded(volume):
    assert measure(volume, ["volume_fraction"]).borders == "exclude"
    corrected = measure(volume, ["chord_length_distribution"], borders="kaplan-meier")
    assert corrected.borders == "kaplan-meier"
    plain = measure(volume, ["chord_length_distribution"])
    means = [m.phases[0].distribution("chord_length_distribution", "z").mean for m in (plain, corrected)]
    assert means[1] > means[0]


def test_that_two_point_curves_start_at_the_fraction_and_span_half_the_image(volume):
    phase = measure(volume, ["volume_fraction", "two_point"]).phases[1]
    curve = phase.distribution("two_point", "x")
    assert curve.values[0] == pytest.approx(phase.scalar("volume_fraction").value)
    assert curve.grid.tolist() == pytest.approx([k * 0.125 for k in range(7)])
