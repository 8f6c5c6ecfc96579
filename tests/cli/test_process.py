"""The command line as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from morphstudio.__main__ import opens_window
from morphstudio.cli.main import SUMMARIES
from morphstudio.cli.names import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

MODULE = [sys.executable, "-m", "morphstudio"]


def test_that_only_results_go_to_stdout(volume_file: Path) -> None:
    done = subprocess.run([*MODULE, "measure", str(volume_file)], capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)["phases"]) == {"1", "2", "3"}


def test_that_a_command_never_loads_the_window(volume_file: Path) -> None:
    code = ("import sys; from morphstudio.__main__ import main; "
            f"assert main(['info', {str(volume_file)!r}, '-o', 'i.json']) == 0; "
            "assert main(['--help']) == 0; "
            "print(' '.join({n.split('.')[0] for n in sys.modules}))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"PySide6", "shiboken6", "qtpy", "pyvista", "pyvistaqt", "pyqtgraph", "vtkmodules", "torch"}


def test_that_bad_input_ends_with_two(tmp_path: Path) -> None:
    done = subprocess.run([*MODULE, "info", str(tmp_path / "none.tif")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


INTERRUPTED = """
import sys
from morphstudio.__main__ import main
from morphstudio.app.work import calibrate

started = calibrate.CalibrationSteps.step
def step(self):
    print("working", flush=True)
    return started(self)
calibrate.CalibrationSteps.step = step
sys.exit(main(["calibrate", sys.argv[1], "--starts", "40", "-o", "model.json"]))
"""


def test_that_ctrl_c_cancels_cleanly(section_file: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", INTERRUPTED, str(section_file)], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "working\n"
    assert child.stdout.readline() == "working\n"
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert err.splitlines()[-1] == "morphstudio: Cancelled."
    assert "Traceback" not in err
    assert not Path("model.json").exists()


CALIBRATING = """
import functools, sys
from morphstudio.__main__ import main
from morphstudio.app.jobs.runner import run_job
from morphstudio.app.work import calibrate
from morphstudio.cli import monitor

monitor.run_job = functools.partial(run_job, checkpoint_seconds=0.0)  # after each step
taken = calibrate.CalibrationSteps.step
def step(self):
    outcome = taken(self)
    print(getattr(outcome.record, "stage", "recalled"), flush=True)
    return outcome
calibrate.CalibrationSteps.step = step
sys.exit(main(sys.argv[1:]))
"""
SMALL = ("--method", "combined", "--starts", "1", "--epochs", "3", "--steps-per-epoch", "2", "--phases", "0=rest,1=am",
         "--setting", "window=32", "--setting", "h_max=12", "--setting", "features=4,8", "--setting", "refined=1",
         "--setting", "n_lags=8", "--setting", "max_lag=20", "--setting", "pretraining_generator=1",
         "--setting", "pretraining_discriminator=2")


def calibrating(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CALIBRATING, "calibrate", *arguments], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def after_steps(child: subprocess.Popen[str], stage: str, number: int) -> None:
    """Return when a process has told so many steps of a stage."""
    assert child.stdout is not None
    told = iter(child.stdout.readline, "")
    for _ in range(number):
        assert next(line for line in told if line == f"{stage}\n")


def test_that_a_killed_calibration_goes_on_to_the_same_end(section_file: Path) -> None:
    straight = calibrating(str(section_file), *SMALL, "-o", "straight.json")
    out, err = straight.communicate(timeout=200)
    assert straight.returncode == 0, err
    kept = (str(section_file), *SMALL, "--checkpoint", "run.checkpoint", "-o", "model.json")
    # The fourth step is told only after the third one's state is on the disk.
    for stage, number in (("triage", 4), ("pretrain discriminator", 2), ("discriminator", 3)):
        child = calibrating(*kept)
        after_steps(child, stage, number)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL
        assert Path("run.checkpoint").exists()
        assert not Path("model.json").exists()
    last = calibrating(*kept)
    rest, err = last.communicate(timeout=200)
    assert last.returncode == 0, err
    assert "Going on from run.checkpoint" in err
    assert rest.splitlines()[0] == "recalled"
    assert rest.splitlines()[1] in ("discriminator", "generator"), "not from the start"
    models = [json.loads(Path(name).read_text()) for name in ("straight.json", "model.json")]
    assert models[0]["parameters"] == models[1]["parameters"], "to the last bit"
    assert models[0]["provenance"]["outcome"] == models[1]["provenance"]["outcome"]
    assert out[out.index("order "):] == rest[rest.index("order "):]
    assert not Path("run.checkpoint").exists()


def test_that_ctrl_c_keeps_the_state_of_a_run_with_a_checkpoint(section_file: Path) -> None:
    kept = (str(section_file), *SMALL, "--epochs", "1000", "--checkpoint", "run.checkpoint", "-o", "model.json")
    child = calibrating(*kept)
    after_steps(child, "generator", 2)
    os.kill(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert err.splitlines()[-1] == "morphstudio: Interrupted. The same command goes on from run.checkpoint"
    assert "Traceback" not in err
    child = calibrating(*kept)
    after_steps(child, "recalled", 1)
    child.kill()
    child.communicate(timeout=60)


def test_that_help_and_version_are_answered(command: Callable) -> None:
    for arguments in (("--help",), ("--version",), *((name, "--help") for name in COMMANDS)):
        done = command(*arguments)
        assert done.code == 0
        assert done.out
    assert set(SUMMARIES) == set(COMMANDS)


def test_that_the_window_opens_without_a_command(tmp_path: Path) -> None:
    (tmp_path / "image.tif").write_bytes(b"")
    assert opens_window([])
    assert opens_window(["--sample"])
    assert opens_window([str(tmp_path / "image.tif")])
    assert not opens_window(["info"])
    assert not opens_window(["no-such-file.tif"])
    assert not opens_window(["--help"])


def test_that_a_display_that_does_not_answer_is_one_sentence() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")}
    for display in (":987", ""):
        done = subprocess.run(MODULE, env={**environment, "DISPLAY": display}, capture_output=True, text=True,
                              check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert "display" in done.stderr
        assert "morphstudio --help" in done.stderr


def test_that_a_defect_is_one_line_and_its_details_are_in_the_log(
        command: Callable, volume_file: Path, monkeypatch) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("morphstudio.cli.commands.info.describe", break_down)
    done = command("info", volume_file)
    assert done.code == 1
    assert done.err.count("\n") == 1
    log = Path(done.err.rsplit(" ", 1)[1].strip())
    assert "break_down" in log.read_text(encoding="utf-8")
