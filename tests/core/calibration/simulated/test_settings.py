"""Settings: the paper's constants, the quick preset, what is refused."""

import pytest

from morphstudio.core.calibration.simulated.settings import SimulatedSettings, fitted_names, preset
from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set, families_of


def test_that_the_defaults_are_the_papers() -> None:
    s = preset("paper")
    assert s == SimulatedSettings()
    assert (s.learning_rate, s.batch, s.window, s.h_max, s.bandwidth) == (1e-4, 32, 201, 100, 0.5)
    assert (s.steepness, s.n_epochs, s.stopping_from, s.patience) == (10, 5000, 101, 500)
    assert (s.pretraining_generator, s.pretraining_discriminator, s.skip_below) == (100, 100, 0.4)
    assert s.rate_of_discriminator(families_of(3, "kernel")) == 1e-4
    assert s.rate_of_discriminator(families_of(3, "low-parametric")) == 1e-3
    assert (s.features[:3], s.kernel_size, s.stride, s.leak) == ((64, 128, 256), 4, 2, 0.2)


def test_that_quick_is_small_and_begins_at_a_model() -> None:
    begin = excursion_set(("a", "b"), {})
    s = preset("quick", "combined", begin, seed=3)
    assert s.begin is begin
    assert s.exact_term
    assert s.window < 100
    assert s.seed == 3
    assert not preset("quick", "adversarial").exact_term


@pytest.mark.parametrize(("changes", "field"), [
    ({"method": "magic"}, "method"), ({"batch": 1}, "batch"), ({"batch": 3.5}, "batch"), ({"window": True}, "window"),
    ({"learning_rate": -1.0}, "learning_rate"), ({"learning_rate": float("nan")}, "learning_rate"),
    ({"h_max": 300}, "h_max"), ({"features": ()}, "features"), ({"window": 20, "h_max": 10}, "features"),
    ({"patience": 0}, "patience"), ({"exact_first": "perhaps"}, "exact_first"),
    ({"starts": 0}, "starts"), ({"discriminator_learning_rate": "fast"}, "discriminator_learning_rate")])
def test_that_what_cannot_be_used_is_refused(changes, field) -> None:
    with pytest.raises(InputError) as caught:
        SimulatedSettings(**({"features": (4,) * 5} | changes))
    assert caught.value.field == field


def test_that_unknown_presets_and_settings_are_refused() -> None:
    with pytest.raises(InputError, match="no preset"):
        preset("fast")
    with pytest.raises(InputError, match="no such setting"):
        preset("quick", speed=3)


def test_that_the_published_parameters_are_fitted() -> None:
    low = families_of(3, "low-parametric")
    assert len(fitted_names(SimulatedSettings(), 3, low)) == 70
    assert len(fitted_names(SimulatedSettings(), 3, families_of(3, "kernel"))) == 5 * 101 + 5
    assert "correlation" not in fitted_names(SimulatedSettings(), 2, families_of(2))
    assert "correlation" not in fitted_names(SimulatedSettings(fixed={"correlation": 0.0}), 3, families_of(3))


@pytest.mark.parametrize("settings", [
    SimulatedSettings(free=("beta_x",)), SimulatedSettings(free=("degrees_of_freedom",)),
    SimulatedSettings(free=("sigma_x",), fixed={"sigma_x": 1.0}), SimulatedSettings(fixed={"nothing": 1.0})])
def test_that_names_are_checked(settings) -> None:
    with pytest.raises(InputError):
        fitted_names(settings, 3, families_of(3))


def test_that_an_exact_calibration_comes_first_where_something_is_open() -> None:
    model = excursion_set(("a", "b"), {})
    assert preset("paper").begins_exactly
    assert not preset("paper", order=(1, 0)).begins_exactly
    assert preset("quick", order=(1, 0)).begins_exactly
    assert not preset("quick", begin=model).begins_exactly
    assert not preset("paper", begin=model).begins_exactly
    assert not preset("paper", exact_first="no").begins_exactly


def test_that_the_exact_calibration_fits_what_it_is_for() -> None:
    asked = {"parameterisation": "matern", "fixed": {"nu_x": 2.0, "sigma_x": 1.5}, "free": ("alpha_x",), "seed": 7}
    fit = preset("quick", **asked).exact_settings(3)
    assert (fit.parameterisation, fit.fixed, fit.free, fit.seed) == ("matern", asked["fixed"], ("alpha_x",), 7)
    order = preset("paper", n_lags=9, **asked).exact_settings(3)
    assert (order.parameterisation, order.fixed, order.free) == ("gaussian", {"sigma_x": 1.5}, None)
    assert order.n_lags == 9
