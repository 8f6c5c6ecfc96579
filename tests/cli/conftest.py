"""Tiny images and models, and the command line in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from morphstudio.__main__ import main
from morphstudio.app.work.generate import GenerateJob
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.phases import phase_image
from morphstudio.io.exports import write_image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = {"schema": 1, "model": "excursion", "parameterisation": "gaussian", "phases": ["se", "am", "pore"],
         "labels": [3, 1, 2], "voxel_size_um": 0.2,
         "parameters": {"alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
                        "lambda_x": 1.90, "lambda_y": -0.27}}


@dataclass(frozen=True)
class Outcome:
    """What a command left: exit code and the two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run the command line in this process."""
    def run(*arguments: object) -> Outcome:
        code = main([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return run


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    """A model file written by hand."""
    path = tmp_path / "model.json"
    path.write_text(json.dumps(MODEL))
    return path


@pytest.fixture
def volume_file(tmp_path: Path) -> Path:
    """A small volume with voxel size in its file."""
    model = excursion_set(("se", "am", "pore"), MODEL["parameters"])
    image = GenerateJob(model, (20, 24, 28), (0.2, 0.2, 0.2), 3, (3, 1, 2)).draw(lambda *_: None, lambda: False)
    write_image(tmp_path / "volume.tif", image)
    return tmp_path / "volume.tif"


@pytest.fixture
def blocks_file(tmp_path: Path) -> Path:
    """A section of two phases without voxel size: left half 0, right half 5."""
    labels = np.zeros((6, 8), np.uint8)
    labels[:, 4:] = 5
    np.save(tmp_path / "blocks.npy", labels)
    return tmp_path / "blocks.npy"


@pytest.fixture
def section_file(tmp_path: Path) -> Path:
    """A two-phase section that a model can be fitted to quickly."""
    model = excursion_set(("am", "rest"), {"alpha_chi_x": 3.0, "alpha_x": 2.5, "lambda_x": 1.5})
    image = GenerateJob(model, (1, 160, 180), (0.2, 0.2, 0.2), 5, (1, 0)).draw(lambda *_: None, lambda: False)
    write_image(tmp_path / "section.tif", phase_image(image.labels, (0.2, 0.2, 0.2)))
    return tmp_path / "section.tif"
