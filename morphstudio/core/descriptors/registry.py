"""The descriptors there are: what each means, by which formula, from which source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from morphstudio.core.errors import InputError
from morphstudio.core.parameters import check_names

if TYPE_CHECKING:
    from collections.abc import Sequence

OHSER = "J. Ohser, K. Schladitz, 3D Images of Materials Structures, Wiley-VCH 2009"
CHIU = "S. N. Chiu, D. Stoyan, W. S. Kendall, J. Mecke, Stochastic Geometry and its Applications, Wiley 2013"
TORQUATO = "S. Torquato, Random Heterogeneous Materials, Springer 2002"
LU = "B. Lu, S. Torquato, Lineal-path function for random heterogeneous materials, Phys. Rev. A 45, 922 (1992)"
KAPLAN = "E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53, 457 (1958)"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What the product knows about one descriptor.

    Parameters
    ----------
    key : str
        Name in files and on the command line.
    title : str
        Name for people.
    symbol : str
        Short symbol for table heads and plots.
    dimension : int
        Power of length of its unit: 1 → µm, −1 → µm⁻¹, 0 → dimensionless.
        For a curve: of its argument.
    directional : bool
        Whether there is one value for each axis.
    kind : {"value", "curve"}
        A number, or a curve over lengths.
    fitted : bool
        Whether two-point statistics, which a calibration fits, determine it;
        the others are held out and test the model.
    description : str
        What it says about the structure, in one sentence.
    formula : str
        Definition, in Unicode mathematics.
    convention : str
        How it is estimated on voxels.
    reference : str
        Source.
    """

    key: str
    title: str
    symbol: str
    dimension: int
    directional: bool
    kind: Literal["value", "curve"]
    fitted: bool
    description: str
    formula: str
    convention: str
    reference: str

    @property
    def unit(self) -> str:
        """Unit where the voxel size is known."""
        return self.unit_in("um")

    def unit_in(self, length_unit: str, n_axes: int = 3) -> str:
        """Return the unit; densities per volume become densities per area in a section."""
        dimension = -n_axes if self.dimension == -3 else self.dimension
        if dimension == 0:
            return "1"
        exponent = "" if abs(dimension) == 1 else f"^{abs(dimension)}"
        return f"{length_unit}{exponent}" if dimension > 0 else f"1/{length_unit}{exponent}"

    @property
    def noun(self) -> str:
        """The title inside a sentence."""
        return self.title if self.title.startswith("Euler") else self.title[0].lower() + self.title[1:]

    @property
    def tooltip(self) -> str:
        """Description, formula, convention and source as one text."""
        return f"{self.description}\n{self.formula}\n{self.convention}\n{self.reference}"


