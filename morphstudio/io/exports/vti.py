"""VTK image data: labels as cell data, compressed block by block."""

from __future__ import annotations

import zlib
from typing import IO, TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.core.phases import PhaseImage

_BLOCK = 1 << 20


def write_vti(image: PhaseImage, path: Path) -> None:
    """Write the labels of an image as cell data, spacing in µm.

    Each voxel is a cell, so that no program interpolates a false phase
    between two labels. The data are compressed and their lengths counted in
    64 bits, so volumes above 4 GB stay whole.
    """
    flat = np.ascontiguousarray(image.labels).reshape(-1)
    with path.open("wb") as file:
        file.write(_head(image).encode("ascii"))
        _write_blocks(file, flat)
        file.write(b"\n  </AppendedData>\n</VTKFile>\n")


def _head(image: PhaseImage) -> str:
    z, y, x = image.shape
    edges = image.voxel_size_um or (1.0, 1.0, 1.0)
    extent = f"0 {x} 0 {y} 0 {z}"
    unit = _unit_array() if image.voxel_size_um is not None else ""
    return (
        '<?xml version="1.0"?>\n'
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64" '
        'compressor="vtkZLibDataCompressor">\n'
        f'  <ImageData WholeExtent="{extent}" Origin="0 0 0" Spacing="{edges[2]!r} {edges[1]!r} {edges[0]!r}">\n'
        f"{unit}"
        f'    <Piece Extent="{extent}">\n'
        '      <CellData Scalars="labels">\n'
        '        <DataArray type="UInt8" Name="labels" format="appended" offset="0"/>\n'
        "      </CellData>\n"
        "    </Piece>\n"
        "  </ImageData>\n"
        '  <AppendedData encoding="raw">\n_')


def _unit_array() -> str:
    letters = " ".join(str(ord(c)) for c in "um\0")
    return ('    <FieldData>\n      <DataArray type="String" Name="length_unit" NumberOfTuples="1" format="ascii">'
            f"{letters}</DataArray>\n    </FieldData>\n")


def _write_blocks(file: IO[bytes], flat: NDArray[np.uint8]) -> None:
    """Write the block table, then the blocks; the table is filled in afterwards."""
    blocks, last = divmod(flat.size, _BLOCK)
    sizes = np.zeros(3 + blocks + (last > 0), "<u8")
    sizes[:3] = (len(sizes) - 3, _BLOCK, last)
    start = file.tell()
    file.write(sizes.tobytes())
    for index, packed in enumerate(_packed(flat), 3):
        sizes[index] = len(packed)
        file.write(packed)
    end = file.tell()
    file.seek(start)
    file.write(sizes.tobytes())
    file.seek(end)


def _packed(flat: NDArray[np.uint8]) -> Iterator[bytes]:
    for start in range(0, flat.size, _BLOCK):
        yield zlib.compress(flat[start:start + _BLOCK].tobytes(), 6)
