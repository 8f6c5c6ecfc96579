"""A small image with two phases, open on the Calibrate page with quick settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from morphstudio.app.document import ImageEntry
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.core.phases import Phase, PhaseImage

if TYPE_CHECKING:
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.calibrate.page import CalibratePage


@pytest.fixture(scope="module")
def image() -> PhaseImage:
    model = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})
    labels = realise(model, (1, 120, 140), (0.2, 0.2, 0.2), 4) + 1
    return PhaseImage(labels, (Phase(1, "am", "active material"), Phase(2, "pore", "pore")), (0.2, 0.2, 0.2), "tiny")


@pytest.fixture
def page(application: Application, image: PhaseImage) -> CalibratePage:
    session = application.context.session
    session.apply("open", replace(session.document, images=(ImageEntry(image, "", "", voxel_confirmed=True),)),
                  undoable=False)
    application.window.show_step("calibrate")
    page = application.window.workspace.page("calibrate")
    page.inspector.starts.setValue(1)
    page.inspector.refined.setValue(1)
    page.inspector.n_lags.setValue(8)
    return page
