"""A short turn of ``tests/benchmarks/soak.py``: memory stays, and nobody gives references to None away."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from morphstudio.gui.application import Application

SOAK = Path(__file__).resolve().parents[2] / "benchmarks" / "soak.py"
ALLOWED_MB = 100
ALLOWED_REFERENCES = 2000  # what objects come and go holds


def _soak() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("soak", SOAK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["soak"] = module
    spec.loader.exec_module(module)
    return module


def test_that_memory_and_references_to_none_stay(application: Application, tmp_path: Path):
    first, middle, last = _soak().soak(application, tmp_path, minutes=0.15, cycles=6, warm_up=16.0)
    assert middle.window - first.window < ALLOWED_MB
    assert last.window - first.window < ALLOWED_MB
    assert last.none > first.none - ALLOWED_REFERENCES
