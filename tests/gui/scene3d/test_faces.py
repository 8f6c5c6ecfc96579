"""Faces of the capped block, with known answers."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.gui.scene3d.faces import block_faces, edge_lines, plane_outlines, seen_extent

COLOURS = ((190, 197, 206), (196, 71, 48))


def test_that_a_face_shows_the_labels_of_its_side_and_no_colour_between_them():
    indices = np.zeros((4, 4, 4), np.uint8)
    indices[-1, 0, 3] = 1  # top layer, y = 0, x = 3
    top = next(f for f in block_faces(indices, (1, 1, 1), COLOURS, cut=False) if f.key == "z+")
    red = np.clip(np.array(COLOURS[1]) * 1.06, 0, 255).astype(int)
    assert np.array_equal(np.argwhere((top.rgba[..., :3] == red).all(-1)), [[0, 3]])
    assert len(np.unique(top.rgba.reshape(-1, 4), axis=0)) == 2


def test_that_the_cut_takes_one_quarter_of_three_faces_and_adds_three_inner_ones():
    faces = {f.key: f for f in block_faces(np.zeros((8, 8, 8), np.uint8), (1, 1, 1), COLOURS)}
    gone = {key: float((face.rgba[..., 3] == 0).mean()) for key, face in faces.items()}
    assert gone == {"z+": 0.25, "y-": 0.25, "x+": 0.25, "z-": 0, "y+": 0, "x-": 0, "zi": 0, "yi": 0, "xi": 0}


def test_that_inner_faces_show_the_voxels_beside_the_cut():
    indices = np.zeros((4, 4, 4), np.uint8)
    indices[1, :2, 2:] = 1  # the layer under the cut
    faces = {f.key: f for f in block_faces(indices, (1, 2, 3), COLOURS)}
    assert (faces["zi"].rgba[..., 0] > faces["zi"].rgba[..., 2] * 2).all()
    assert faces["zi"].origin == (6.0, 0.0, 2.0)
    assert faces["zi"].u == (6.0, 0.0, 0.0)
    assert faces["zi"].v == (0.0, 4.0, 0.0)


def test_that_a_hidden_phase_is_transparent():
    faces = block_faces(np.zeros((4, 4, 4), np.uint8), (1, 1, 1), COLOURS, visible=(False, True))
    assert not any(face.rgba[..., 3].any() for face in faces)


def test_that_the_edges_of_a_whole_block_are_twelve():
    assert len(edge_lines((4, 4, 4), (1, 1, 1), cut=False)) == 12
    assert len(edge_lines((4, 4, 4), (1, 1, 1), cut=True)) == 21


def test_that_the_outline_of_a_block_is_that_of_its_shadow():
    assert seen_extent((4.0, 2.0, 3.0), (0, 1, 0), (0, 0, 1)) == pytest.approx((4.0, 3.0))
    across, up = seen_extent((1.0, 1.0, 1.0), (-1, 1, 0), (0, 0, 1))
    assert (across, up) == pytest.approx((2**0.5, 1.0))


def test_that_plane_outlines_lie_in_their_planes_around_the_block():
    lines = plane_outlines({"z": 3.0, "x": 1.0}, (10.0, 20.0, 30.0))
    assert lines.shape == (8, 2, 3)
    assert np.all(lines[:4, :, 2] == 3.0)
    assert np.all(lines[4:, :, 0] == 1.0)
    assert lines[:4, :, 0].min() < 0 < 30 < lines[:4, :, 0].max()
