"""Of which state of an image runs and measurements are, told by content."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEdit, ImageEntry, RunEntry
from morphstudio.app.earlier_image import (
    measured_remedy,
    measured_state_words,
    run_remedy,
    run_state_words,
    state_of,
)
from morphstudio.core.calibration.records import ExactSettings
from morphstudio.core.phases import phase_image

CROP = ImageEdit("crop", box=((0, 3), (0, 7), (0, 8)))
FINER = ImageEdit("resample", voxel_size_um=(0.1, 0.1, 0.1))


def entry(seed: int, edits: tuple[ImageEdit, ...] = (), name: str = "a", source: str = "a") -> ImageEntry:
    labels = np.random.default_rng(seed).integers(0, 2, (6, 7, 8)).astype(np.uint8)
    return ImageEntry(phase_image(labels, (0.2, 0.2, 0.2), name=name), "", source, voxel_confirmed=True, edits=edits)


@pytest.mark.parametrize(("then", "now", "words", "remedy"), [
    ((), (CROP,), "of the image before the crop", "Undo the crop, or calibrate again."),
    ((CROP,), (), "of the image after the crop", "Redo the crop, or calibrate again."),
    ((), (CROP, FINER, CROP), "of the image before the crop and the resampling",
     "Undo the crop and the resampling, or calibrate again."),
    ((CROP,), (FINER,), "of the image as it was earlier", "Calibrate again for the image as it is now."),
])
def test_that_an_edit_since_is_named(then: tuple[ImageEdit, ...], now: tuple[ImageEdit, ...], words: str,
                                     remedy: str) -> None:
    run = RunEntry("r", ExactSettings(), "finished", images=(0,), made_from=(state_of(entry(1, then)),))
    document = Document(images=(entry(2, now),), runs=(run,))
    assert run_state_words(document, run) == words
    assert run_remedy(document, run) == remedy


def test_that_equal_voxels_are_the_same_image_whatever_was_done_between() -> None:
    run = RunEntry("r", ExactSettings(), "finished", images=(0,), made_from=(state_of(entry(1)),))
    same = replace(entry(1), edits=(CROP, CROP))
    assert run_state_words(Document(images=(same,)), run) == run_remedy(Document(images=(same,)), run) == ""


def test_that_of_several_images_the_changed_one_is_named_and_a_removed_one_is_not() -> None:
    first, second = entry(1), entry(2, name="b", source="b")
    run = RunEntry("r", ExactSettings(), "finished", images=(0, 1), made_from=(state_of(first), state_of(second)))
    assert run_state_words(Document(images=(first, entry(3, (CROP,), "b", "b"))), run) == "of b before the crop"
    assert run_state_words(Document(images=(second,)), replace(run, images=(-1, 0))) == ""


def test_that_runs_of_older_projects_are_not_spoken_of() -> None:
    assert run_state_words(Document(images=(entry(1),)), RunEntry("r", ExactSettings(), "finished", images=(0,))) == ""


def test_that_a_measurement_follows_its_own_image() -> None:
    first, second = entry(1), entry(2, name="b", source="b")
    shown = Document(images=(first, second), active=1)
    assert measured_state_words(shown, state_of(first)) == "of a, which is not shown"
    assert measured_remedy(shown, state_of(first)) == "Measure again to see the image shown."
    assert measured_state_words(shown, state_of(second)) == measured_remedy(shown, state_of(second)) == ""
    assert measured_state_words(shown, state_of(entry(4, source="c"))) == "of an image that is no longer open"
    assert measured_state_words(shown, None) == ""
