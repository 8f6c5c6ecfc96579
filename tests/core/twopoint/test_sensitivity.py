"""Sensitivities against finite differences of the closed forms, and known signs."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.twopoint.closed_form import phase_values
from morphstudio.core.twopoint.sensitivity import sensitive_names, sensitivities

VOXEL = (0.3, 0.2, 0.2)


def _model(**changes: float) -> ExcursionSet:
    values = {"alpha_chi_x": 0.75, "alpha_chi_y": 2.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
              "lambda_x": 1.90, "lambda_y": -0.27}
    return excursion_set(("se", "am", "pore"), values | changes)


@pytest.mark.parametrize("model", [_model(), _model(correlation=0.4, alpha_chi_common=1.1)])
def test_that_they_agree_with_finite_differences_of_the_closed_forms(model: ExcursionSet) -> None:
    found = sensitivities(model, VOXEL)
    for row, name in enumerate(found.names):
        value = model.values()[name]
        # Per cent for a step of 1 % (or 0.01): the same slope from a step a hundred times smaller.
        step = 1e-4 * (value if found.relative_step[row] else 1.0)
        up, down = (phase_values(model.with_values({name: value + sign * step}), VOXEL) for sign in (1, -1))
        for k in range(3):
            for attribute, expected in (("fraction", found.fraction[row, k]), ("surface_voxel", found.surface[row, k])):
                ratio = getattr(up[k], attribute) / getattr(down[k], attribute)
                assert 5000 * np.log(ratio) == pytest.approx(expected, abs=2e-3)
            chords = np.log(np.array(up[k].mean_chord) / down[k].mean_chord)
            np.testing.assert_allclose(5000 * chords, found.chord[row, :, k], atol=2e-3)


def test_that_covariances_do_not_move_fractions() -> None:
    found = sensitivities(_model(), VOXEL)
    rows = [k for k, name in enumerate(found.names) if name.startswith("alpha") or name == "scale_z"]
    np.testing.assert_allclose(found.fraction[rows], 0, atol=1e-12)


def test_that_a_higher_threshold_shrinks_its_phase() -> None:
    found = sensitivities(_model(), VOXEL)
    assert found.fraction[found.names.index("lambda_x"), 0] < 0
    assert not found.relative_step[found.names.index("lambda_x")]
    assert found.relative_step[found.names.index("alpha_x")]


def test_that_scaling_all_lengths_and_the_voxel_together_scales_surface_like_a_length() -> None:
    """All α up by 1 % is the same structure 1 % smaller: S_V of the continuum would rise by 1 %."""
    fine = (0.002, 0.002, 0.002)
    model = _model(scale_z=1.0)
    found = sensitivities(model, fine)
    rows = [k for k, name in enumerate(found.names) if name.startswith("alpha")]
    np.testing.assert_allclose(found.surface[rows].sum(0), 1.0, atol=2e-3)


def test_that_parameters_without_effect_are_left_out() -> None:
    assert "alpha_chi_common" not in sensitive_names(_model())
    assert {"correlation", "alpha_chi_common"} <= set(sensitive_names(_model(correlation=0.3)))
    assert "degrees_of_freedom" not in sensitive_names(_model(degrees_of_freedom=3))


def test_that_a_phase_that_is_not_there_has_no_sensitivities() -> None:
    with np.errstate(all="raise"):
        found = sensitivities(_model(lambda_x=100.0), VOXEL)
    for values in (found.fraction, found.surface, found.chord):
        assert np.isnan(values[..., 0]).all()
        assert np.isfinite(values[..., 1:]).all()


def test_that_a_phase_that_fills_everything_has_no_surface() -> None:
    found = sensitivities(_model(lambda_x=-20.0), VOXEL)
    assert found.fraction[:, 0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(found.surface[:, 0]).all()
    assert np.isnan(found.chord[..., 0]).all()
