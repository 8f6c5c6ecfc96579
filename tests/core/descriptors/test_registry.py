"""The registry as the window and the files read it."""

from __future__ import annotations

import pytest

from morphstudio.core.descriptors.registry import DESCRIPTORS, LATER, check_descriptors
from morphstudio.core.errors import InputError


def test_that_every_descriptor_says_what_it_is():
    for key, descriptor in DESCRIPTORS.items():
        assert descriptor.key == key
        for text in (descriptor.title, descriptor.symbol, descriptor.description, descriptor.formula,
                     descriptor.convention, descriptor.reference):
            assert text
            assert text in descriptor.tooltip or text in (descriptor.title, descriptor.symbol)


def test_that_what_two_points_determine_is_fitted_and_the_rest_held_out():
    fitted = {key for key, descriptor in DESCRIPTORS.items() if descriptor.fitted}
    assert fitted == {"volume_fraction", "specific_surface_area", "mean_chord_length", "two_point"}


@pytest.mark.parametrize(("key", "um", "voxel", "section"), [
    ("volume_fraction", "1", "1", "1"),
    ("specific_surface_area", "1/um", "1/voxel", "1/um"),
    ("mean_chord_length", "um", "voxel", "um"),
    ("euler_number_density", "1/um^3", "1/voxel^3", "1/um^2"),
])
def test_that_units_are_written_as_in_the_files(key, um, voxel, section):
    descriptor = DESCRIPTORS[key]
    assert descriptor.unit == um
    assert descriptor.unit_in("voxel") == voxel
    assert descriptor.unit_in("um", 2) == section


@pytest.mark.parametrize("key", LATER)
def test_that_a_descriptor_of_a_later_version_is_named_as_such(key: str) -> None:
    with pytest.raises(InputError, match=f"{key} is not available yet") as caught:
        check_descriptors([key])
    assert "Did you mean" not in caught.value.hint


def test_that_no_descriptor_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="No descriptor"):
        check_descriptors([])
