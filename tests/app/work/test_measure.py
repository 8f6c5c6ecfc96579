from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from morphstudio.app.work.generate import GenerateJob
from morphstudio.app.work.measure import MeasureJob, MeasureModelJob
from morphstudio.app.work.validate import ValidateJob
from morphstudio.core.descriptors.measurement import measure
from morphstudio.core.descriptors.report import to_json
from morphstudio.core.errors import InputError, InsufficientMemoryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

LABELS = (3, 1, 2)
SIZE = (0.2, 0.2, 0.2)


def test_that_the_job_measures_what_the_core_measures(volume: PhaseImage, result_of: Callable[..., Any]) -> None:
    assert to_json(result_of(MeasureJob(volume))) == to_json(measure(volume))


def test_that_chosen_descriptors_and_axes_are_measured(volume: PhaseImage, result_of: Callable[..., Any]) -> None:
    measured = result_of(MeasureJob(volume, ("mean_chord_length",), ("z",)))
    assert set(measured.phases[0].scalars) == {"mean_chord_length"}
    assert set(measured.phases[0].scalars["mean_chord_length"]) == {"z"}


def test_that_realisations_are_drawn_with_their_seeds(model: ExcursionSet, result_of: Callable[..., Any]) -> None:
    job = MeasureModelJob(model, (16, 18, 20), SIZE, (4, 7), LABELS, ("volume_fraction",))
    over = result_of(job)
    fractions = [measure(result_of(GenerateJob(model, (16, 18, 20), SIZE, seed, LABELS)), ["volume_fraction"])
                 for seed in (4, 7)]
    expected = sum(m.phase(1).scalar("volume_fraction").value for m in fractions) / 2
    assert over.n_realisations == 2
    assert over.mean.phase(1).scalar("volume_fraction").value == pytest.approx(expected)


def test_that_no_seed_is_told(model: ExcursionSet) -> None:
    with pytest.raises(InputError, match="no realisation"):
        MeasureModelJob(model, (8, 8, 8), SIZE, ()).create()


def test_that_too_large_realisations_are_refused(model: ExcursionSet) -> None:
    with pytest.raises(InsufficientMemoryError):
        MeasureModelJob(model, (15000, 15000, 15000), SIZE, (1,)).create()


def test_that_a_model_is_held_against_its_own_volume(volume: PhaseImage, model: ExcursionSet,
                                                    result_of: Callable[..., Any]) -> None:
    validation = result_of(ValidateJob(model, LABELS, (volume,), 3))
    assert validation.grade in ("fits", "partly", "no")
    assert validation.model.n_realisations == 3
    assert validation.data.mean.shape == volume.shape
    assert {row.label for row in validation.rows} == {1, 2, 3}


def test_that_other_labels_are_told(volume: PhaseImage, model: ExcursionSet) -> None:
    with pytest.raises(InputError, match="has labels 1, 2, 3, the model has 5, 6, 7"):
        ValidateJob(model, (5, 6, 7), (volume,)).create()


def test_that_validation_needs_an_image(model: ExcursionSet) -> None:
    with pytest.raises(InputError, match="no image"):
        ValidateJob(model, LABELS, ()).create()


@pytest.mark.parametrize(("model_in_um", "words"), [(True, "in voxels, the model in µm"),
                                                    (False, "in µm, the model in voxels")])
def test_that_units_are_never_mixed(volume: PhaseImage, model: ExcursionSet, model_in_um: bool, words: str) -> None:
    image = volume.with_voxel_size(None) if model_in_um else volume
    with pytest.raises(InputError, match=words):
        ValidateJob(model, LABELS, (image,), model_in_um=model_in_um).create()
