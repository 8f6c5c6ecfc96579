"""The validation card as plain text, tables and drawings; :mod:`.html` and the window's PDF put it on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from morphstudio.app.card.curves import ChordPlot, chord_plots
from morphstudio.app.card.rows import Row, table_rows
from morphstudio.app.card.tables import CardTable, Lengths, card_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from morphstudio.app.phase_colours import RGB
    from morphstudio.core.descriptors.values import Measurement, ModelMeasurement
    from morphstudio.core.validation import Finding, Validation

State = Literal["ok", "warn", "error"]
STATES: dict[str, State] = {"fits": "ok", "partly": "warn", "no": "error"}


@dataclass(frozen=True, slots=True)
class CardVerdict:
    """The plain verdict.

    Parameters
    ----------
    state : {"ok", "warn", "error"}
        It fits, fits except for the reasons, or does not suit the image.
    heading : str
        Its first words; ``reasons`` go on from them.
    reasons : tuple of str
        What keeps the model from fitting, each with its size and the scatter of realisations.
    sentences : tuple of str
        What else there is to say.
    errors : tuple of (str, float)
        Mean relative differences: of what, how large.
    """

    state: State
    heading: str
    reasons: tuple[str, ...]
    sentences: tuple[str, ...]
    errors: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Card:
    """What a validation card says.

    Parameters
    ----------
    title, subtitle, made : str
        Heading, what was measured, by what and when.
    verdict : CardVerdict, optional
        ``None`` where nothing was compared.
    findings : tuple of Finding
        By descriptor, what speaks against the model first.
    tables : tuple of CardTable
        What was fitted, what was not, and distances of curves.
    plots : tuple of ChordPlot
        Chord length distributions: one row for each direction, one column for each phase.
    plot_note : str
        What dots, line and band are.
    limits : tuple of str
        What the comparison does not show.
    remark : str
        What to know before reading, such as that the data are of an earlier image.
    facts : tuple of (str, str)
        Where everything came from.
    record : mapping
        The same for programs, plain data.
    script : str
        Lines of Python that measure the same again; empty where there are none.
    """

    title: str
    subtitle: str
    made: str
    verdict: CardVerdict | None = None
    findings: tuple[Finding, ...] = ()
    tables: tuple[CardTable, ...] = ()
    plots: tuple[ChordPlot, ...] = ()
    plot_note: str = ""
    limits: tuple[str, ...] = ()
    remark: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)
    script: str = ""


@dataclass(frozen=True)
class Compared:
    """What a card is about.

    Parameters
    ----------
    data : Measurement, optional
        The image.
    model : ModelMeasurement, optional
        Realisations of the model.
    validation : Validation, optional
        Their comparison.
    volumes : sequence of (str, Measurement)
        Further columns of the table, with their titles.
    """

    data: Measurement | None
    model: ModelMeasurement | None = None
    validation: Validation | None = None
    volumes: Sequence[tuple[str, Measurement]] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the descriptor table."""
        return table_rows(self.data, self.model, [volume for _, volume in self.volumes], self.validation)


def card_of(compared: Compared, lengths: Lengths, colours: Mapping[int, RGB], *, title: str, made: str,
            facts: Sequence[tuple[str, str]] = (), limits: Sequence[str] | None = None, remark: str = "",
            record: Mapping[str, Any] | None = None, script: str = "") -> Card:
    """Return the card of a comparison.

    Parameters
    ----------
    compared : Compared
        What was measured.
    lengths : Lengths
        The unit of lengths.
    colours : mapping of int to (int, int, int)
        Colour of each phase by its label.
    title, made, facts, limits, remark, record, script
        See :class:`Card`; without ``limits``, those of the validation.
    """
    validation = compared.validation
    limits = limits if limits is not None else () if validation is None else validation.limits
    return Card(
        title, _subtitle(compared), made, None if validation is None else _verdict(validation),
        () if validation is None else tuple(sorted(validation.findings, key=lambda finding: finding.agrees)),
        card_tables(compared.rows, validation, [name for name, _ in compared.volumes], lengths, colours,
                    n_realisations=0 if compared.model is None else compared.model.n_realisations),
        chord_plots(compared.data, compared.model, validation, lengths, colours), _plot_note(compared),
        tuple(limits), remark, tuple(facts), record or {}, script)


def _subtitle(compared: Compared) -> str:
    told = []
    if compared.data is not None:
        told.append(compared.data.name or "The image")
    if compared.model is not None:
        n = compared.model.n_realisations
        told.append(f"{'the' if told else 'The'} model, {n} realisation{'s' * (n > 1)}")
    return " against ".join(told)


def _verdict(validation: Validation) -> CardVerdict:
    heading, reasons, sentences = validation.title, validation.reasons, [validation.summary]
    if reasons:
        heading = validation.text.partition(reasons[0])[0].strip()
    elif ": " in validation.text:
        rest = validation.text.partition(": ")[2]
        sentences = [rest[:1].upper() + rest[1:]]
    if validation.use is not None:
        sentences.append(validation.use.text)
    errors = [(words, error) for words, error in (
        ("not fitted", validation.held_out_error), ("fitted", validation.fitted_error)) if error is not None]
    return CardVerdict(STATES[validation.grade], heading, reasons, tuple(sentences), tuple(errors))


def _plot_note(compared: Compared) -> str:
    parts = ["dots: image"] if compared.data is not None else []
    if compared.model is not None:
        parts.append(f"line and band: mean ± 2 sd over {compared.model.n_realisations} realisations of the model")
    ensemble = None if compared.validation is None else compared.validation.ensemble
    if ensemble is not None:
        parts.append(f"broken lines: mean ± 2 sd over {ensemble.measurement.n_realisations} models, the uncertainty of "
                     "their parameters included")
    told = "; ".join(parts)
    return f"{told[:1].upper()}{told[1:]}." if told else ""
