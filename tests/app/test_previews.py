from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from morphstudio.app.previews import BlockPreview, ClosedFormPreview, SectionPreview
from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set
from morphstudio.core.models.preview import FieldCache
from morphstudio.core.twopoint.closed_form import phase_values

SIZE = (0.2, 0.2, 0.2)


@pytest.fixture
def model() -> ExcursionSet:
    return excursion_set(("se", "am", "pore"), {"alpha_chi_x": 3.0, "alpha_x": 2.0})


@pytest.mark.parametrize(("axis", "shape"), [("z", (30, 40)), ("y", (20, 40)), ("x", (20, 30))])
def test_that_a_section_lies_across_its_axis(model: ExcursionSet, axis: Any, shape: tuple[int, int]) -> None:
    section = SectionPreview(model, (20, 30, 40), SIZE, 1, axis).answer({})
    assert section.shape == shape
    assert section.dtype == np.uint8
    assert set(np.unique(section)) <= {0, 1, 2}


def test_that_the_noise_is_kept_between_requests(model: ExcursionSet) -> None:
    cache: dict[str, Any] = {}
    first = BlockPreview(model, (10, 12, 14), SIZE).answer(cache)
    fields, = cache["fields"].values()
    moved = BlockPreview(model.with_values({"lambda_x": 2.0}), (10, 12, 14), SIZE).answer(cache)
    assert list(cache["fields"].values()) == [fields]
    assert not np.any((moved == 0) & (first != 0)), "a higher threshold only takes voxels from its phase"
    np.testing.assert_array_equal(BlockPreview(model, (10, 12, 14), SIZE).answer(cache), first)


def test_that_few_grids_are_kept(model: ExcursionSet) -> None:
    cache: dict[str, Any] = {}
    for n in range(8, 20):
        BlockPreview(model, (n, 8, 8), SIZE).answer(cache)
    assert len(cache["fields"]) == 4


def test_that_the_box_of_the_noise_can_be_chosen(model: ExcursionSet) -> None:
    coarse = model.with_values({"alpha_chi_x": 0.5})
    section = SectionPreview(model, (10, 12, 14), SIZE, 1, "z", box_model=coarse).answer({})
    np.testing.assert_array_equal(section, FieldCache((1, 12, 14), SIZE, 1, coarse).update(model)[0])


def test_that_a_coarse_block_shows_the_structure_of_the_fine_one() -> None:
    smooth = excursion_set(("se", "am", "pore"), {"alpha_chi_x": 0.8, "alpha_x": 0.6})
    fine = BlockPreview(smooth, (50, 52, 54), SIZE).answer({})
    coarse = BlockPreview(smooth, (50, 52, 54), SIZE, coarse=True).answer({})
    assert fine.shape == (50, 52, 54)
    assert np.mean(coarse == fine[::2, ::2, ::2]) > 0.999


def test_that_the_closed_forms_come_with_the_answer(model: ExcursionSet) -> None:
    assert ClosedFormPreview(model, SIZE).answer({}) == phase_values(model, SIZE)