_ALL = (
    Descriptor(
        "volume_fraction", "Volume fraction", "ε", 0, directional=False, kind="value", fitted=True,
        description="Share of the volume (of the area, in a section) that the phase fills.",
        formula="ε = voxels of the phase / all voxels",
        convention="Counted over the whole image, and for each slice to see whether the image is uniform.",
        reference=OHSER,
    ),
    Descriptor(
        "specific_surface_area", "Specific surface area", "S_V", -1, directional=False, kind="value", fitted=True,
        description="Area of the phase's boundary per total volume.",
        formula="S_V = 4 Σ_d w_d (ε − C(d)) / |d|",
        convention=(
            "Crofton formula over the 13 directions d of 2×2×2 voxel configurations (w = 0.0916, 0.0740, 0.0704 for "
            "cubes; otherwise the share of the unit sphere nearest to ±d); ε − C(d) is half the share of voxel pairs "
            "with one end in the phase, over all pairs inside the image. In a section four directions give 4 L_A/π, "
            "which equals the value in space only for an isotropic structure. The value belongs to the voxel size."
        ),
        reference=OHSER,
    ),
    Descriptor(
        "mean_chord_length", "Mean chord length", "ℓ", 1, directional=True, kind="value", fitted=True,
        description="Mean length of the pieces that a straight line along the axis cuts out of the phase.",
        formula="ℓ = ε Δ / (ε − C(Δ))",
        convention=(
            "Phase voxels per line divided by chord starts per line, both counted over the whole image, so that chords "
            "cut by the border do no harm. The mean over complete chords, which is smaller because long chords are "
            "cut more often, stands with the chord length distribution."
        ),
        reference=CHIU,
    ),
    Descriptor(
        "chord_length_distribution", "Chord length distribution", "F", 1, directional=True, kind="curve", fitted=False,
        description="Share of the chords along the axis that are not longer than a given length.",
        formula="F(r) = P(chord ≤ r)",
        convention=(
            "Chords cut by the border are left out, or, on request, used as lower bounds of their length "
            "(Kaplan–Meier over the chords seen to start, from either end)."
        ),
        reference=f"{OHSER}; {KAPLAN}",
    ),
    Descriptor(
        "lineal_path", "Lineal path function", "L", 1, directional=True, kind="curve", fitted=False,
        description="Probability that a line segment of a given length along the axis lies wholly inside the phase.",
        formula="L(kΔ) = P(voxels 0, 1, …, k of a line are all in the phase), L(0) = ε",
        convention="Over all segments of k + 1 voxels inside the image; L(Δ) = C(Δ).",
        reference=LU,
    ),
    Descriptor(
        "euler_number", "Euler number with borders", "χ", 0, directional=False, kind="value", fitted=False,
        description="Pieces minus tunnels plus cavities of the phase in the image (in a section: pieces minus holes).",
        formula="χ = vertices − edges + faces − cubes of the union of closed voxels",
        convention=(
            "Voxels of the phase that share a corner are connected (26 neighbours; 8 in a section), those of the "
            "complement if they share a face (6; 4). The phase ends at the image border, where tunnels "
            "are cut open and parts cut off count as pieces, so that the sign can differ from the density's. Grows "
            "with the image."
        ),
        reference=OHSER,
    ),
    Descriptor(
        "euler_number_density", "Euler number density", "χ_V", -3, directional=False, kind="value", fitted=False,
        description="Euler number per volume (per area, in a section), free of the border; negative: well connected.",
        formula="χ_V = (p_vertex − p_edge + p_face − p_cube) / voxel volume",
        convention=(
            "Shares of 2×2×2, 2×2, 2 and 1 voxel blocks inside the image that meet the phase; same neighbourhoods as "
            "the Euler number. Comparable between images of different size."
        ),
        reference=OHSER,
    ),
    Descriptor(
        "two_point", "Two-point function", "C", 1, directional=True, kind="curve", fitted=True,
        description="Probability that two points at a given distance along the axis both lie in the phase.",
        formula="C(h) = P(o ∈ phase, o + h ∈ phase), C(0) = ε",
        convention="Exact counts over all voxel pairs inside the image, up to half its length and at most 100 voxels.",
        reference=TORQUATO,
    ),
)

DESCRIPTORS: dict[str, Descriptor] = {descriptor.key: descriptor for descriptor in _ALL}
"""All descriptors by key, in the order of tables."""

LATER = ("mean_geodesic_tortuosity", "constrictivity", "m_factor")
"""Descriptors of a later version; all depend on direction and have no unit."""

LATER_REASON = "not available yet"


def check_descriptors(keys: Sequence[str]) -> None:
    """Raise for what cannot be measured.

    Raises
    ------
    InputError
        No key, one of a later version, or an unknown one; the nearest right one is named.
    """
    now = f"Choose from {', '.join(DESCRIPTORS)}."
    if not keys:
        raise InputError("descriptors", "No descriptor is chosen.", now)
    for key in keys:
        if key in LATER:
            raise InputError(f"descriptors.{key}", f"{key} is {LATER_REASON}.", now)
    check_names(keys, DESCRIPTORS, "descriptors")
