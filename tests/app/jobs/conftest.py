"""Engines with listeners that wait for events, and small jobs that a fresh process can import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# Job specs are unpickled in another process: their module must be importable by name there.
sys.path.insert(0, str(Path(__file__).parent))

from event_log import EventLog

from morphstudio.app.jobs.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine that ends with the test."""
    engine = Engine()
    yield engine
    engine.close()


@pytest.fixture
def log(engine: Engine) -> EventLog:
    """Every event of the engine."""
    log = EventLog()
    engine.subscribe(log)
    return log
