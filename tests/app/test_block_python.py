"""The copied script draws the same voxels as the window."""

from __future__ import annotations

import numpy as np
import pytest

from morphstudio.app.block_python import block_python
from morphstudio.app.previews import BlockPreview
from morphstudio.core.models.excursion_set import excursion_set

CALIBRATED = excursion_set(("se", "am", "pore"), {
    "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93, "lambda_x": 1.9,
    "lambda_y": -0.27})
VOXEL = (0.25, 0.2, 0.2)


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("voxel_size", [VOXEL, None])
@pytest.mark.parametrize("model", [CALIBRATED, CALIBRATED.with_values({"alpha_x": 0.3, "sigma_y": 0.5})])
def test_that_the_script_draws_the_same_voxels(model, voxel_size, factor, capsys):
    script = block_python(model, (16, 24, 32), voxel_size, 7, CALIBRATED, factor)
    names: dict[str, object] = {}
    exec(script, names)
    drawn_with = tuple(factor * edge for edge in voxel_size or (1.0, 1.0, 1.0))
    shown = BlockPreview(model, (16, 24, 32), drawn_with, 7, CALIBRATED).answer({})
    assert np.array_equal(names["block"], shown)
    assert capsys.readouterr().out.startswith("se: volume fraction ")


def test_that_a_model_in_its_own_box_is_written_once():
    script = block_python(CALIBRATED, (16, 16, 16), VOXEL, 1, CALIBRATED)
    assert "calibrated" not in script
    assert "'alpha_x': 0.65" in script
