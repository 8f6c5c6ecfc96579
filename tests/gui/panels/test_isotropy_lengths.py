"""Lengths beside the isotropy are right also where the voxel size is said after the comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile

from morphstudio.app.image_quality import image_quality
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.models.realisation import realise
from morphstudio.gui.panels.data.edits import with_voxel_size
from morphstudio.gui.panels.data.isotropy_words import widest

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from morphstudio.core.phases import VoxelSize
    from morphstudio.gui.application import Application
    from morphstudio.gui.panels.data.page import DataPage
    from morphstudio.gui.panels.data.quality_panels import QualityPanels

ANSWER_MS = 30_000


@pytest.fixture
def label_file(tmp_path: Path) -> Path:
    """A section whose structure is twice as long along x, in pixels."""
    model = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})
    path = tmp_path / "stretched.tif"
    tifffile.imwrite(path, realise(model, (1, 120, 160), (0.2, 0.2, 0.1), 4)[0])
    return path


@pytest.fixture
def page(opened: Application) -> DataPage:
    page = opened.window.workspace.page("data")
    assert isinstance(_seen(page.quality)[0], float)
    return page


def _seen(panels: QualityPanels) -> tuple[float, float, str]:
    """Return where the gap is said to be, how far the plot says that was compared, and the unit."""
    _, place, unit = panels.sentence.text().rsplit(" ", 2)
    curves = panels._isotropy_view._curves
    assert curves is not None
    assert curves.unit == unit
    return float(place), curves.compared, unit


def _set_size(opened: Application, size: VoxelSize | None) -> None:
    session = opened.context.session
    session.apply("size", with_voxel_size(session.document, 0, size, confirmed=True))


def test_that_lengths_follow_a_voxel_size_that_is_said_later(opened: Application, page: DataPage):
    place, compared, unit = _seen(page.quality)
    assert unit == "px"
    assert 1 < place <= compared
    _set_size(opened, (0.1, 0.1, 0.1))
    assert _seen(page.quality) == (pytest.approx(0.1 * place), pytest.approx(0.1 * compared), "µm")
    opened.context.units.set_unit("voxel")
    assert _seen(page.quality) == (place, pytest.approx(compared), "px")
    opened.context.session.undo()
    assert _seen(page.quality) == (place, pytest.approx(compared), "px")


def test_that_pixels_of_unequal_edges_are_compared_anew(opened: Application, page: DataPage, qtbot: QtBot):
    assert page.quality.verdict.text() == "x and y differ"
    _set_size(opened, (0.15, 0.2, 0.1))
    qtbot.waitUntil(lambda: page.quality._quality is not None and page.quality._quality.spacing == (0.15, 0.2, 0.1),
                    timeout=ANSWER_MS)
    entry = opened.context.session.active_image
    assert entry is not None
    gap = widest(image_quality(entry.image).gaps)
    assert gap is not None
    assert not gap.is_beyond_chance
    assert _seen(page.quality) == (pytest.approx(gap.distance, rel=0.01), pytest.approx(gap.reach), "µm")
    # The same proportions at another size: nothing to compare anew, only other lengths.
    _set_size(opened, (0.3, 0.4, 0.2))
    assert np.allclose(_seen(page.quality)[:2], (2 * gap.distance, 2 * gap.reach), rtol=0.01)
