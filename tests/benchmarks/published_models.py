"""Published models the benchmarks run on."""

from __future__ import annotations

from morphstudio.core.models.excursion_set import ExcursionSet, excursion_set

VOXEL_UM = 0.2
VOXEL_SIZE = (VOXEL_UM, VOXEL_UM, VOXEL_UM)


def row_d(**changes: float) -> ExcursionSet:
    """Return row d of Table 4 of the virtual-materials-testing paper, inverse lengths in 1/µm."""
    values = {
        "alpha_chi_x": 0.75, "alpha_chi_y": 5.9, "alpha_x": 0.65, "alpha_y": 2.5, "scale_z": 0.93,
        "lambda_x": 1.90, "lambda_y": -0.27,
    }
    return excursion_set(("se", "am", "pore"), {**values, **changes})
