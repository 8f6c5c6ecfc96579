"""``morphstudio measure``: descriptors of an image."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from morphstudio.app.work.measure import MeasureJob
from morphstudio.cli.arguments import axes, names
from morphstudio.cli.images import add_image_options, open_images
from morphstudio.cli.output import add_output_options, check_target, print_text, table, write_result
from morphstudio.core.descriptors.registry import DESCRIPTORS, LATER, LATER_REASON, check_descriptors

if TYPE_CHECKING:
    import argparse

    from morphstudio.cli.monitor import Monitor
    from morphstudio.core.descriptors.values import Measurement


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("image", metavar="IMAGE", help="image file, or folder of slices")
    add_image_options(parser)
    parser.add_argument("--descriptors", default="all", metavar="all|a,b,..",
                        help=f"what to measure: {', '.join(DESCRIPTORS)}; default: all")
    parser.add_argument("--axis", metavar="z", help="direction, or several with commas; default: all of the image")
    add_output_options(parser, "OUT.json",
                       "write to this file; else JSON to stdout, or a table where stdout is a terminal")


def run(arguments: argparse.Namespace, monitor: Monitor) -> None:
    """Measure and write."""
    from morphstudio.core.descriptors.report import to_json

    check_target(arguments)
    chosen = None if arguments.descriptors == "all" else names(arguments.descriptors)
    if chosen is not None:
        check_descriptors(chosen)
    directions = None if arguments.axis is None else axes(arguments.axis)
    entry, = open_images(monitor, arguments, [arguments.image])
    measurement = monitor.run(MeasureJob(entry.image, chosen, directions))
    if arguments.output is None and sys.stdout.isatty():
        print_text(value_table(measurement))
    else:
        content = to_json(measurement)
        if chosen is None:
            _name_later_ones(content)
        write_result(content, arguments, monitor)


def _name_later_ones(content: dict[str, Any]) -> None:
    """Let scripts find every documented key; what cannot be measured yet is null and says why."""
    leaf = {"value": None, "unit": "1", "reason": LATER_REASON}
    for tree in content["phases"].values():
        tree |= {key: dict.fromkeys(tree["mean_chord_length"], leaf) for key in LATER}


def value_table(measurement: Measurement) -> str:
    """Return the single numbers of a measurement, one row a descriptor, one column a phase."""
    from morphstudio.core.descriptors.report import rows

    phases = [phase.phase for phase in measurement.phases]
    lines: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows(measurement):
        value = row.cells[0].value
        shown = "–" if value is None else f"{value:.4g}".replace("-", "−")
        lines.setdefault((row.title, row.axis, row.unit), {})[row.phase] = shown
    return table(("", *phases), [
        (f"{title}{f' along {axis}' if axis else ''}{'' if unit == '1' else f' ({unit})'}",
         *(cells.get(phase, "") for phase in phases)) for (title, axis, unit), cells in lines.items()])
