"""Volumes for other programs: each format with its axes, voxel size and labels intact."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names
from morphstudio.io.exports.geodict import bundle_for, check_materials, default_materials, planned_bundle, write_bundle
from morphstudio.io.exports.place import (
    EXISTING_HINT,
    ON_EXISTING,
    OnExisting,
    existing_files,
    free_folder,
    staged,
)
from morphstudio.io.exports.plan import (
    MATERIAL_TYPES,
    PROVENANCE_BYTES,
    ExportFormat,
    Material,
    MaterialType,
    PlannedFile,
    Volume,
    check_name,
    outline,
)
from morphstudio.io.exports.volumes import (
    mhd_text,
    needs_big_tiff,
    write_npy,
    write_nrrd,
    write_ome_tiff,
    write_raw,
    write_tiff,
)
from morphstudio.io.exports.vti import write_vti
from morphstudio.io.provenance import RECORD_SUFFIX, provenance_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.core.phases import PhaseImage

__all__ = [
    "EXISTING_HINT", "FORMATS", "MATERIAL_TYPES", "ON_EXISTING", "ExportFormat", "Material", "MaterialType",
    "OnExisting", "PlannedFile", "Volume", "check_materials", "default_materials", "existing_files", "format_named",
    "outline", "planned_files", "target_of", "writable_suffix", "write_image", "write_volume",
]

_FORMAT_LIST = (
    ExportFormat("geodict", "GeoDict",
                 "A folder that GeoDict opens in two clicks: raw volume, header, import macro and read-me.", ""),
    ExportFormat("tiff", "TIFF", "A stack for ImageJ and Fiji, with voxel size and unit.", ".tif"),
    ExportFormat("ome-tiff", "OME-TIFF", "A compressed stack with OME description, also above 4 GB.", ".ome.tif"),
    ExportFormat("vti", "VTI (ParaView)", "Image data for ParaView and VTK, with the labels on cells.", ".vti"),
    ExportFormat("mhd", "RAW + MHD", "Plain bytes with a text header that most programs read.", ".mhd"),
    ExportFormat("nrrd", "NRRD", "One compressed file for 3D Slicer and Fiji.", ".nrrd"),
    ExportFormat("npy", "NumPy", "An array for Python, axes z, y, x, without voxel size.", ".npy"),
)
FORMATS: dict[str, ExportFormat] = {f.key: f for f in _FORMAT_LIST}
_ALIASES = {"raw": "mhd", "tif": "tiff", "ome": "ome-tiff", "paraview": "vti", "numpy": "npy"}
# Suffixes by which one file can be asked for, in the order people meet them.
_BY_SUFFIX = {".tif": "tiff", ".tiff": "tiff", ".ome.tif": "ome-tiff", ".ome.tiff": "ome-tiff", ".nrrd": "nrrd",
              ".mhd": "mhd", ".vti": "vti", ".npy": "npy"}


def format_named(name: str) -> ExportFormat:
    """Return the format of a key or alias, e.g. ``"raw"``.

    Raises
    ------
    InputError
        No such format; the nearest one is named.
    """
    key = _ALIASES.get(name.strip().casefold(), name.strip().casefold())
    check_names([key], FORMATS, "export formats")
    return FORMATS[key]


def writable_suffix(file_name: str) -> str:
    """Return the suffix of a file to write, spelled as the user does, e.g. ``".TIFF"``; the longest match counts.

    Raises
    ------
    InputError
        No suffix, or one of no format.
    """
    lower = file_name.casefold()
    found = max((s for s in _BY_SUFFIX if lower.endswith(s)), key=len, default="")
    if not found or len(file_name) == len(found):
        raise InputError("export.name", f"{file_name} has no suffix that MorphStudio can write.",
                         f"End it in {', '.join(_BY_SUFFIX)}.")
    return file_name[-len(found):]


def planned_files(volume: Volume, to: str, name: str, *, materials: Sequence[Material] | None = None,
                  resample_to_cubic: bool = False, with_provenance: bool = True,
                  suffix: str = "") -> tuple[PlannedFile, ...]:
    """Return what an export would write, for the dialog, without writing anything.

    Parameters
    ----------
    volume : Volume
        Shape, voxel size and phases; ``outline(image)`` makes one.
    to : str
        Format key or alias.
    name : str
        Base name of the files.
    materials : sequence of Material, optional
        Material table of the GeoDict folder.
    resample_to_cubic : bool
        Whether GeoDict's volume may be resampled where voxels are no cubes.
    with_provenance : bool
        Whether a provenance record goes beside the volume; always with GeoDict.
    suffix : str
        Suffix of the main file, spelled otherwise than the format's own.

    Raises
    ------
    InputError
        Anything that would make the export fail for a reason known before.
    """
    chosen, base = format_named(to), check_name(name)
    if chosen.key == "geodict":
        return planned_bundle(bundle_for(volume, base, materials, resample_to_cubic=resample_to_cubic))
    main = base + (suffix or chosen.extension)
    record = (PlannedFile(f"{main}{RECORD_SUFFIX}", "record", PROVENANCE_BYTES),) if with_provenance else ()
    if chosen.key == "mhd":
        header = mhd_text(volume.shape, volume.voxel_size_um, f"{base}.raw")
        return (PlannedFile(main, "header", len(header)),
                PlannedFile(f"{base}.raw", "volume, x fastest", volume.n_voxels), *record)
    kind = "BigTIFF volume" if chosen.key in ("tiff", "ome-tiff") and needs_big_tiff(volume) else "volume"
    return (PlannedFile(main, kind, volume.n_voxels + 1000), *record)


def target_of(directory: Path, name: str, to: str, names: Sequence[str], on_existing: OnExisting) -> tuple[Path, str]:
    """Return folder and base name that an export ends up with.

    ``"beside"`` puts a GeoDict folder beside the one that is in the way
    (``geodict_2``) and other formats beside their namesake (``NAME_2``).
    """
    if on_existing != "beside" or not existing_files(directory, names):
        return directory, name
    if format_named(to).key == "geodict":
        return free_folder(directory.resolve()), name
    number = 2
    while existing_files(directory, [f"{name}_{number}{n[len(name):]}" for n in names]):
        number += 1
    return directory, f"{name}_{number}"


def write_volume(image: PhaseImage, to: str, directory: Path | str, name: str, *, on_existing: OnExisting = "error",
                 provenance: Mapping[str, Any] | None = None, materials: Sequence[Material] | None = None,
                 resample_to_cubic: bool = False, suffix: str = "") -> tuple[Path, ...]:
    """Write an image for another program; all files appear together or none.

    Parameters
    ----------
    image : PhaseImage
        The volume or section; its label values are written as they are
        (GeoDict: the material IDs).
    to : str
        Format key or alias.
    directory : path-like
        Folder for the files; made where it is missing. For GeoDict the
        folder itself is the bundle.
    name : str
        Base name of the files.
    on_existing : {"error", "beside", "backup", "overwrite"}
        What to do where one of the files is already there.
    provenance : mapping, optional
        Record written beside the volume.
    materials, resample_to_cubic, suffix
        See :func:`planned_files`.

    Returns
    -------
    tuple of Path
        The files written, the main one first.

    Raises
    ------
    InputError
        Unknown format, unusable name, file in the way, unknown or not cubic
        voxels for GeoDict, or a disk that refuses.
    """
    if on_existing not in ON_EXISTING:
        raise InputError("export.directory", f"{on_existing!r} is no way to treat existing files.",
                         f"Use {', '.join(ON_EXISTING)}.")
    chosen, base, volume = format_named(to), check_name(name), outline(image)
    folder = Path(directory)
    if folder.exists() and not folder.is_dir():
        raise InputError("export.directory", f"{folder} is a file, not a folder.", "Choose a folder.")

    def names_with(stem: str) -> list[str]:
        return [f.name for f in planned_files(volume, to, stem, materials=materials, suffix=suffix,
                                              resample_to_cubic=resample_to_cubic,
                                              with_provenance=provenance is not None)]

    folder, base = target_of(folder, base, to, names_with(base), on_existing)
    names = names_with(base)
    with staged(folder, names, on_existing) as aside:
        if chosen.key == "geodict":
            bundle = bundle_for(volume, base, materials, resample_to_cubic=resample_to_cubic)
            write_bundle(image, bundle, aside, provenance)
        else:
            _write_main(image, chosen.key, aside / names[0], volume)
            if provenance is not None:
                (aside / names[-1]).write_text(provenance_text(provenance), encoding="utf-8", newline="")
    return tuple(folder / n for n in names)


def _write_main(image: PhaseImage, key: str, path: Path, volume: Volume) -> None:
    if key == "tiff":
        write_tiff(image, path, volume)
    elif key == "ome-tiff":
        write_ome_tiff(image, path, volume)
    elif key == "vti":
        write_vti(image, path)
    elif key == "nrrd":
        write_nrrd(image, path)
    elif key == "npy":
        write_npy(image, path)
    else:
        raw = path.with_suffix(".raw")
        write_raw(image.labels, raw)
        path.write_text(mhd_text(image.shape, image.voxel_size_um, raw.name), encoding="utf-8", newline="")


def write_image(path: Path | str, image: PhaseImage, *, on_existing: OnExisting = "overwrite",
                provenance: Mapping[str, Any] | None = None) -> tuple[Path, ...]:
    """Write one image file, its format chosen by the suffix.

    Parameters
    ----------
    path : path-like
        ``.tif``, ``.ome.tif``, ``.vti``, ``.mhd``, ``.nrrd`` or ``.npy``, spelled as the user likes (``.TIFF``).
    image : PhaseImage
        The volume or section.
    on_existing, provenance
        See :func:`write_volume`.

    Raises
    ------
    InputError
        Unknown suffix, or anything :func:`write_volume` raises.
    """
    target = Path(path)
    suffix = writable_suffix(target.name)
    return write_volume(image, _BY_SUFFIX[suffix.casefold()], target.parent, target.name[:-len(suffix)],
                        on_existing=on_existing, provenance=provenance, suffix=suffix)
