"""Runs the app in a process of its own up to the middle of a calibration, to be killed there.

cut_off.py IMAGE: opens IMAGE, names its phases, confirms the voxel size and starts the calibration.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

PHASES = (("se", "electrolyte"), ("am", "active material"), ("pore", "pore"))
STARTS = 1


def main() -> int:
    from hand import choose, click, type_into
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication
    from steps import Walk

    from morphstudio.gui.application import Application

    app = QApplication(sys.argv[:1])
    application = Application(app)
    application.start()
    walk = Walk(application)
    walk.open_file(Path(sys.argv[1]))
    walk.say_phases(PHASES)
    walk.confirm_voxel_size("0.2")
    click(walk.page("data").calibrate_button)
    page = walk.page("calibrate")
    choose(page.inspector.cut, "anywhere")
    type_into(page.inspector.starts, str(STARTS), Qt.Key.Key_Tab)
    click(page.start_button)
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
