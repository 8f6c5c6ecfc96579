"""What a fit has seen of an image: by checksum, and by the crops since it was read."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.app.document import ImageEdit, ImageEntry
from morphstudio.app.earlier_image import state_of
from morphstudio.app.fit_use import FittedImage, fit_use, fitted_from_record, fitted_from_states
from morphstudio.app.model_record import entry_records
from morphstudio.core.image_edits import cropped
from morphstudio.core.phases import phase_image
from morphstudio.io.provenance import provenance_record

LABELS = np.random.default_rng(0).integers(0, 2, (60, 40, 50)).astype(np.uint8)
WHOLE = ImageEntry(phase_image(LABELS, (0.2,) * 3), "/a.tif", "sum", voxel_confirmed=True)
LOWER = ((0, 30), (0, 40), (0, 50))


def crop(entry, box):
    edits = (*entry.edits, ImageEdit("crop", box=box))
    return ImageEntry(cropped(entry.image, box), entry.path, entry.sha256, voxel_confirmed=True, edits=edits)


def fitted_to(*entries):
    """Return what a model file tells, which must be what a run tells."""
    record = provenance_record(operation="calibrate", images=entry_records(entries))
    found = fitted_from_record(record)
    assert found == fitted_from_states([state_of(entry) for entry in entries])
    return found


@pytest.mark.parametrize(("image", "fitted", "kind"), [
    (WHOLE, WHOLE, "whole"),
    (crop(WHOLE, LOWER), WHOLE, "whole"),
    (WHOLE, crop(WHOLE, LOWER), "part"),
    (crop(WHOLE, LOWER), crop(WHOLE, LOWER), "whole"),
    (crop(WHOLE, ((30, 60), (0, 40), (0, 50))), crop(WHOLE, LOWER), "none"),
])
def test_that_parts_of_one_file_are_told_apart(image, fitted, kind):
    assert fit_use(image, fitted_to(fitted))[0].kind == kind


def test_that_the_rest_of_a_half_is_the_unused_part():
    use, unused = fit_use(WHOLE, fitted_to(crop(WHOLE, LOWER)))
    assert use.text == "The model was fitted to z 1 to 30 of this image, 50 % of it."
    assert unused == ((30, 60), (0, 40), (0, 50))


def test_that_the_largest_slab_beside_a_block_is_the_unused_part():
    fitted = fitted_to(crop(WHOLE, ((0, 60), (10, 40), (0, 20))))
    assert fit_use(WHOLE, fitted)[1] == ((0, 60), (0, 40), (20, 50))


def test_that_crops_one_after_the_other_are_followed():
    twice = crop(crop(WHOLE, ((10, 60), (0, 40), (0, 50))), ((5, 35), (0, 40), (0, 50)))
    use, unused = fit_use(WHOLE, fitted_to(twice))
    assert "z 16 to 45" in use.text
    assert unused is None, "what is left is thinner than can be measured"
    inside = crop(WHOLE, ((15, 45), (0, 40), (0, 50)))
    assert fit_use(inside, fitted_to(twice))[0].kind == "whole"


def test_that_other_images_and_unknown_ones_are_called_that():
    other = ImageEntry(WHOLE.image, "/b.tif", "other sum", voxel_confirmed=True)
    assert fit_use(WHOLE, fitted_to(other))[0].kind == "other"
    assert fit_use(WHOLE, ())[0].kind == "unknown"
    assert fit_use(ImageEntry(WHOLE.image, "", "", voxel_confirmed=True), fitted_to(WHOLE))[0].kind == "unknown"
    assert fit_use(WHOLE, (FittedImage("sum", resampled=True),))[0].kind == "whole"


@pytest.mark.parametrize("record", [
    {}, {"operation": "save", "images": [{"sha256": "sum"}]}, {"operation": "calibrate"},
    {"operation": "calibrate", "images": [{"path": "a"}]}, {"operation": "calibrate", "images": "a"},
    {"operation": "change by hand", "calibration": 3},
])
def test_that_records_without_a_calibration_tell_nothing(record):
    assert fitted_from_record(record) == ()
