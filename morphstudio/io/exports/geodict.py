"""The folder that GeoDict opens in two clicks: volume, header, macro, read-me, record.

The macro calls GeoDict's own import; ``.gdt`` files are never written, since
their header is GeoDict's alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from morphstudio.core.errors import InputError
from morphstudio.core.phases import known_role
from morphstudio.io.exports.cubic import cubic_outline, resampled
from morphstudio.io.exports.geodict_texts import macro_text, readme_text
from morphstudio.io.exports.plan import MATERIAL_TYPES, PROVENANCE_BYTES, Material, PlannedFile
from morphstudio.io.exports.volumes import mhd_text, write_raw
from morphstudio.io.provenance import image_record, provenance_record, provenance_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.core.phases import Phase, PhaseImage
    from morphstudio.io.exports.plan import Volume

README, PROVENANCE = "README.txt", "provenance.json"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Names and numbers of one bundle; shape is (z, y, x), the edge in µm."""

    name: str
    shape: tuple[int, int, int]
    edge_um: float
    materials: tuple[Material, ...]
    fractions: tuple[float, ...] = ()
    resampled_from: str = ""

    @property
    def raw_name(self) -> str:
        """Name of the raw file, which tells its layout: x, y, z."""
        z, y, x = self.shape
        return f"{self.name}_{self.edge_um:.6g}um_8bu_{x}x{y}x{z}.raw"

    @property
    def mhd_name(self) -> str:
        """Name of the header."""
        return f"{self.name}.mhd"

    @property
    def macro_name(self) -> str:
        """Name of the macro."""
        return f"{self.name}_import.py"


def default_materials(phases: Sequence[Phase]) -> tuple[Material, ...]:
    """Return the material table an export starts from.

    The pore becomes 0, GeoDict's background, and is a fluid; a phase whose
    label was 0 takes the pore's label in exchange. Without a pore the labels
    stay as they are. A phase without a role is a pore where it is called one.
    """
    pore = next((p for p in phases if known_role(p) == "pore"), None)

    def material_id(phase: Phase) -> int:
        if pore is None:
            return phase.label
        if phase is pore:
            return 0
        return pore.label if phase.label == 0 else phase.label

    return tuple(Material(p.label, material_id(p), "Fluid" if p is pore else "Solid", p.name) for p in phases)


def check_materials(materials: Sequence[Material], phases: Sequence[Phase]) -> tuple[Material, ...]:
    """Return ``materials`` where they name each phase once.

    Raises
    ------
    InputError
        A phase missing or named twice, an ID twice or outside 0 … 255, or an
        unknown type.
    """
    if sorted(m.label for m in materials) != sorted(p.label for p in phases):
        raise InputError("export.materials", "The material table does not name each phase once.",
                         f"Its labels are {', '.join(str(p.label) for p in phases)}.")
    ids = [m.material_id for m in materials]
    if len(set(ids)) < len(ids) or not all(0 <= i <= 255 for i in ids):
        raise InputError("export.materials", f"The material IDs {ids} are not usable.",
                         "Give each phase a whole number 0 … 255 of its own.")
    wrong = [m.kind for m in materials if m.kind not in MATERIAL_TYPES]
    if wrong:
        raise InputError("export.materials", f"{wrong[0]!r} is no material type.", f"Use {', '.join(MATERIAL_TYPES)}.")
    return tuple(materials)


def bundle_for(volume: Volume, name: str, materials: Sequence[Material] | None = None, *,
               resample_to_cubic: bool = False) -> Bundle:
    """Return names and numbers of the bundle of a volume.

    Raises
    ------
    InputError
        Unknown voxel size, voxels that are no cubes, or a wrong material table.
    """
    shape, edge = cubic_outline(volume, resample=resample_to_cubic)
    table = check_materials(default_materials(volume.phases) if materials is None else materials, volume.phases)
    return Bundle(name, shape, edge, tuple(sorted(table, key=lambda m: m.material_id)))


def planned_bundle(bundle: Bundle) -> tuple[PlannedFile, ...]:
    """Return the five files of a bundle."""
    z, y, x = bundle.shape
    return (
        PlannedFile(bundle.raw_name, "volume, x fastest", z * y * x),
        PlannedFile(bundle.mhd_name, "header", len(_header(bundle))),
        PlannedFile(bundle.macro_name, "GeoDict macro", len(macro_text(bundle).encode())),
        PlannedFile(README, "steps", len(readme_text(bundle).encode())),
        PlannedFile(PROVENANCE, "record", PROVENANCE_BYTES),
    )


def write_bundle(image: PhaseImage, bundle: Bundle, folder: Path, provenance: Mapping[str, Any] | None) -> None:
    """Write the five files of a bundle into ``folder``.

    Raises
    ------
    InsufficientMemoryError
        The cubic grid does not fit into memory.
    """
    cubic = resampled(image, bundle.shape, bundle.edge_um)
    by_label = dict(zip((p.label for p in cubic.phases), cubic.fractions, strict=True))
    source = "" if cubic.shape == image.shape else " x ".join(str(n) for n in reversed(image.shape))
    full = Bundle(bundle.name, bundle.shape, bundle.edge_um, bundle.materials,
                  tuple(float(by_label[m.label]) for m in bundle.materials), source)
    write_raw(_material_ids(cubic.labels, bundle.materials), folder / bundle.raw_name)
    texts = {bundle.mhd_name: _header(full), bundle.macro_name: macro_text(full), README: readme_text(full),
             PROVENANCE: provenance_text(_record(image, full, provenance))}
    for name, text in texts.items():
        # newline="" keeps the line ends as they stand in the text, on every system.
        (folder / name).write_text(text, encoding="utf-8", newline="")


def _header(bundle: Bundle) -> str:
    edge = bundle.edge_um
    return mhd_text(bundle.shape, (edge, edge, edge), bundle.raw_name)


def _material_ids(labels: NDArray[np.uint8], materials: Sequence[Material]) -> NDArray[np.uint8]:
    if all(m.label == m.material_id for m in materials):
        return labels
    lookup = np.zeros(256, np.uint8)
    for material in materials:
        lookup[material.label] = material.material_id
    return lookup[labels]


def _record(image: PhaseImage, bundle: Bundle, provenance: Mapping[str, Any] | None) -> dict[str, Any]:
    record = dict(provenance) if provenance else provenance_record(operation="export", images=[image_record(image)])
    export = {"format": "geodict", "raw": bundle.raw_name, "shape_zyx": list(bundle.shape),
              "voxel_length_um": bundle.edge_um,
              "materials": [{"label": m.label, "material_id": m.material_id, "type": m.kind, "name": m.name}
                            for m in bundle.materials]}
    return {**record, "export": export}
