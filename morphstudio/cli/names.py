"""The names of the commands, cheap to import."""

from __future__ import annotations

COMMANDS = ("info", "measure", "calibrate", "generate", "validate", "export", "demo")
LATER = ("study", "particles")
