"""Macro and read-me of the GeoDict folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from morphstudio.io.exports.geodict import Bundle

# 256 material IDs exist since this release.
_RELEASE = "2023"

_MACRO = '''\
# Imports {raw} into GeoDict. In GeoDict: Macro > Execute Macro / Script ..., choose this file.
import os

Header = dict(Release={release!r})

Description = """
{name}: {x} x {y} x {z} voxels of {edge:.6g} um, written by MorphStudio.
"""

Variables = dict(NumberOfVariables=0)

try:
    folder = os.path.dirname(os.path.abspath(__file__))
except NameError:  # run from a console, which has no file: GeoDict's project folder is used
    folder = os.getcwd()

Import_args_1 = {{
    'FileName'        : {raw!r},
    'DimensionX'      : {x},
    'CutStartX'       : 1,
    'CutLengthX'      : {x},
    'DimensionY'      : {y},
    'CutStartY'       : 1,
    'CutLengthY'      : {y},
    'DimensionZ'      : {z},
    'CutStartZ'       : 1,
    'CutLengthZ'      : {z},
    'VoxelLength'     : {metres!r},  # metres
    'ResampleToVoxel' : True,
    'HeaderSize'      : 0,
    'ThresholdValue'  : {threshold!r},
    'IsRawFile'       : True,
    'IsBigEndian'     : False,
    'ImageDimensions' : 'Auto',
    'CutImage'        : False,
{materials}}}
Import_args_1['FileName'] = os.path.join(folder, Import_args_1['FileName'])
gd.runCmd("ImportGeoVol:Import", Import_args_1, Header['Release'])
'''

_MATERIAL = '''\
    'Material{number:02d}' : {{
        'Type'        : {kind!r},
        'Name'        : 'Manual',
        'Information' : {name!r},
        }},
'''

_README = """\
{name}
{line}

A volume for GeoDict, written by MorphStudio.

Voxels        {x} x {y} x {z} (x, y, z)
Voxel length  {edge:.6g} um = {metres!r} m
Size          {size_x:.6g} x {size_y:.6g} x {size_z:.6g} um
File          {raw}
              8 bits unsigned, no header, little endian, x fastest, then y, then z
{resampled}
Materials
  ID   type    phase                 label in MorphStudio{fraction_head}
{rows}
Open it in GeoDict
  1. Macro > Execute Macro / Script ...
  2. Choose {macro}.

If your release asks for the thresholds of several materials, they lie half-way
above each ID: {thresholds}.

Without the macro
  File > Import > Raw data ..., choose {raw},
  enter the numbers above (header size 0, little endian), then assign the materials.
  Other programs (Fiji, 3D Slicer, ParaView) open {mhd}.

provenance.json says where the volume came from and how to make it again.
"""


def macro_text(bundle: Bundle) -> str:
    """Return the GeoPy macro, with no other keys than GeoDict documents for the import."""
    z, y, x = bundle.shape
    materials = "".join(_MATERIAL.format(number=m.material_id, kind=m.kind, name=m.name) for m in bundle.materials)
    return _MACRO.format(name=bundle.name, raw=bundle.raw_name, release=_RELEASE, x=x, y=y, z=z,
                         edge=bundle.edge_um, metres=metres(bundle.edge_um), materials=materials,
                         threshold=bundle.materials[0].material_id + 0.5)


def readme_text(bundle: Bundle) -> str:
    """Return the read-me: layout, materials, and the steps."""
    z, y, x = bundle.shape
    edge = bundle.edge_um
    thresholds = ", ".join(f"{m.material_id + 0.5:g}" for m in bundle.materials[:-1])
    before = bundle.resampled_from
    return _README.format(
        name=bundle.name, line="=" * len(bundle.name), x=x, y=y, z=z, edge=edge, metres=metres(edge),
        raw=bundle.raw_name, mhd=bundle.mhd_name, macro=bundle.macro_name,
        size_x=x * edge, size_y=y * edge, size_z=z * edge,
        resampled=f"Resampled     to cubes from {before} voxels (nearest label)\n" if before else "",
        rows=_rows(bundle), thresholds=thresholds, fraction_head="  fraction" if bundle.fractions else "")


def _rows(bundle: Bundle) -> str:
    fractions = bundle.fractions or [None] * len(bundle.materials)
    lines = []
    for material, fraction in zip(bundle.materials, fractions, strict=True):
        share = "" if fraction is None else f"{fraction:.4f}"
        cells = f"{material.material_id:<4} {material.kind:<7} {material.name:<21} {material.label:<20}  {share}"
        lines.append(f"  {cells}".rstrip())
    return "\n".join(lines) + "\n"


def metres(edge_um: float) -> float:
    """Return a length in metres without the rounding dust of the division."""
    return float(f"{edge_um * 1e-6:.12g}")
