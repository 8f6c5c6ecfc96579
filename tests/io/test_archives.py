"""Projects and checkpoints: exact, atomic, free of code, and safe to open from strangers."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from morphstudio.core.errors import InputError, InsufficientMemoryError
from morphstudio.io import archive
from morphstudio.io.checkpoint import load_state, save_state
from morphstudio.io.plain_tree import join, split
from morphstudio.io.project import load_project, save_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATE = {
    "step": 12,
    "theta": np.random.default_rng(0).normal(size=7),
    "rng": np.random.default_rng(1).bit_generator.state,
    "history": [{"loss": 0.1 + 0.2, "best": None, "ok": True}],
    "volume": np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return isinstance(b, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return isinstance(b, list) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, float):
        return isinstance(b, float) and (a == b or (a != a and b != b)) and np.signbit(a) == np.signbit(b)
    return type(a) is type(b) and bool(a == b)


def test_that_a_state_comes_back_bit_by_bit(tmp_path: Path) -> None:
    save_state(tmp_path / "c", STATE)
    assert same(STATE, load_state(tmp_path / "c"))


def test_that_a_restored_generator_goes_on_where_it_stood(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    rng.normal(size=5)
    save_state(tmp_path / "c", {"rng": rng.bit_generator.state})
    again = np.random.default_rng()
    again.bit_generator.state = load_state(tmp_path / "c")["rng"]
    assert np.array_equal(again.normal(size=9), rng.normal(size=9))


trees = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=9)
    | npst.arrays(
        st.sampled_from(["u1", "f8", "i4", "?", "c16", "U3"]), npst.array_shapes(min_dims=0, max_side=3), elements=None
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=9) | st.sampled_from(["__array__", "__plain__", "__float__"]), inner, max_size=3
        )
    ),
    max_leaves=9,
)


@given(trees)
def test_that_any_plain_tree_survives(tree: Any) -> None:
    text, arrays = split(tree)
    back = join(text, lambda number: arrays[number])
    assert json.dumps(json.loads(text)) == json.dumps(json.loads(split(back)[0]))
    assert len(split(back)[1]) == len(arrays)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), -0.0, 5e-324, 1 / 3, 2**200, -(2**63)])
def test_that_every_number_survives(value: float, tmp_path: Path) -> None:
    save_state(tmp_path / "c", {"value": value})
    assert same({"value": value}, load_state(tmp_path / "c"))


@pytest.mark.parametrize("thing", [object(), {1: "a"}, np.array([None]), {"a": {"b": set()}}, lambda: None])
def test_that_what_is_no_plain_data_is_not_written(thing: Any, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        save_state(tmp_path / "c", {"thing": thing})
    assert list(tmp_path.iterdir()) == []


def test_that_a_failing_save_keeps_the_file_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_project(tmp_path / "p", {"state": 1})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)
    with pytest.raises(InputError, match="No space left"):
        save_project(tmp_path / "p", {"state": 2})
    monkeypatch.undo()
    assert load_project(tmp_path / "p") == {"state": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["p"]


def test_that_a_checkpoint_is_no_project(tmp_path: Path) -> None:
    save_state(tmp_path / "c", {})
    with pytest.raises(InputError, match="not a project"):
        load_project(tmp_path / "c")


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None], compression: int = zipfile.ZIP_STORED) -> Path:
    """Write the entries of an archive again after ``change``."""
    with zipfile.ZipFile(path) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w", compression) as new:
        for name, data in entries.items():
            new.writestr(name, data)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    save_project(tmp_path / "p", {"labels": STATE["volume"], "name": "x"})
    return tmp_path / "p"


@pytest.mark.parametrize("name", ["../escape", "/etc/cron.d/x", "arrays/../../x", "..\\escape", "C:\\x"])
def test_that_an_entry_that_leads_out_is_refused_and_nothing_written(name: str, project: Path) -> None:
    rewritten(project, lambda entries: entries.update({name: b"text"}))
    with pytest.raises(InputError, match="leads out"):
        load_project(project)
    assert [p.name for p in project.parent.iterdir()] == ["p"]


def test_that_a_pickle_is_refused_and_not_run(project: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[Any, ...]:
            return (pytest.fail, ("a pickle was run",))

    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    harmful = stream.getvalue() + pickle.dumps(Harm())
    rewritten(project, lambda entries: entries.update({"arrays/0.npy": harmful}))
    with pytest.raises(InputError, match="not a readable project"):
        load_project(project)


def test_that_a_zip_bomb_is_refused_before_it_unfolds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "free_memory", lambda: 1 << 20)
    rewritten(project, lambda entries: entries.update({"arrays/0.npy": bytes(20_000_000)}), zipfile.ZIP_DEFLATED)
    assert project.stat().st_size < 100_000
    with pytest.raises(InsufficientMemoryError, match=r"unpacks to 0.02 GB"):
        load_project(project)


def test_that_an_entry_longer_than_it_says_is_refused(project: Path) -> None:
    rewritten(project, lambda entries: entries.update({"arrays/0.npy": bytes(100_000)}), zipfile.ZIP_DEFLATED)
    data = bytearray(project.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(b"arrays/0.npy") if mark == b"PK\x03\x04" else data.rindex(b"arrays/0.npy")
        head = data.rindex(mark, 0, start)
        data[head + at : head + at + 4] = (24).to_bytes(4, "little")
    project.write_bytes(data)
    with pytest.raises(InputError):
        load_project(project)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.pop("content.json"),
        lambda e: e.pop("morphstudio.json"),
        lambda e: e.pop("arrays/0.npy"),
        lambda e: e.update({"code.py": b"import os"}),
        lambda e: e.update({"content.json": b"{"}),
        lambda e: e.update({"content.json": b"[]"}),
        lambda e: e.update({"arrays/0.npy": b"\x93NUMPY"}),
        lambda e: e.update({"content.json": b"[" * 100000}),
        lambda e: e.update({"content.json": b"\xff"}),
        lambda e: e.update({"morphstudio.json": b"[]"}),
        lambda e: e.update({"content.json": b'{"schema": 1, "contents": {"a": {"__array__": "0"}}}'}),
        lambda e: e.update({"content.json": b'{"schema": 1, "contents": {"a": {"__array__": true}}}'}),
        lambda e: e.update({"content.json": b'{"schema": 1, "contents": {"a": {"__float__": []}}}'}),
        lambda e: e.update({"content.json": b'{"schema": 1, "contents": {"a": {"__bytes__": "?"}}}'}),
    ],
)
def test_that_damaged_content_is_told_in_one_sentence(
    change: Callable[[dict[str, bytes]], None], project: Path
) -> None:
    with pytest.raises(InputError) as caught:
        load_project(rewritten(project, change))
    assert caught.value.hint
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("entry", ["morphstudio.json", "content.json"])
def test_that_a_newer_version_is_told(entry: str, project: Path) -> None:
    def newer(entries: dict[str, bytes]) -> None:
        entries[entry] = (
            entries[entry].replace(b'"container": 1', b'"container": 9').replace(b'"schema": 1', b'"schema": 9')
        )

    with pytest.raises(InputError, match="newer version"):
        load_project(rewritten(project, newer))


@pytest.mark.parametrize("content", [b"", b"PK", b"text", b"\x00" * 1000])
def test_that_another_file_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "p").write_bytes(content)
    with pytest.raises(InputError, match="not a readable project"):
        load_project(tmp_path / "p")


def test_that_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_project(tmp_path / "p")


@pytest.mark.parametrize("save", [save_project, save_state])
def test_that_damaged_archives_are_read_or_refused(
    save: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "free_memory", lambda: 32 << 20)
    path = tmp_path / "a"
    save(path, STATE)
    load = load_project if save is save_project else load_state
    intact = path.read_bytes()
    rng = np.random.default_rng(9)
    for number in range(600):
        data = bytearray(intact)
        for _ in range(rng.integers(1, 6)):
            data[rng.integers(len(data))] ^= 1 << rng.integers(8)
        path.write_bytes(data[: rng.integers(len(data))] if number % 3 == 0 else data)
        with suppress(InputError):
            load(path)
