"""Prints where the window stands still while both engines work, against 100 ms.

    bash packaging/with-display .venv/bin/python tests/benchmarks/stalls.py

Exits 1 where the window itself held its event loop for longer, outside rendering. Run it on a quiet machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "gui" / "walk"))

from real_window import real_window

LONGEST_STALL = 0.1


def main() -> int:
    with real_window(1280, 800) as (application, _):
        from busy_engines import open_section_and_model, turn_pages_beside_engines
        from heartbeat import Heartbeat

        heartbeat = Heartbeat()
        try:
            heartbeat.wrap_all()
            open_section_and_model(application)
            turn_pages_beside_engines(application, heartbeat)
        finally:
            heartbeat.stop()
    print(heartbeat.report(LONGEST_STALL))
    return 1 if heartbeat.over(LONGEST_STALL) else 0


if __name__ == "__main__":
    sys.exit(main())
