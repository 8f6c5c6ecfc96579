"""A file is there whole or as it was before."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from morphstudio.core.errors import InputError
from morphstudio.io.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path


def test_that_a_file_appears_with_its_content(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "f") as file:
        file.write(b"new")
        assert not (tmp_path / "f").exists()
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_that_a_failure_keeps_the_old_file_and_leaves_nothing(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")

    def fail() -> None:
        with atomic_write(tmp_path / "f") as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert (tmp_path / "f").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_that_a_kill_while_writing_keeps_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    code = ("import sys, time\nfrom morphstudio.io.atomic import atomic_write\n"
            "with atomic_write(sys.argv[1]) as file:\n    file.write(b'half')\n    file.flush()\n"
            "    print('writing', flush=True)\n    time.sleep(60)\n")
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "f")], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"writing"
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=60)
    assert (tmp_path / "f").read_bytes() == b"old"


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
def test_that_the_file_has_the_mode_of_any_other_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    with atomic_write(tmp_path / "f") as file:
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "f").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


def test_that_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written") as caught, atomic_write(tmp_path / "none" / "f"):
        pass
    assert caught.value.hint


def test_that_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    with pytest.raises(InputError, match="could not be written"), atomic_write(tmp_path / "f") as file:
        file.write(b"x")
    assert [p.name for p in tmp_path.iterdir()] == ["f"]


def test_that_two_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "f") as first, atomic_write(tmp_path / "f") as second:
        first.write(b"1" * 1000)
        second.write(b"2" * 1000)
    assert (tmp_path / "f").read_bytes() in (b"1" * 1000, b"2" * 1000)


def test_that_writing_leaves_the_mask_of_the_process_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("other threads see a changed mask"))
    with atomic_write(tmp_path / "f") as file:
        file.write(b"x")
    assert (tmp_path / "f").read_bytes() == b"x"
