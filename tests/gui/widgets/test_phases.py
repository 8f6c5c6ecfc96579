"""A phase has one colour, whatever shows it."""

import numpy as np
import pytest

from morphstudio.app.document import Document, ImageEntry
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import Phase, PhaseImage
from morphstudio.gui.widgets.phases import image_colours, label_colours, model_colours


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0)])
@pytest.mark.parametrize("with_image", [True, False])
def test_that_a_model_shows_the_colours_of_its_image_in_any_order(order, with_image):
    phases = tuple(Phase(label, f"label {label}") for label in (10, 20, 30))
    image = PhaseImage(np.array([[[10, 20, 30]] * 2], np.uint8), phases)
    model = excursion_set(tuple(phases[k].name for k in order), {})
    document = Document(images=(ImageEntry(image, "", "", voxel_confirmed=True),) if with_image else (), model=model,
                        model_labels=tuple(phases[k].label for k in order), model_roles=("other",) * 3)
    seen = image_colours(image)
    assert model_colours(document, model) == tuple(seen[k] for k in order)
    assert len(set(seen)) == 3
    assert label_colours(phases[k] for k in order) == dict(zip((10, 20, 30), seen, strict=True))
