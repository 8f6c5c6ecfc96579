"""Damaged files of every format end in an image or in one typed sentence, quickly and in little memory."""

from __future__ import annotations

import re
import resource
import sys
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path

import nrrd
import numpy as np
import pytest
import tifffile
from PIL import Image

from morphstudio.core.errors import InputError
from morphstudio.core.phases import PhaseImage, phase_image
from morphstudio.io.exports import write_volume
from morphstudio.io.images import limits, open_image

N_MUTATIONS = 300
FREE_MEMORY = 32 << 20
Rng = np.random.Generator

LABELS = np.random.default_rng(3).choice(np.array([1, 2, 3], np.uint8), (4, 9, 13))
IMAGE = phase_image(LABELS, (0.5, 0.3, 0.398))


def exported(to: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        return write_volume(IMAGE, to, folder, "volume")[0]
    return make


def tiff(name: str, **options: object) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        tifffile.imwrite(folder / name, LABELS, photometric="minisblack", **options)
        return folder / name
    return make


def lzw_tiff(folder: Path) -> Path:
    pages = [Image.fromarray(page) for page in LABELS]
    pages[0].save(folder / "lzw.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return folder / "lzw.tif"


def png(folder: Path) -> Path:
    Image.fromarray(LABELS[0]).save(folder / "section.png")
    return folder / "section.png"


def palette_png(folder: Path) -> Path:
    picture = Image.fromarray(LABELS[0], mode=None).convert("P")
    picture.save(folder / "palette.png")
    return folder / "palette.png"


def raw_nrrd(folder: Path) -> Path:
    nrrd.write(str(folder / "raw.nrrd"), LABELS, {"encoding": "raw", "spacings": [0.4, 0.3, 0.5]}, index_order="C")
    return folder / "raw.nrrd"


def text_nrrd(folder: Path) -> Path:
    nrrd.write(str(folder / "text.nrrd"), LABELS, {"encoding": "ascii"}, index_order="C")
    return folder / "text.nrrd"


def mha(folder: Path) -> Path:
    head = ("ObjectType = Image\nNDims = 3\nDimSize = 13 9 4\nElementSpacing = 0.4 0.3 0.5\nCompressedData = True\n"
            "ElementType = MET_UCHAR\nElementDataFile = LOCAL\n")
    (folder / "volume.mha").write_bytes(head.encode() + zlib.compress(LABELS.tobytes()))
    return folder / "volume.mha"


def ascii_vti(folder: Path) -> Path:
    numbers = " ".join(str(v) for v in LABELS.ravel())
    (folder / "ascii.vti").write_text(
        '<?xml version="1.0"?><VTKFile type="ImageData" version="0.1" byte_order="LittleEndian"><ImageData '
        'WholeExtent="0 13 0 9 0 4" Origin="0 0 0" Spacing="0.4 0.3 0.5"><Piece Extent="0 13 0 9 0 4"><CellData>'
        f'<DataArray type="UInt8" Name="labels" format="ascii">{numbers}</DataArray></CellData></Piece></ImageData>'
        "</VTKFile>")
    return folder / "ascii.vti"


MAKERS = {
    "imagej-tiff": exported("tiff"), "ome-tiff": exported("ome-tiff"), "plain-tiff": tiff("plain.tif"),
    "big-tiff": tiff("big.tif", bigtiff=True, byteorder=">"), "tiled-tiff": tiff("tiled.tif", tile=(16, 16)),
    "zip-tiff": tiff("zip.tif", compression="zlib", predictor=True), "lzma-tiff": tiff("lzma.tif", compression="lzma"),
    "lzw-tiff": lzw_tiff, "png": png, "palette-png": palette_png, "npy": exported("npy"), "mhd": exported("mhd"),
    "mha": mha, "nrrd": exported("nrrd"), "raw-nrrd": raw_nrrd, "text-nrrd": text_nrrd, "vti": exported("vti"),
    "ascii-vti": ascii_vti,
}
NUMBERS = (b"0", b"-1", b"1e400", b"nan", b"99999999999", b"4294967296", b"2147483647", b"65536", b"x", b"")


def truncated(data: bytearray, rng: Rng) -> bytes:
    return bytes(data[:rng.integers(0, len(data))])


def flipped(data: bytearray, rng: Rng) -> bytes:
    for _ in range(rng.integers(1, 9)):
        data[rng.integers(0, len(data))] ^= 1 << rng.integers(0, 8)
    return bytes(data)


def flipped_head(data: bytearray, rng: Rng) -> bytes:
    for _ in range(rng.integers(1, 5)):
        data[rng.integers(0, min(len(data), 400))] = rng.choice((0, 1, 2, 8, 127, 128, 254, 255, rng.integers(256)))
    return bytes(data)


def other_number(data: bytearray, rng: Rng) -> bytes:
    """Replace one number that stands in the header as text."""
    found = list(re.finditer(rb"(?<![\w.])\d+(\.\d+)?", bytes(data[:1500])))
    if not found:
        return flipped_head(data, rng)
    at = found[rng.integers(len(found))]
    return bytes(data[:at.start()]) + NUMBERS[rng.integers(len(NUMBERS))] + bytes(data[at.end():])


def word_changed(data: bytearray, rng: Rng) -> bytes:
    """Overwrite four bytes by a 32-bit number, as counts and offsets are stored."""
    value = int(rng.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x10000, len(data), len(data) - 4, 1 << 28)))
    at = int(rng.integers(0, max(1, len(data) - 4)))
    data[at:at + 4] = value.to_bytes(4, "little" if rng.integers(2) else "big")
    return bytes(data)


def piece_moved(data: bytearray, rng: Rng) -> bytes:
    start, length, target = rng.integers(0, len(data), 3)
    piece = data[start:start + length % 200]
    return bytes(data[:target] + piece + data[target:]) if rng.integers(2) else bytes(data[:start] + data[start + 9:])


MUTATIONS = (truncated, flipped, flipped_head, other_number, word_changed, piece_moved)


def outcome(path: Path) -> PhaseImage | InputError:
    try:
        return open_image(path)
    except InputError as error:
        return error


@pytest.mark.parametrize("kind", MAKERS)
def test_that_a_damaged_file_is_read_or_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = MAKERS[kind](tmp_path)
    intact = path.read_bytes()
    assert np.array_equal(open_image(path).labels, LABELS[:1] if "png" in kind else LABELS)
    monkeypatch.setattr(limits, "free_memory", lambda: FREE_MEMORY)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rng = np.random.default_rng(zlib.crc32(kind.encode()))
    refused = 0
    for number in range(N_MUTATIONS):
        path.write_bytes(MUTATIONS[number % len(MUTATIONS)](bytearray(intact), rng))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            result = outcome(path)
        if isinstance(result, InputError):
            refused += 1
            check_sentence(result)
        else:
            assert 2 <= len(result.phases) <= 4
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / (1 if sys.platform == "darwin" else 1024)
    assert grown < 300, "more memory than any of these small files can need (MB)"
    assert refused > N_MUTATIONS // 10


def check_sentence(error: InputError) -> None:
    assert error.field
    assert error.message.endswith(".") or error.message.endswith("!")
    assert error.hint
    assert "\n" not in str(error)
    assert len(str(error)) < 500
