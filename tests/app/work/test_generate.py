from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from morphstudio.app.model_record import generated_record
from morphstudio.app.work.generate import GenerateJob, labelled
from morphstudio.app.work.sample import SampleJob, read_sample
from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.core.models.realisation import realise
from morphstudio.io.provenance import phases_in_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from morphstudio.core.models.excursion_set import ExcursionSet
    from morphstudio.core.phases import PhaseImage

SIZE = (0.2, 0.2, 0.2)


def test_that_a_volume_carries_the_labels_of_the_model(volume: PhaseImage, model: ExcursionSet) -> None:
    indices = realise(model, (24, 28, 32), SIZE, 3)
    for index, label in enumerate((3, 1, 2)):
        np.testing.assert_array_equal(volume.labels == label, indices == index)
    assert [(p.label, p.name, p.role) for p in volume.phases] == [
        (1, "am", "active material"), (2, "pore", "pore"), (3, "se", "electrolyte")]


def test_that_labels_count_from_one_where_none_are_given(model: ExcursionSet) -> None:
    image = labelled(np.array([[[0, 1], [2, 2]]], np.uint8), model, None)
    assert image.labels.tolist() == [[[1, 2], [3, 3]]]
    assert image.voxel_size_um is None


def test_that_a_volume_that_does_not_fit_is_refused_before_it_is_drawn(model: ExcursionSet) -> None:
    with pytest.raises(InsufficientMemoryError, match="would fit"):
        GenerateJob(model, (20000, 20000, 20000), SIZE).create()


def test_that_the_record_names_the_box_of_the_noise(model: ExcursionSet) -> None:
    record = generated_record(GenerateJob(model, (24, 28, 32), SIZE, 3, (3, 1, 2)))
    assert record["seed"] == 3
    assert record["shape"] == [24, 28, 32]
    again = realise(model, (24, 28, 32), SIZE, 3, box=tuple(record["noise_box"]))
    np.testing.assert_array_equal(again, realise(model, (24, 28, 32), SIZE, 3))
    assert record["model"]["labels"] == [3, 1, 2]


def test_that_a_periodic_volume_says_so_in_its_record(model: ExcursionSet) -> None:
    record = generated_record(GenerateJob(model, (24, 28, 32), SIZE, 3, (3, 1, 2), periodic=True))
    assert record["noise_box"] == [24, 28, 32]
    assert record["settings"] == {"periodic": True}


def test_that_the_sample_says_that_it_is_simulated(result_of: Callable[..., Any],
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    sample = read_sample()
    monkeypatch.setattr("morphstudio.app.work.sample.read_sample", lambda name: {**sample, "shape": [20, 22, 24]})
    entry = result_of(SampleJob())
    assert entry.image.shape == (20, 22, 24)
    assert entry.image.voxel_size_um == SIZE
    assert [(p.label, p.name) for p in entry.image.phases] == [(1, "SE"), (2, "AM"), (3, "pore")]
    assert "simulated" in entry.source_note.lower()
    assert len(entry.sha256) == 64


def test_that_a_given_box_draws_its_voxels_and_stands_in_the_record(model: ExcursionSet,
                                                                   result_of: Callable[..., Any]) -> None:
    job = GenerateJob(model, (24, 28, 32), SIZE, 3, (3, 1, 2), box=(48, 60, 64))
    expected = realise(model, (24, 28, 32), SIZE, 3, box=(48, 60, 64))
    np.testing.assert_array_equal(result_of(job).labels, np.array([3, 1, 2])[expected])
    assert generated_record(job)["noise_box"] == [48, 60, 64]


@pytest.mark.parametrize("box", [(23, 28, 32), (24, 28, 40000)])
def test_that_a_box_that_does_not_hold_the_volume_is_refused(model: ExcursionSet, box: tuple[int, int, int]) -> None:
    with pytest.raises(InputError, match="noise box"):
        GenerateJob(model, (24, 28, 32), SIZE, box=box).create()


def test_that_the_record_names_phases_with_their_roles(model: ExcursionSet) -> None:
    job = GenerateJob(model, (24, 28, 32), SIZE, labels=(3, 1, 2), roles=("solid", "active material", "pore"))
    assert phases_in_record(generated_record(job)) == job.phases
    assert [phase.role for phase in job.phases] == ["active material", "pore", "solid"]
