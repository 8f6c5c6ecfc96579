"""What the welcome page says of a recent file, and when it was opened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from morphstudio.app.settings import RecentFile
from morphstudio.app.work.sample import read_sample
from morphstudio.gui.sample_card import sample_facts
from morphstudio.gui.welcome import recent_facts, recent_time

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(("stamp", "said"), [
    ("2026-11-21T14:09:00+00:00", "today, 14:09"), ("2026-11-20T23:59:00+00:00", "yesterday"),
    ("2026-11-18T10:00:00+00:00", "18 Nov"), ("2025-03-02T10:00:00+00:00", "2 Mar 2025"), ("", ""), ("soon", "")])
def test_that_times_are_said_as_people_say_them(stamp: str, said: str):
    assert recent_time(stamp, NOW) == said


def test_that_an_image_is_told_by_size_phases_and_voxel_size():
    section = RecentFile("/a.tif", "image", {0: "a", 1: "b", 2: "c"}, (0.12, 0.12, 0.12), "", (1, 628, 758))
    assert recent_facts(section, "um") == "758 × 628 px, 3 phases, 0.120 µm"
    assert recent_facts(section, "nm") == "758 × 628 px, 3 phases, 120 nm"
    volume = RecentFile("/a.tif", "image", {0: "a", 1: "b"}, None, "", (251, 301, 302))
    assert recent_facts(volume, "um") == "302 × 301 × 251, 2 phases"
    assert recent_facts(RecentFile("/p.morphstudio", "project", summary="project, 2 images"), "um") == (
        "project, 2 images")


def test_that_the_steps_have_the_place_of_recent_files_until_there_are_any(application):
    welcome, settings = application.window.welcome, application.settings
    assert welcome.recent.isHidden()
    assert welcome.steps_card.geometry().top() == welcome.drop_area.geometry().top()
    settings.change(recent=(RecentFile("/a.tif", "image", shape=(1, 628, 758)),))
    welcome._grid.activate()
    assert not welcome.recent.isHidden()
    assert welcome.steps_card.geometry().top() == welcome.sample_card.geometry().top()


def test_that_the_sample_says_what_it_brings():
    sample = read_sample()
    assert sample_facts(sample) == "3 phases, 200³ voxels of 0.20 µm"
    assert sample["title"] == "Solid-state cathode (simulated)"
