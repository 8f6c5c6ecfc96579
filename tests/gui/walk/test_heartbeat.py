"""The window stays awake while the engines work; ``heartbeat`` says how that is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from busy_engines import open_section_and_model, turn_pages_beside_engines
from heartbeat import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from morphstudio.gui.application import Application

# Turning to a page takes about 150 units; nothing that an engine should do instead takes less than a thousand.
LONGEST_STALL_UNITS = 600


@pytest.fixture
def heartbeat() -> Iterator[Heartbeat]:
    heartbeat = Heartbeat()
    heartbeat.wrap_all()
    yield heartbeat
    heartbeat.stop()


@pytest.fixture
def loaded(heartbeat: Heartbeat, application: Application) -> Application:
    """The app with a section and a model, every page built and seen once."""
    open_section_and_model(application)
    return application


def test_that_the_window_stays_awake_while_the_engines_work(loaded: Application, heartbeat: Heartbeat):
    volume = turn_pages_beside_engines(loaded, heartbeat)
    assert volume.shape == (256, 256, 256)
    assert loaded.context.session.document.calibrated is not None
    assert len(heartbeat.gaps) > 100
    longest = LONGEST_STALL_UNITS * heartbeat.unit
    assert not heartbeat.over(longest), heartbeat.report(longest)
