"""Surfaces of the phases shown: known bodies, the triangle budget, and what a coarser grid keeps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from morphstudio.gui.scene3d.mesh import BUDGET, averaged, mesh_of
from morphstudio.gui.scene3d.solid import Solid, corner_of, filled, seen_solid, wall_count
from morphstudio.gui.scene3d.surfaces import Surfaces, SurfacesPreview

UNIT = (1.0, 1.0, 1.0)
PARTS = ("corner", "whole", "rest")


def _area(mesh) -> float:
    a, b, c = mesh.points[mesh.triangles].astype(float).transpose(1, 0, 2)
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def _volume(mesh) -> float:
    """Volume inside a closed mesh, from its divergence; the sign tells the direction of the triangles."""
    a, b, c = mesh.points[mesh.triangles].astype(float).transpose(1, 0, 2)
    return abs(float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6))


def _ball(shape=(48, 40, 44), radius=15.0) -> np.ndarray:
    z, y, x = np.indices(shape)
    return ((z - 24) ** 2 + (y - 20) ** 2 + (x - 22) ** 2 <= radius**2).astype(np.uint8)


def _blobs(edge: int, scale: float, fractions=(0.42, 0.52), seed: int = 3) -> np.ndarray:
    """Three phases by thresholds of a smoothed noise: rough where ``scale`` is small."""
    noise = np.random.default_rng(seed).standard_normal((edge,) * 3)
    field = ndimage.gaussian_filter(noise, scale, mode="wrap") if scale else noise
    return np.digitize(field, np.quantile(field, np.cumsum(fractions))).astype(np.uint8)


@pytest.mark.parametrize("budget", [BUDGET, 2000])
def test_that_the_surface_of_a_ball_has_its_area_volume_and_place(budget: int):
    mesh = mesh_of(Solid(_ball().astype(bool)), (0.5, 0.5, 0.5), budget)
    assert (mesh.step > 1) == (budget < BUDGET)
    assert len(mesh.triangles) <= budget
    assert _area(mesh) == pytest.approx(4 * np.pi * 7.5**2, rel=0.03)
    assert _volume(mesh) == pytest.approx(4 / 3 * np.pi * 7.5**3, rel=0.03)
    assert mesh.points.mean(axis=0) == pytest.approx(np.array([22.5, 20.5, 24.5]) * 0.5, abs=0.1)


@pytest.mark.parametrize("budget", [BUDGET, 2000])
def test_that_normals_point_outwards(budget: int):
    mesh = mesh_of(Solid(_ball().astype(bool)), UNIT, budget)
    outwards = mesh.points - mesh.points.mean(axis=0)
    assert (np.einsum("ij,ij->i", outwards, mesh.normals) > 0).all()
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1, abs=1e-5)


def test_that_a_corner_stays_in_its_place():
    indices = np.zeros((16, 16, 16), np.uint8)
    indices[11:14, 2:5, 11:14] = 1  # inside high z, low y, high x
    indices[2:5, 2:5, 2:5] = 1
    surface = SurfacesPreview(indices, UNIT, (1,), "corner").answer({}).parts[0]
    assert surface.points.mean(axis=0) == pytest.approx([12.5, 3.5, 12.5], abs=0.2)


@pytest.mark.parametrize("part", PARTS)
def test_that_a_phase_without_voxels_has_no_surface(part: str):
    answer = SurfacesPreview(np.zeros((8, 8, 8), np.uint8), UNIT, (1,), part).answer({})
    assert answer.n_triangles == 0


def test_that_a_phase_fills_the_corner_up_to_its_outer_sides_and_closes_there():
    indices = np.zeros((16, 16, 16), np.uint8)
    surface = SurfacesPreview(indices, UNIT, (0,), "corner").answer({}).parts[0]
    assert surface.points.min(axis=0) == pytest.approx([8, 0, 8], abs=0.5)
    assert surface.points.max(axis=0) == pytest.approx([16, 8, 16], abs=0.5)
    assert _area(surface) == pytest.approx(3 * 64, rel=0.1)  # top, front, right; flat faces close the rest


def test_that_a_single_hidden_voxel_at_a_face_is_a_pit_with_the_rim_of_its_square():
    indices = np.zeros((8, 8, 8), np.uint8)
    indices[4, 0, 4] = 1
    surface = SurfacesPreview(indices, UNIT, (0,), "whole").answer({}).parts[0]
    assert len(surface.triangles) == 2 * 5
    rim = surface.points[surface.points[:, 1] == 0]
    assert {tuple(p) for p in rim.tolist()} == {(4, 0, 4), (5, 0, 4), (4, 0, 5), (5, 0, 5)}
    assert surface.points[:, 1].max() >= 0.5


def test_that_hollows_which_no_open_side_leads_to_have_no_surface():
    indices = np.zeros((12, 12, 12), np.uint8)
    indices[5:7, 5:7, 5:7] = 1
    assert SurfacesPreview(indices, UNIT, (0,), "whole").answer({}).n_triangles == 0
    indices[6:, 6, 6] = 1  # a channel to the top
    assert SurfacesPreview(indices, UNIT, (0,), "whole").answer({}).n_triangles > 0
    assert filled(indices == 0, ((0, 0),)).all()


def test_that_the_cut_away_corner_opens_the_hollows_behind_it_and_holds_no_surface():
    indices = np.zeros((24, 24, 24), np.uint8)
    indices[8:14, 4:8, 14:18] = 1  # reaches into the corner, no side of the block
    whole, rest = (SurfacesPreview(indices, UNIT, (0,), part).answer({}) for part in ("whole", "rest"))
    assert whole.n_triangles == 0
    points = rest.parts[0].points
    assert len(points) > 0
    assert not ((points[:, 2] > 12 + 1e-5) & (points[:, 1] < 12 - 1e-5) & (points[:, 0] > 12 + 1e-5)).any()
    assert (points[:, 2] == 12).any()  # it ends flush with the flat face of the cut


def test_that_walls_between_two_shown_phases_are_not_drawn():
    indices = np.zeros((12, 12, 12), np.uint8)
    indices[:, :, 6:] = 1
    assert SurfacesPreview(indices, UNIT, (0, 1), "whole").answer({}).n_triangles == 0
    assert SurfacesPreview(indices, UNIT, (0,), "whole").answer({}).n_triangles > 0


@pytest.mark.parametrize("budget", [BUDGET, 800])
def test_that_each_surface_has_the_phase_behind_it(budget: int):
    indices = np.full((30, 30, 30), 2, np.uint8)
    indices[:, :, 20:], indices[:, :, :10] = 1, 0  # 0, gap, 1
    answer = SurfacesPreview(indices, UNIT, (1, 0), "whole", budget).answer({})
    assert [part.phase for part in answer.parts] == [1, 0]
    assert answer.parts[0].points[:, 0] == pytest.approx(20, abs=0.6)
    assert answer.parts[1].points[:, 0] == pytest.approx(10, abs=0.6)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("phases", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
@pytest.mark.parametrize("scale", [0.0, 0.7, 2.5])
def test_that_no_model_however_rough_exceeds_the_budget(scale: float, phases: tuple[int, ...], part: str):
    indices, budget = _blobs(48, scale), 12_000
    answer: Surfaces = SurfacesPreview(indices, UNIT, phases, part, budget).answer({})
    assert 0 < answer.n_triangles <= budget
    walls = wall_count(seen_solid(indices, phases, part))
    assert answer.step == 1 if 2 * walls <= budget else answer.step > 1
    for surface in answer.parts:
        assert len(surface.points) == len(surface.normals)
        assert len(surface.triangles) == 0 or surface.triangles.max() < len(surface.points)


def test_that_the_budget_is_used_and_not_only_kept():
    answer = SurfacesPreview(_blobs(64, 1.0), UNIT, (1,), "whole", 30_000).answer({})
    assert answer.n_triangles > 0.7 * 30_000


def test_that_white_noise_as_large_as_the_window_shows_it_stays_below_the_limit():
    answer = SurfacesPreview(_blobs(128, 0.0, (0.5, 0.3)), UNIT, (0,), "whole").answer({})
    assert answer.n_triangles <= 300_000


def test_that_a_coarser_surface_keeps_area_and_volume_of_a_smooth_structure():
    voxels = _blobs(64, 4.0) == 0
    solid = Solid(np.pad(voxels, 4))
    fine, coarse = mesh_of(solid, UNIT), mesh_of(solid, UNIT, 25_000)  # a quarter of the fine triangles
    assert coarse.step > 1.5
    assert _area(coarse) == pytest.approx(_area(fine), rel=0.06)
    assert _volume(coarse) == pytest.approx(voxels.sum(), rel=0.03)


def test_that_a_thin_phase_does_not_vanish_on_a_coarser_grid():
    voxels = _blobs(64, 1.0, (0.94, 0.0)) == 2
    assert (averaged(voxels, 2.5) >= 0.5).mean() < 0.5 * voxels.mean()  # a majority would lose it
    mesh = mesh_of(Solid(np.pad(voxels, 4)), UNIT, 6_000)
    assert mesh.step > 2
    assert _volume(mesh) == pytest.approx(voxels.sum(), rel=0.15)


def test_that_shares_are_those_of_the_voxels_on_a_grid_that_does_not_divide_the_block():
    share = averaged(np.ones((10, 9, 7), bool), 2.0)
    assert share.shape == (5, 4, 4)
    assert share == pytest.approx(1.0)
    half = np.zeros((30, 30, 30), bool)
    half[15:] = True
    assert averaged(half, 1.7).mean() == pytest.approx(0.5, abs=1e-6)


def test_that_the_corner_is_the_one_the_faces_cut_away():
    assert corner_of((8, 6, 5)) == (slice(4, 8), slice(0, 3), slice(3, 5))
