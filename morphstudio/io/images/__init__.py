"""Segmented images from files: every format in, one kind of image out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.phases import check_voxel_size, phase_image
from morphstudio.io.images.headers import data_file
from morphstudio.io.images.limits import unreadable
from morphstudio.io.images.metaimage import read_metaimage
from morphstudio.io.images.nrrd_file import read_nrrd
from morphstudio.io.images.numpy_file import read_npy
from morphstudio.io.images.pictures import jpeg_refused, read_png
from morphstudio.io.images.raw_file import read_raw
from morphstudio.io.images.raw_labels import RawLabels
from morphstudio.io.images.stack_folder import read_stack_folder, slice_files
from morphstudio.io.images.tiff import read_tiff
from morphstudio.io.images.vti import read_vti

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from morphstudio.core.phases import PhaseImage, VoxelSize

__all__ = ["READABLE", "RawLabels", "file_sha256", "open_image", "open_with_notes", "read_labels"]

_BY_MAGIC: tuple[tuple[bytes, Callable[[Path], RawLabels]], ...] = (
    (b"II*\x00", read_tiff), (b"II+\x00", read_tiff), (b"MM\x00*", read_tiff), (b"MM\x00+", read_tiff),
    (b"\x89PNG", read_png), (b"NRRD", read_nrrd), (b"\x93NUMPY", read_npy),
)
_BY_SUFFIX: dict[str, Callable[[Path], RawLabels]] = {
    ".tif": read_tiff, ".tiff": read_tiff, ".png": read_png, ".mhd": read_metaimage, ".mha": read_metaimage,
    ".raw": read_raw, ".nrrd": read_nrrd, ".nhdr": read_nrrd, ".vti": read_vti, ".npy": read_npy,
}
# Suffixes for file dialogs, in the order people meet them.
READABLE = tuple(_BY_SUFFIX)


def read_labels(path: Path | str) -> RawLabels:
    """Read any supported file or stack folder, without checking its labels.

    Parameters
    ----------
    path : path-like
        File, or folder of numbered TIFF or PNG slices. The content decides
        about the format, then the suffix.

    Raises
    ------
    InputError
        Missing, unreadable, unsupported, damaged, or too large a file.
    """
    target = Path(path)
    try:
        if target.is_dir():
            return read_stack_folder(target)
        with target.open("rb") as file:
            magic = file.read(512)
    except (OSError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise unreadable(target, error if isinstance(error, OSError) else OSError(str(error))) from error
    return _reader(target, magic)(target)


def _reader(path: Path, magic: bytes) -> Callable[[Path], RawLabels]:
    suffix = path.suffix.casefold()
    if not magic:
        raise InputError("image.file", f"{path.name} is empty.", "Copy or export it again.")
    if magic.startswith(b"\xff\xd8\xff") or suffix in (".jpg", ".jpeg"):
        raise jpeg_refused(path)
    if suffix == ".raw":
        # Voxel values may look like any magic number.
        return read_raw
    for start, reader in _BY_MAGIC:
        if magic.startswith(start):
            return reader
    if b"<VTKFile" in magic:
        return read_vti
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix]
    raise InputError("image.file", f"{path.name} is in no format that MorphStudio reads.",
                     "Save the labels as TIFF, PNG, MHD with RAW, NRRD, VTI or NPY.")


def open_image(path: Path | str, voxel_size_um: VoxelSize | float | Literal["voxel"] | None = None,
               names: dict[int, str] | None = None) -> PhaseImage:
    """Read a file or stack folder and check its labels.

    Parameters
    ----------
    path : path-like
        File, or folder of numbered slices.
    voxel_size_um : (float, float, float) or float or "voxel", optional
        Edge lengths (z, y, x) in µm, or one for all; it wins over the file's.
        ``"voxel"``: work in voxel units whatever the file says. Default: the
        file's, and ``None`` where it gives none.
    names : dict of int to str, optional
        Phase name by label; default: the label value as text.

    Returns
    -------
    PhaseImage
        A section becomes shape (1, Y, X).

    Raises
    ------
    InputError
        Anything about the file or its labels that stands in the way; field
        ``"voxel_size"`` where only the voxel size does.
    """
    return open_with_notes(path, voxel_size_um, names)[0]


def open_with_notes(path: Path | str, voxel_size_um: VoxelSize | float | Literal["voxel"] | None = None,
                    names: dict[int, str] | None = None) -> tuple[PhaseImage, tuple[str, ...]]:
    """Do what :func:`open_image` does, and say what was guessed while reading.

    Returns
    -------
    image : PhaseImage
        The checked image.
    notes : tuple of str
        Whole sentences for people: guessed units, odd axes, ignored
        resolutions. Those about the voxel size are left out where the caller
        brings one.

    Raises
    ------
    InputError
        As :func:`open_image`.
    """
    raw = read_labels(path)
    if voxel_size_um is None and raw.voxel_size_error is not None:
        raise raw.voxel_size_error
    if voxel_size_um is None:
        size = raw.voxel_size_um
    elif isinstance(voxel_size_um, str):
        size = None
    else:
        edges = (float(voxel_size_um),) * 3 if isinstance(voxel_size_um, (int, float)) else voxel_size_um
        size = check_voxel_size(edges)
    notes = raw.notes if voxel_size_um is None else raw.layout_notes
    return phase_image(raw.array, size, names, Path(path).name), notes


def file_sha256(path: Path | str) -> str:
    """Return the SHA-256 of an image's bytes: of all its files where it has several.

    A stack folder counts all its slices in order, a header with a separate
    data file both.

    Raises
    ------
    InputError
        The file cannot be read.
    """
    digest = hashlib.sha256()
    for file in _files_of(Path(path)):
        try:
            with file.open("rb") as stream:
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
        except OSError as error:
            raise unreadable(file, error) from error
    return digest.hexdigest()


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from slice_files(path)
        return
    yield path
    suffix = path.suffix.casefold()
    if suffix not in (".mhd", ".nhdr") or not path.is_file():
        return
    key, sign = (b"elementdatafile", b"=") if suffix == ".mhd" else (b"datafile", b":")
    with path.open("rb") as file:
        head = file.read(1 << 16)
    for line in head.splitlines():
        word, _, value = line.partition(sign)
        if word.strip().lower().replace(b" ", b"") == key:
            name = value.strip().decode("utf-8", "replace")
            if name.upper() != "LOCAL":
                yield data_file(path, name)
