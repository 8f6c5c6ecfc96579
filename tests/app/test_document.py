"""What a document knows about its model's phases."""

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage

MODEL = excursion_set(("1", "0"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})


def image_of(*phases):
    labels = np.array([[phase.label for phase in phases]] * 2, np.uint8)[None]
    return ImageEntry(PhaseImage(labels, phases), "", "", voxel_confirmed=True)


@pytest.mark.parametrize(("images", "roles"), [
    ((), ("other", "other")),
    ((image_of(Phase(0, "pore", "pore"), Phase(1, "NMC", "active material")),), ("active material", "pore")),
    ((image_of(Phase(4, "pore", "pore"), Phase(5, "NMC", "solid")),), ("other", "other")),
])
def test_that_a_models_roles_are_those_that_its_image_has_now(images, roles):
    document = Document(images=images, model=MODEL, model_labels=(1, 0), model_roles=("other", "other"))
    phases = document.model_phases(MODEL)
    assert tuple(phase.role for phase in phases) == roles
    assert [(phase.label, phase.name) for phase in phases] == [(1, "1"), (0, "0")]


def test_that_names_tell_the_roles_of_a_model_without_any():
    model = excursion_set(("am", "pore"), {})
    phases = Document(model=model).model_phases(model)
    assert phases == (Phase(1, "am", "active material"), Phase(2, "pore", "pore"))


THREE = excursion_set(("am", "pore", "binder"), {})


@pytest.mark.parametrize(("labels", "model", "expected"), [
    ((), excursion_set(("pore", "am", "binder"), {}), {"am": 7, "pore": 3, "binder": 5}),
    # One phase was renamed since: it has the label that is left.
    ((), excursion_set(("pore", "NMC", "binder"), {}), {"NMC": 7, "pore": 3, "binder": 5}),
    ((3, 5, 7), excursion_set(("void", "glue", "NMC"), {}), {"void": 3, "glue": 5, "NMC": 7}),
])
def test_that_phases_keep_their_labels_in_a_model_of_another_order(labels, model, expected):
    document = Document(model=THREE, model_labels=(7, 3, 5), model_roles=("active material", "pore", "binder"))
    assert {phase.name: phase.label for phase in document.model_phases(model, labels)} == expected
    changed = document.with_model(model, labels)
    assert dict(zip(changed.model.phases, changed.model_labels, strict=True)) == expected
    by_label = {7: "active material", 3: "pore", 5: "binder"}
    assert changed.model_roles == tuple(by_label[label] for label in changed.model_labels)
    # Back again: nothing was lost.
    assert changed.with_model(THREE, (7, 3, 5)).model_labels == (7, 3, 5)
