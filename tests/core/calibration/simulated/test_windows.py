"""Soft sections: the exact engine's fractions and two-point functions, derivatives, any model."""

import numpy as np
import pytest
import torch

from morphstudio.core.calibration.simulated.coverage import WindowCoverage, pairs
from morphstudio.core.calibration.simulated.variables import FreeVariables
from morphstudio.core.calibration.simulated.windows import SoftSections, grid_for
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set, families_of
from morphstudio.core.twopoint.exact import fractions, two_point

VOXEL = (0.2, 0.2, 0.2)


def three_phases() -> ExcursionSet:
    return excursion_set(("a", "b", "c"), {
        "alpha_chi_x": 1.5, "alpha_x": 1.2, "alpha_chi_y": 2.0, "alpha_y": 1.0, "lambda_x": 1.9, "lambda_y": 1.2,
        "sigma_y": 1.6, "nugget_x": 0.1, "correlation": 0.6, "alpha_chi_common": 1.7, "correlation_sign_y": -1.0})


def mixed_families() -> ExcursionSet:
    families = families_of(3, "gaussian", {"chi_x": "matern", "x": "exponential", "chi_y": "low-parametric"})
    return excursion_set(("a", "b", "c"), {
        "alpha_chi_x": 3.0, "alpha_x": 1.5, "alpha_y": 2.0, "lambda_x": 2.0, "lambda_y": 1.0}, families)


def two_phases_by_kernel() -> ExcursionSet:
    return excursion_set(("a", "b"), {"lambda_x": 2.0, "degrees_of_freedom": 3.0}, families_of(2, "kernel"))


def four_phases() -> ExcursionSet:
    return excursion_set(("a", "b", "c", "d"), {
        "alpha_chi_1": 1.5, "alpha_1": 1.2, "alpha_chi_2": 2.0, "alpha_2": 1.0, "alpha_chi_3": 1.0, "alpha_3": 2.0,
        "lambda_1": 2.5, "lambda_2": 2.0, "lambda_3": 1.5})


def layered() -> ExcursionSet:
    return three_phases().with_values({"confinement_y": 0.6})


def four_layered() -> ExcursionSet:
    return four_phases().with_values({"confinement_2": 0.4})


def sections(model: ExcursionSet, size: int, steepness: float,
             axes: tuple[int, int] = (1, 2)) -> tuple[SoftSections, torch.Tensor]:
    drawn = SoftSections(model, grid_for(model, size, axes, VOXEL), steepness,
                         correlated=model.common.correlation > 0,
                         speckled=any(cut.nugget > 0 for cut in model.fields))
    values = model.values()
    return drawn, torch.tensor([values[p.name] for p in model.table], dtype=torch.float64)


@pytest.mark.parametrize("make", [three_phases, mixed_families, two_phases_by_kernel, four_phases, layered,
                                  four_layered])
def test_that_steep_sections_have_the_exact_two_point_functions(make) -> None:
    model = make()
    drawn, theta = sections(model, 64, 1e4)
    generator = torch.Generator().manual_seed(1)
    n = len(model.phases)
    estimator = WindowCoverage(64, (0.2, 0.2), 12, 0.1)  # so narrow that it hardly smooths
    with torch.no_grad():
        windows = torch.cat([drawn.draw(theta, 32, generator) for _ in range(6)])
        curves = estimator(windows).double().numpy()
    np.testing.assert_allclose(windows.sum(1).numpy(), 1, atol=1e-5)
    share = windows.mean((2, 3)).double().numpy()
    error = share.std(0) / np.sqrt(len(share))
    assert (np.abs(share.mean(0) - fractions(model)) < 4.5 * error + 1e-4).all()
    lags = np.zeros((12, 3))
    lags[:, 2] = estimator.lags[1:]
    exact = two_point(model, lags)
    expected = np.stack([exact[:, i, j] for i, j in pairs(n)])
    spread = curves[..., 1:].std(0) / np.sqrt(len(curves))
    # Offsets beside the axis enter with up to half a bandwidth: 0.002 at most.
    assert (np.abs(curves[..., 1:].mean(0) - expected) < 4.5 * spread + 2e-3).all()


