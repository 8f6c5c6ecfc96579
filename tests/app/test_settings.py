from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morphstudio.app.settings import MAX_RECENT, RecentFile, Settings, load_settings, save_settings

if TYPE_CHECKING:
    from pathlib import Path

FULL = Settings("dark", "nm", (RecentFile("/a.tif", "image", {0: "pore", 1: "am"}, (0.3, 0.2, 0.2), "ab12"),
                               RecentFile("/p.morphstudio", "project", summary="project, 2 images",
                                          opened_at="2026-11-20T14:09:00+00:00"),
                               RecentFile("/m.json", "model"), RecentFile("/v.npy", shape=(3, 4, 5))),
                {"window": "geometry"}, {"export": "/home"}, {"explore.clip": True, "measure.n": 10, "x": 0.5})


def test_that_settings_come_back(tmp_path: Path) -> None:
    save_settings(FULL, tmp_path)
    loaded = load_settings(tmp_path)
    assert loaded.settings == FULL
    assert loaded.problem == ""


def test_that_the_first_start_has_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path).settings == Settings()
    assert load_settings(tmp_path).problem == ""


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"schema": "one"}', b'{"schema": 99}', b'{"schema": 1, "recent": 5}',
    b'{"schema": 1, "recent": [{}]}', b'{"schema": 1, "layout": []}',
    b'{"schema": 1, "recent": [{"path": "a", "names": {"x": 1}}]}', b"[" * 100_000,
])
def test_that_a_broken_file_never_blocks_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    loaded = load_settings(tmp_path)
    assert loaded.settings == Settings()
    assert "were reset" in loaded.problem
    assert (tmp_path / "settings.broken.json").read_bytes() == content
    assert load_settings(tmp_path).problem == ""


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_that_any_bytes_are_survived(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "settings.json").write_bytes(content)
    assert isinstance(load_settings(tmp_path).settings, Settings)


def test_that_unusable_values_are_left_out_and_the_rest_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps(
        {"schema": 1, "theme": "purple", "unit": "nm", "options": {"a": 1, "b": [1]}, "new": 5}))
    loaded = load_settings(tmp_path)
    assert loaded.settings == replace(Settings(), unit="nm", options={"a": 1})


def test_that_a_recent_file_moves_to_the_front_once() -> None:
    settings = Settings()
    for number in range(20):
        settings = settings.with_recent(RecentFile(f"/{number % 15}.tif"))
    assert len(settings.recent) == MAX_RECENT
    assert [r.path for r in settings.recent[:3]] == ["/4.tif", "/3.tif", "/2.tif"]
    assert settings.recent_file("/4.tif") is settings.recent[0]
    assert settings.recent_file("/99.tif") is None
