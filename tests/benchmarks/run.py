"""Prints what the product's work costs, beside what else does that work.

    .venv/bin/python tests/benchmarks/run.py                  everything (about half an hour)
    .venv/bin/python tests/benchmarks/run.py generate section some of it
    .venv/bin/python tests/benchmarks/run.py --small          tiny sizes: shows that the scripts run, no figures

Run it on a quiet machine. Every ratio compares two things timed in the same run.
"""

from __future__ import annotations

import argparse
import importlib
import platform

from measuring import Row, table

# Name: module and function; imported one by one, so that one heavy import burdens no other figure.
BENCHMARKS = {
    "generate": ("generate", "rows"),
    "section": ("previews", "section"),
    "block": ("previews", "block"),
    "surfaces": ("surfaces", "rows"),
    "two-point": ("two_point", "rows"),
    "calibration": ("calibration", "rows"),
    "triage": ("calibration", "triage"),
    "start-up": ("start_up", "rows"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--small", action="store_true", help="tiny sizes, for a look whether the scripts run")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {unknown.pop()!r}; there are: {', '.join(BENCHMARKS)}")
    print(f"Python {platform.python_version()}, {platform.machine()}" + (", SMALL: no figures" if chosen.small else ""))
    rows: list[Row] = []
    for name in chosen.names or BENCHMARKS:
        module, function = BENCHMARKS[name]
        found = getattr(importlib.import_module(module), function)(chosen.small)
        print(table(found, judge=not chosen.small), flush=True)
        print()
        rows += found
    if len(chosen.names) != 1:
        print(table(rows, judge=not chosen.small))


if __name__ == "__main__":
    main()
