"""From an image to a GeoDict folder by clicking, on the sample and on a real micrograph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import tifffile
from steps import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.gui.application import Application

PHASES = (("pore", "pore"), ("am", "active material"), ("binder", "binder"))
EDGE = 48


@pytest.fixture
def walk(application: Application) -> Walk:
    application.window.resize(1280, 800)
    application.window.move(0, 0)
    return Walk(application)


def _assert_geodict(files: list[Path], n_phases: int) -> None:
    raw = next(path for path in files if path.suffix == ".raw")
    volume = np.fromfile(raw, np.uint8)
    assert volume.size == EDGE**3
    assert len(np.unique(volume)) == n_phases
    macro = next(path for path in files if path.suffix == ".py")
    compile(macro.read_text(encoding="utf-8"), macro.name, "exec")


def test_that_the_sample_becomes_a_twin_and_a_geodict_folder_by_clicking(walk: Walk, tmp_path: Path):
    walk.open_sample()
    names = [phase.name for phase in walk.document.images[0].image.phases]
    result = walk.calibrate(" › ".join(names), starts=1)
    assert result.model.phases == tuple(names)
    walk.explore()
    validation = walk.measure(realisations=2, edge=64)
    assert validation.grade in ("fits", "partly", "no")
    _assert_geodict(walk.export(tmp_path / "twin_geodict", EDGE), 3)


def test_that_a_real_section_becomes_a_twin_and_a_geodict_folder_by_clicking(walk: Walk, shared_data: Path,
                                                                              tmp_path: Path):
    walk.open_file(shared_data / "cathode_nmc_2d_3phase" / "nmc_sem_3phase_628x758.tif")
    walk.say_phases(PHASES)
    walk.confirm_voxel_size("0.1")
    result = walk.calibrate("am › pore › binder", starts=1)
    assert result.model.phases == ("am", "pore", "binder")
    walk.explore()
    validation = walk.measure(realisations=2)
    assert validation.held_out_error is not None
    _assert_geodict(walk.export(tmp_path / "sem_geodict", EDGE), 3)


def test_that_a_corner_of_a_real_volume_becomes_a_twin_and_a_geodict_folder_by_clicking(
        walk: Walk, shared_data: Path, tmp_path: Path):
    whole = tifffile.imread(shared_data / "cathode_nmc_ct_3phase_3d" / "nmc_cal_3phase_301x301x251.tif")
    corner = tmp_path / "corner.tif"
    tifffile.imwrite(corner, np.ascontiguousarray(whole[:80, :90, :100]))
    walk.open_file(corner)
    walk.say_phases(PHASES)
    walk.confirm_voxel_size("0.398")
    walk.calibrate("pore › am › binder", starts=1, cut="anywhere")
    walk.explore()
    validation = walk.measure(realisations=2)
    assert validation.held_out_error is not None
    _assert_geodict(walk.export(tmp_path / "ct_geodict", EDGE), 3)
