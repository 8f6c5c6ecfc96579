"""Plain volume files: TIFF, OME-TIFF, RAW with MHD header, NRRD, NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nrrd
import numpy as np
import tifffile

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from morphstudio.core.phases import PhaseImage, VoxelSize
    from morphstudio.io.exports.plan import Volume

# Classic TIFF counts bytes in 32 bits; the margin is for directories and tags.
CLASSIC_TIFF_LIMIT = 2**32 - 2**25


def needs_big_tiff(volume: Volume) -> bool:
    """Return whether an ImageJ TIFF would be cut off at 4 GB."""
    return volume.n_voxels > CLASSIC_TIFF_LIMIT


def write_tiff(image: PhaseImage, path: Path, volume: Volume) -> None:
    """Write an ImageJ TIFF with spacing, unit and resolution; above 4 GB a BigTIFF with OME description."""
    if needs_big_tiff(volume):
        write_ome_tiff(image, path, volume)
        return
    metadata: dict[str, Any] = {"axes": "TZCYXS"}
    resolution = None
    if image.voxel_size_um is not None:
        z, y, x = image.voxel_size_um
        # ImageJ descriptions are ASCII: ImageJ itself reads "um" as µm.
        metadata |= {"spacing": z, "unit": "um"}
        resolution = (1 / x, 1 / y)
    # All six axes of ImageJ and the photometric are spelled out: else axes of
    # length 1 get lost, and axes of length 3 or 4 are stored as colours.
    labels = image.labels[None, :, None, :, :, None]
    tifffile.imwrite(path, labels, imagej=True, photometric="minisblack", resolution=resolution,
                     metadata=metadata)


def write_ome_tiff(image: PhaseImage, path: Path, volume: Volume) -> None:
    """Write a compressed TIFF with OME description, as BigTIFF where it may pass 4 GB."""
    metadata: dict[str, Any] = {"axes": "ZYX", "Name": image.name or path.stem}
    resolution = None
    if image.voxel_size_um is not None:
        for axis, edge in zip("ZYX", image.voxel_size_um, strict=True):
            metadata |= {f"PhysicalSize{axis}": edge, f"PhysicalSize{axis}Unit": "µm"}
        resolution = (1e4 / image.voxel_size_um[2], 1e4 / image.voxel_size_um[1])
    tifffile.imwrite(path, image.labels, ome=True, bigtiff=needs_big_tiff(volume), compression="zlib",
                     resolution=resolution, resolutionunit="CENTIMETER" if resolution else None,
                     photometric="minisblack", metadata=metadata)


def write_raw(labels: NDArray[np.uint8], path: Path) -> None:
    """Write voxels as bytes, x fastest, without header."""
    np.ascontiguousarray(labels).tofile(path)


def mhd_text(shape: tuple[int, int, int], voxel_size_um: VoxelSize | None, raw_name: str) -> str:
    """Return a MetaImage header for 8-bit voxels; it counts x first."""
    z, y, x = shape
    edges = voxel_size_um or (1.0, 1.0, 1.0)
    lines = ["ObjectType = Image", "NDims = 3", "BinaryData = True", "BinaryDataByteOrderMSB = False",
             "CompressedData = False", "TransformMatrix = 1 0 0 0 1 0 0 0 1", "Offset = 0 0 0",
             f"ElementSpacing = {edges[2]!r} {edges[1]!r} {edges[0]!r}", f"DimSize = {x} {y} {z}"]
    if voxel_size_um is not None:
        lines.append("DistanceUnits = um")
    return "\n".join([*lines, "ElementType = MET_UCHAR", f"ElementDataFile = {raw_name}", ""])


def write_nrrd(image: PhaseImage, path: Path) -> None:
    """Write a gzip NRRD with space directions in µm."""
    header: dict[str, Any] = {"encoding": "gzip", "kinds": ["domain"] * 3, "space dimension": 3}
    edges = image.voxel_size_um or (1.0, 1.0, 1.0)
    # Header fields count x first, whatever the order of the array.
    header["space directions"] = np.diag([float(e) for e in reversed(edges)])
    header["space origin"] = np.zeros(3)
    header["space units"] = ["um" if image.voxel_size_um else "pixel"] * 3
    nrrd.write(str(path), image.labels, header, index_order="C", compression_level=6)


def write_npy(image: PhaseImage, path: Path) -> None:
    """Write a NumPy array with axes z, y, x."""
    with path.open("wb") as file:  # given a path, NumPy would add .npy to any other spelling
        np.save(file, np.ascontiguousarray(image.labels), allow_pickle=False)
