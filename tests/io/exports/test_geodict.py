"""The GeoDict folder: names, numbers, macro and read-me as a GeoDict user needs them."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import SimpleITK as sitk

from morphstudio.core.errors import InputError
from morphstudio.core.phases import Phase, phase_image
from morphstudio.io.exports import Material, default_materials, outline, planned_files, write_volume
from morphstudio.io.images import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from morphstudio.core.phases import PhaseImage

DOCUMENTED = {"FileName", "VoxelLength", "ResampleToVoxel", "HeaderSize", "ThresholdValue", "IsRawFile", "IsBigEndian",
              "ImageDimensions", "CutImage",
              *(f"{stem}{axis}" for stem in ("Dimension", "CutStart", "CutLength") for axis in "XYZ")}


@pytest.fixture
def cubic(marker: PhaseImage) -> PhaseImage:
    return replace(marker, voxel_size_um=(0.2, 0.2, 0.2))


def macro_arguments(text: str) -> dict[str, Any]:
    """Return the argument table of the import command, read without running the macro."""
    tree = ast.parse(text)
    tables = [node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)]
    assert len(tables) == 1
    found: dict[str, Any] = ast.literal_eval(tables[0])
    return found


def run_macro(path: Path) -> list[tuple[str, dict[str, Any], str]]:
    """Run a macro with a stand-in for GeoDict and return the commands it gives."""
    calls: list[tuple[str, dict[str, Any], str]] = []

    class GeoDict:
        def runCmd(self, name: str, arguments: dict[str, Any], release: str) -> None:  # noqa: N802 - GeoDict's name
            calls.append((name, arguments, release))

    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), {"gd": GeoDict(), "__file__": str(path)})
    return calls


def test_that_the_bundle_holds_the_five_files(cubic: PhaseImage, tmp_path: Path) -> None:
    written = write_volume(cubic, "geodict", tmp_path / "geodict", "assb")
    assert {p.name for p in written} == {"assb_0.2um_8bu_11x7x5.raw", "assb.mhd", "assb_import.py", "README.txt",
                                        "provenance.json"}


def test_that_the_raw_file_holds_material_ids_x_fastest(cubic: PhaseImage, tmp_path: Path) -> None:
    raw = write_volume(cubic, "geodict", tmp_path, "assb")[0]
    ids = np.fromfile(raw, np.uint8).reshape(5, 7, 11)
    assert np.array_equal(ids == 0, cubic.labels == 3)
    assert np.array_equal(ids == 1, cubic.labels == 1)
    assert np.array_equal(ids == 2, cubic.labels == 2)


def test_that_itk_opens_the_header_on_the_same_raw_file(cubic: PhaseImage, tmp_path: Path) -> None:
    written = write_volume(cubic, "geodict", tmp_path, "assb")
    image = sitk.ReadImage(str(tmp_path / "assb.mhd"))
    assert image.GetSpacing() == pytest.approx((0.2, 0.2, 0.2))
    assert np.array_equal(sitk.GetArrayFromImage(image), np.fromfile(written[0], np.uint8).reshape(5, 7, 11))


def test_that_the_macro_uses_documented_keys_only(cubic: PhaseImage, tmp_path: Path) -> None:
    arguments = macro_arguments(write_volume(cubic, "geodict", tmp_path, "assb")[2].read_text(encoding="utf-8"))
    materials = {key for key in arguments if re.fullmatch(r"Material\d{2,3}", key)}
    assert set(arguments) - materials == DOCUMENTED
    assert materials == {"Material00", "Material01", "Material02"}
    assert all(set(arguments[key]) == {"Type", "Name", "Information"} for key in materials)


def test_that_the_macro_states_size_and_voxel_length_in_metres(cubic: PhaseImage, tmp_path: Path) -> None:
    arguments = macro_arguments(write_volume(cubic, "geodict", tmp_path, "assb")[2].read_text(encoding="utf-8"))
    assert [arguments[f"Dimension{a}"] for a in "XYZ"] == [11, 7, 5]
    assert [arguments[f"CutLength{a}"] for a in "XYZ"] == [11, 7, 5]
    assert [arguments[f"CutStart{a}"] for a in "XYZ"] == [1, 1, 1]
    assert arguments["VoxelLength"] == 2e-7
    assert (arguments["HeaderSize"], arguments["IsRawFile"], arguments["IsBigEndian"]) == (0, True, False)
    assert (arguments["ImageDimensions"], arguments["CutImage"], arguments["ThresholdValue"]) == ("Auto", False, 0.5)
    assert arguments["Material00"] == {"Type": "Fluid", "Name": "Manual", "Information": "pore"}
    assert arguments["Material01"]["Type"] == "Solid"


def test_that_the_macro_runs_and_finds_the_raw_file_wherever_the_folder_lies(cubic: PhaseImage, tmp_path: Path) -> None:
    write_volume(cubic, "geodict", tmp_path / "first", "assb")
    (tmp_path / "first").rename(tmp_path / "moved")
    (name, arguments, release), = run_macro(tmp_path / "moved" / "assb_import.py")
    assert name == "ImportGeoVol:Import"
    assert release.isdigit()
    assert arguments["FileName"] == str(tmp_path / "moved" / "assb_0.2um_8bu_11x7x5.raw")
    assert set(arguments) - DOCUMENTED == {"Material00", "Material01", "Material02"}


@pytest.mark.parametrize("name", ["it's", "a{b}", "grün 1", "x_%s"])
def test_that_odd_names_give_a_macro_that_parses(name: str, cubic: PhaseImage, tmp_path: Path) -> None:
    phases = tuple(replace(p, name=f"{p.name}'\"\\{name}") for p in cubic.phases)
    macro = write_volume(cubic.with_phases(phases), "geodict", tmp_path, name)[2]
    (_, arguments, _), = run_macro(macro)
    assert arguments["FileName"].endswith(f"{name}_0.2um_8bu_11x7x5.raw")
    assert name in arguments["Material01"]["Information"]


def test_that_the_readme_says_what_to_do(cubic: PhaseImage, tmp_path: Path) -> None:
    text = write_volume(cubic, "geodict", tmp_path, "assb")[3].read_text(encoding="utf-8")
    for wanted in ("11 x 7 x 5", "0.2 um = 2e-07 m", "x fastest", "assb_import.py", "0.5, 1.5", "pore", "se", "am"):
        assert wanted in text
    fractions = dict(zip((p.name for p in cubic.phases), cubic.fractions, strict=True))
    assert re.search(rf"0 +Fluid +pore +3 +{fractions['pore']:.4f}", text)


def test_that_the_record_keeps_what_it_was_given_and_the_material_table(cubic: PhaseImage, tmp_path: Path) -> None:
    written = write_volume(cubic, "geodict", tmp_path, "assb", provenance={"seed": 7})
    record = json.loads(written[4].read_text(encoding="utf-8"))
    assert record["seed"] == 7
    assert record["export"]["shape_zyx"] == [5, 7, 11]
    assert {m["label"]: m["material_id"] for m in record["export"]["materials"]} == {1: 1, 2: 2, 3: 0}


def test_that_a_phase_on_label_0_changes_places_with_the_pore(cubic: PhaseImage) -> None:
    image = phase_image(np.array([[0, 1, 2]] * 2), (0.1, 0.1, 0.1), {0: "se", 1: "am", 2: "pore"})
    ids = {m.name: m.material_id for m in default_materials(image.phases)}
    assert ids == {"pore": 0, "am": 1, "se": 2}


def test_that_labels_stay_material_ids_where_no_phase_is_a_pore(tmp_path: Path) -> None:
    labels = np.array([[[0, 200], [7, 7]], [[0, 0], [200, 7]]], np.uint8)
    image = phase_image(labels, (1.0, 1.0, 1.0))
    raw = write_volume(image, "geodict", tmp_path, "v")[0]
    assert np.array_equal(np.fromfile(raw, np.uint8).reshape(2, 2, 2), labels)
    arguments = macro_arguments((tmp_path / "v_import.py").read_text(encoding="utf-8"))
    assert {"Material00", "Material07", "Material200"} < set(arguments)


def test_that_the_material_table_can_be_chosen(cubic: PhaseImage, tmp_path: Path) -> None:
    table = [Material(1, 5, "Porous", "se"), Material(2, 9, "Solid", "am"), Material(3, 1, "Fluid", "pore")]
    raw = write_volume(cubic, "geodict", tmp_path, "v", materials=table)[0]
    ids = np.fromfile(raw, np.uint8).reshape(5, 7, 11)
    assert np.array_equal(ids, np.array([0, 5, 9, 1], np.uint8)[cubic.labels])


@pytest.mark.parametrize("table", [
    [Material(1, 0, "Solid", "a"), Material(2, 0, "Solid", "b"), Material(3, 1, "Solid", "c")],
    [Material(1, 0, "Solid", "a"), Material(2, 1, "Solid", "b")],
    [Material(1, 0, "Solid", "a"), Material(2, 256, "Solid", "b"), Material(3, 1, "Solid", "c")],
    [Material(1, 0, "Gas", "a"), Material(2, 2, "Solid", "b"), Material(3, 1, "Solid", "c")],  # type: ignore[arg-type]
])
def test_that_a_wrong_material_table_is_refused(table: list[Material], cubic: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_volume(cubic, "geodict", tmp_path / "new", "v", materials=table)
    assert caught.value.field == "export.materials"
    assert not (tmp_path / "new").exists()


def test_that_voxels_that_are_no_cubes_are_refused_with_a_way_out(marker: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cubes.*resample") as caught:
        write_volume(marker, "geodict", tmp_path / "new", "v")
    assert caught.value.field == "export.voxel_size"
    assert not (tmp_path / "new").exists()


def test_that_voxels_become_cubes_of_the_finest_edge_on_request(tmp_path: Path) -> None:
    labels = np.random.default_rng(2).integers(1, 4, (4, 6, 5)).astype(np.uint8)
    image = phase_image(labels, (0.6, 0.3, 0.9))
    written = write_volume(image, "geodict", tmp_path, "v", resample_to_cubic=True)
    assert written[0].name == "v_0.3um_8bu_15x6x8.raw"
    expected = labels.repeat(2, axis=0).repeat(3, axis=2)
    assert np.array_equal(np.fromfile(written[0], np.uint8).reshape(8, 6, 15), expected)
    assert open_image(tmp_path / "v.mhd").voxel_size_um == (0.3, 0.3, 0.3)
    assert "5 x 6 x 4" in written[3].read_text(encoding="utf-8")


def test_that_a_section_needs_no_cubes_across_its_plane(tmp_path: Path) -> None:
    image = phase_image(np.array([[1, 2, 1], [2, 2, 1]]), (9.0, 0.3, 0.3))
    written = write_volume(image, "geodict", tmp_path, "v")
    assert written[0].name == "v_0.3um_8bu_3x2x1.raw"


def test_that_an_unknown_voxel_size_is_refused(cubic: PhaseImage, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="voxel size"):
        write_volume(cubic.with_voxel_size(None), "geodict", tmp_path / "new", "v")
    assert not (tmp_path / "new").exists()


def test_that_the_dialog_sees_the_files_without_anything_written(cubic: PhaseImage, tmp_path: Path) -> None:
    files = planned_files(outline(cubic), "geodict", "assb_d")
    assert [f.name for f in files][:3] == ["assb_d_0.2um_8bu_11x7x5.raw", "assb_d.mhd", "assb_d_import.py"]
    assert files[0].n_bytes == 385
    assert list(tmp_path.iterdir()) == []


def test_that_a_phase_called_a_pore_is_a_fluid_without_a_role() -> None:
    materials = default_materials((Phase(1, "NMC"), Phase(3, "Pores")))
    assert [(m.material_id, m.kind) for m in materials] == [(1, "Solid"), (0, "Fluid")]
