"""What the README shows has to work as printed."""

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of the README in one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[list[str]]:
    """Return every morphstudio command line of the README."""
    lines = [line for block in blocks("") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("morphstudio ")]


def test_that_linked_files_exist() -> None:
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_that_the_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                      capsys: pytest.CaptureFixture[str]) -> None:
    from morphstudio.core.models.excursion_set import excursion_set
    from morphstudio.core.models.realisation import realise

    model = excursion_set(("se", "am", "pore"), {
        "alpha_chi_x": 1.2, "alpha_chi_y": 3, "alpha_x": 1, "alpha_y": 2.5, "lambda_x": 1.9, "lambda_y": 0.5})
    section = realise(model, (1, 160, 160), (0.12,) * 3, 3)[0]
    image = (2 - section).astype(np.uint8)
    tifffile.imwrite(tmp_path / "cathode.tif", image)
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("python")
    left: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), left)
    told = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in told[-3:]] == ["pore", "am", "se"]
    # The twin's labels mean what the image's mean: their shares agree.
    assert {phase.label: phase.name for phase in left["twin"].phases} == {0: "pore", 1: "am", 2: "se"}
    shares = [np.bincount(labels.ravel(), minlength=3) / labels.size for labels in (image, left["twin"].labels)]
    np.testing.assert_allclose(shares[0], shares[1], atol=0.1)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_that_every_command_line_is_understood(command: list[str]) -> None:
    from morphstudio.cli.main import build_parser

    assert build_parser(command[0]).parse_args(command)