def test_that_lengths_along_z_are_stretched() -> None:
    model = excursion_set(("a", "b"), {"alpha_chi_x": 1.5, "alpha_x": 1.2, "lambda_x": 2.0, "scale_z": 2.0})
    drawn, theta = sections(model, 48, 1e4, axes=(0, 2))
    with torch.no_grad():
        first = drawn.draw(theta, 160, torch.Generator().manual_seed(2))[:, 0].double().numpy()
    for axis, lag in ((1, (0.6, 0, 0)), (2, (0, 0, 0.6))):
        moved = np.moveaxis(first, axis, 1)
        each = (moved[:, :-3] * moved[:, 3:]).mean((1, 2))
        expected = two_point(model, np.array([lag]))[0, 0, 0]
        assert abs(each.mean() - expected) < 4.5 * each.std() / np.sqrt(len(each)) + 5e-4


def test_that_less_steep_sections_are_softer_and_still_sum_to_one() -> None:
    drawn, theta = sections(three_phases(), 32, 10.0)
    windows = drawn.draw(theta, 4, torch.Generator().manual_seed(3))
    assert windows.shape == (4, 3, 32, 32)
    assert 0.001 < float((windows * (1 - windows)).mean()) < 0.1
    np.testing.assert_allclose(windows.sum(1).numpy(), 1, atol=1e-5)


@pytest.mark.parametrize("make", [three_phases, mixed_families, two_phases_by_kernel])
def test_that_derivatives_are_those_of_finite_differences(make) -> None:
    model = make()
    names = [p.name for p in model.table if p.scale not in ("integer", "sign") and p.name != "scale_z"
             and not p.name.startswith(("nugget", "kernel_step"))]
    if "confinement_y" in names:
        model = model.with_values({"confinement_y": 0.3})
    if model.common.correlation == 0:
        names = [name for name in names if name != "correlation" and not name.startswith(("alpha_chi_common",
                                                                                         "kernel_chi_common"))]
    variables = FreeVariables(model, names, 0.2, 4.0)
    drawn, _ = sections(model, 16, 2.0)
    target = torch.rand(2, len(model.phases), 16, 16, generator=torch.Generator().manual_seed(0))

    def loss(free: torch.Tensor) -> torch.Tensor:
        windows = drawn.draw(variables.parameters(free), 2, torch.Generator().manual_seed(5))
        return (windows.double() * target).sum()

    free = variables.start().requires_grad_(True)
    (slope,) = torch.autograd.grad(loss(free), free)
    rng = np.random.default_rng(0)
    # A kernel's value at r belongs to a shell of about r² voxels.
    size = np.array([1 / (1 + int(name.partition("[")[2][:-1] or 0)) ** 2 for name in names])
    for _ in range(4):
        along = torch.from_numpy(rng.standard_normal(len(names)) * size)
        step = 3e-4 * along
        with torch.no_grad():
            difference = float(loss(free + step) - loss(free - step)) / 6e-4
        expected = float(slope @ along)
        typical = float((slope * torch.from_numpy(size)).norm())
        assert abs(difference - expected) < 0.02 * typical + 0.05


def test_that_free_variables_are_those_of_the_parameter_table() -> None:
    model = mixed_families()
    names = [p.name for p in model.table if p.scale not in ("integer", "sign")]
    variables = FreeVariables(model, names, 0.2, 4.0)
    by_name = {p.name: p for p in model.table}
    free = np.linspace(-2.0, 2.0, len(names))
    found = variables.fitted(torch.from_numpy(free)).numpy()
    expected = [by_name[name].from_free(v) for name, v in zip(names, free, strict=True)
                if by_name[name].scale != "linear"]
    at = [k for k, name in enumerate(names) if by_name[name].scale != "linear"]
    np.testing.assert_allclose(found[at], expected, rtol=1e-12)
    assert {by_name[name].scale for name in names} == {"linear", "log", "logit"}
    assert list(variables.values(free)) == names
