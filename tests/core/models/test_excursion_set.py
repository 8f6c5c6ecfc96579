"""Parameters of the excursion-set model: names, defaults, limits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morphstudio.core.errors import InputError
from morphstudio.core.models.excursion_set import excursion_set, families_of, parameter_table


def test_that_defaults_are_those_of_the_published_model() -> None:
    values = excursion_set(("a", "b", "c"), {}).values()
    expected = {"correlation": 0, "sigma_x": 1, "sigma_y": 1, "degrees_of_freedom": 2, "nugget_x": 0, "scale_z": 1}
    assert {name: values[name] for name in expected} == expected


def test_that_details_are_named_by_their_field_and_say_their_length() -> None:
    # A fit may make either field the finer one, so neither title may say which is.
    details = [p for p in parameter_table(3) if p.name.startswith("alpha")]
    assert {p.title for p in details} == {"Squared fields: detail", "Plain field: detail", "Common field: detail"}
    assert all("1/α" in p.description for p in details if p.main)
    assert not any(word in p.title.lower() for p in details for word in ("coarse", "fine"))


def test_that_a_wrong_key_names_the_nearest_right_one() -> None:
    with pytest.raises(InputError, match="lambda_x") as caught:
        excursion_set(("a", "b", "c"), {"lamda_x": 1.0})
    assert "lamda_x" in caught.value.message


def test_that_four_phases_take_both_spellings() -> None:
    phases = ("a", "b", "c", "d")
    assert excursion_set(phases, {"lambda_x": 2.0}) == excursion_set(phases, {"lambda_1": 2.0})
    assert excursion_set(phases[:3], {"alpha_2": 2.0}) == excursion_set(phases[:3], {"alpha_y": 2.0})


@pytest.mark.parametrize("values", [
    {"alpha_x": 0.0}, {"alpha_x": float("nan")}, {"correlation": 1.0}, {"degrees_of_freedom": 2.5},
    {"correlation_sign": 0.5}, {"sigma_y": -1.0}, {"nugget_x": 1.0}])
def test_that_inadmissible_values_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(InputError):
        excursion_set(("a", "b", "c"), values)


@pytest.mark.parametrize("phases", [("a",), ("a", "a"), ("a", "b", "c", "d", "e")])
def test_that_impossible_phases_are_refused(phases: tuple[str, ...]) -> None:
    with pytest.raises(InputError):
        excursion_set(phases, {})


@pytest.mark.parametrize("n_phases", [2, 3, 4])
def test_that_every_parameter_explains_itself(n_phases: int) -> None:
    table = parameter_table(n_phases)
    assert len({p.name for p in table}) == len(table)
    for param in table:
        assert all((param.symbol, param.title, param.formula, param.reference))
        assert param.description.endswith(".")
        assert param.domain[0] <= param.slider[0] < param.slider[1] <= param.domain[1]
        assert param.check(param.default) == param.default


@given(st.data())
def test_that_free_variables_convert_both_ways(data: st.DataObject) -> None:
    param = data.draw(st.sampled_from([p for p in parameter_table(3) if p.scale in ("linear", "log")]))
    value = data.draw(st.floats(*param.slider))
    assert param.from_free(param.to_free(value)) == pytest.approx(value, rel=1e-12, abs=1e-12)
    step = 1e-6
    free = param.to_free(value)
    difference = (param.from_free(free + step) - param.from_free(free - step)) / (2 * step)
    inside = param.domain[0] + 1e-3 < value < param.domain[1] - 1e-3
    if inside:
        assert param.slope(value) == pytest.approx(difference, rel=1e-4)


@pytest.mark.parametrize("values", [
    {"alpha_chi_1": 1.0, "alpha_chi_x": 2.0}, {"lambda_x": 1.0, "lambda_1": 1.0},
    {"correlation_sign": 1.0, "correlation_sign_y": -1.0}])
def test_that_one_parameter_given_twice_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(InputError, match="both are given"):
        excursion_set(("a", "b", "c"), values)
    with pytest.raises(InputError, match="both are given"):
        excursion_set(("a", "b", "c"), {}).with_values(values)


def test_that_fields_take_families_of_their_own() -> None:
    families = families_of(3, "gaussian", {"chi_1": "matern", "chi_common": "low-parametric"})
    assert families == ("matern", "gaussian", "gaussian", "gaussian", "low-parametric")
    model = excursion_set(("a", "b", "c"), {"nu_chi_1": 2.5, "a6_chi_common": 0.3}, families)
    assert model.values()["nu_chi_x"] == 2.5
    assert model.squared(0).values == (0.75, 2.5)
    assert model.shared.values[5] == 0.3
    assert "alpha_chi_common" not in model.values()
    moved = model.with_values({"nu_chi_x": 3.0})
    assert moved.families == families
    assert moved.values() == {**model.values(), "nu_chi_x": 3.0}


def test_that_the_published_models_have_as_many_parameters_as_printed() -> None:
    whole = ("scale_z", "degrees_of_freedom", "confinement_y", "nugget_x", "nugget_y", "correlation_sign_x",
             "correlation_sign_y")
    for key, count in (("low-parametric", 70), ("kernel", 505 + 5)):
        table = parameter_table(3, families_of(3, key))
        # One value of each kernel is lost to its normalisation: 505 of the 510 count.
        assert sum(p.name not in whole and not p.name.startswith("kernel_step") for p in table) == count


def test_that_a_slot_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="chi_z"):
        families_of(3, "gaussian", {"chi_z": "matern"})


@pytest.mark.parametrize("key", ["gaussian", "powered-exponential", "matern", "cauchy", "cardinal-sine",
                                 "low-parametric", "gaussian+matern"])
def test_that_no_two_parameters_share_a_symbol(key: str) -> None:
    symbols = [param.symbol for param in parameter_table(3, families_of(3, key)) if not param.array]
    assert len(set(symbols)) == len(symbols)


def test_that_only_the_second_of_three_or_four_phases_can_be_confined() -> None:
    names = [{p.name for p in parameter_table(n)} for n in (2, 3, 4)]
    assert [sorted(n for n in found if n.startswith("confinement")) for found in names] == [
        [], ["confinement_y"], ["confinement_2"]]
    model = excursion_set(("a", "b", "c"), {"lambda_x": 1.5, "confinement_y": 0.5})
    assert model.lower == pytest.approx(-0.5)
    assert model.with_values({"confinement_2": 0.0}).lower == float("-inf")
    with pytest.raises(InputError, match="Only the second"):
        replace(model, fields=model.fields[::-1])
