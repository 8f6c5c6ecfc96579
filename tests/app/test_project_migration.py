"""Documents of earlier versions open with models as they are written now."""

from __future__ import annotations

from morphstudio.app.project_contents import _kinds
from morphstudio.app.project_migration import migrated
from morphstudio.app.record_codec import decode, encode
from morphstudio.core.models.excursion_set import excursion_set

PHASES = ("se", "am", "pore")
VALUES = {"alpha_chi_x": 0.8, "alpha_x": 0.6, "lambda_x": 1.9, "sigma_x": 1.2, "nugget_x": 0.1}


def old_model() -> dict[str, object]:
    """Return a model as schema 7 wrote it."""
    first = {"record": "FieldParameters", "alpha_chi": 0.8, "alpha": 0.6, "threshold": 1.9, "sigma": 1.2,
             "nugget": 0.1, "correlation_sign": 1.0}
    second = {"record": "FieldParameters", "alpha_chi": 5.0, "alpha": 2.5, "threshold": -0.3, "sigma": 1.0,
              "nugget": 0.0, "correlation_sign": -1.0}
    common = {"record": "CommonParameters", "scale_z": 0.93, "correlation": 0.4, "alpha_chi_common": 1.1,
              "degrees_of_freedom": 2}
    return {"record": "ExcursionSet", "phases": list(PHASES), "fields": [first, second], "common": common}


def test_that_a_model_with_its_lengths_in_the_fields_is_understood() -> None:
    model = decode(migrated({"runs": [{"inner": old_model()}]}), _kinds())["runs"][0]["inner"]
    assert model == excursion_set(PHASES, {
        **VALUES, "alpha_chi_y": 5.0, "alpha_y": 2.5, "lambda_y": -0.3, "correlation_sign_y": -1.0, "scale_z": 0.93,
        "correlation": 0.4, "alpha_chi_common": 1.1})


def test_that_a_present_model_is_left_as_it_is() -> None:
    model = excursion_set(PHASES, VALUES)
    assert decode(migrated(encode(model)), _kinds()) == model
