"""Everything that can be asked for, in one table: menus, shortcuts, palette and the list of keys read it."""

from __future__ import annotations

from dataclasses import dataclass

from morphstudio.gui.steps import STEPS
from morphstudio.gui.units import LABELS, UNITS


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the table.

    Parameters
    ----------
    key : str
        Name in the code.
    title : str
        What it does, as a verb or a thing.
    keys : str
        Shortcut, as Qt writes it; empty for none.
    icon : str
        Phosphor name, or empty.
    menu : str
        Menu that shows it; empty where only pages do.
    group : int
        Commands of one menu with the same number stand together.
    checkable : bool
        Whether it is on or off.
    words : str
        Other words that people look for it by.
    """

    key: str
    title: str
    keys: str = ""
    icon: str = ""
    menu: str = ""
    group: int = 0
    checkable: bool = False
    words: str = ""


MENUS = ("File", "Edit", "View", "Window", "Help")
COMMANDS: tuple[Command, ...] = (
    Command("open", "Open image…", "Ctrl+O", "image", "File", 0, words="tiff segmented import load"),
    Command("open_stack", "Open stack folder…", "", "", "File", 0, words="series slices"),
    Command("add_image", "Add image…", "", "", "File", 0),
    Command("sample", "Open sample", "", "", "File", 0, words="example demo"),
    Command("open_model", "Open model file…", "", "", "File", 0, words="json"),
    Command("open_project", "Open project…", "Ctrl+Shift+O", "folder-open", "File", 1),
    Command("save", "Save project", "Ctrl+S", "floppy-disk", "File", 1),
    Command("save_as", "Save project as…", "Ctrl+Shift+S", "", "File", 1),
    Command("close_project", "Close project", "Ctrl+W", "", "File", 1, words="new welcome start over"),
    Command("save_model", "Save model file…", "", "", "File", 2, words="json"),
    Command("export", "Export…", "Ctrl+E", "export", "File", 2, words="geodict volume paraview avizo fiji"),
    Command("movie", "Export movie…", "Ctrl+Shift+E", "film-strip", "File", 2,
            words="video animation mp4 gif spin turn sweep slices"),
    Command("quit", "Quit", "Ctrl+Q", "", "File", 3, words="exit close"),
    Command("undo", "Undo", "Ctrl+Z", "arrow-u-up-left", "Edit", 0),
    Command("redo", "Redo", "Ctrl+Shift+Z", "arrow-u-up-right", "Edit", 0),
    Command("palette", "Commands…", "Ctrl+Shift+P", "magnifying-glass", "Edit", 1, words="search find palette"),
    Command("settings", "Settings…", "Ctrl+,", "gear-six", "Edit", 1, words="preferences options"),
    *(Command(step.key, step.title, f"Ctrl+{number}", step.icon, "View", 0, words="step")
      for number, step in enumerate(STEPS, start=1)),
    *(Command(f"unit_{unit}", LABELS[unit], "", "", "Length unit", 0, checkable=True, words="length unit")
      for unit in UNITS),
    Command("theme", "Dark theme", "Ctrl+Shift+T", "", "View", 2, words="light dark colours"),
    Command("full_screen", "Full screen", "Ctrl+Shift+F", "", "View", 2),
    Command("maximise", "Maximise panel", "F11", "arrows-out-simple", "Window", 1, words="enlarge zoom"),
    Command("fold", "Fold panel", "Shift+F11", "caret-up", "Window", 1, words="collapse open header"),
    Command("inspector", "Inspector", "Ctrl+I", "", "Window", 1, checkable=True, words="sidebar right"),
    Command("log", "Jobs and log", "Ctrl+J", "", "Window", 1, words="errors tray"),
    Command("reset_layout", "Reset layout", "", "arrow-counter-clockwise", "Window", 2, words="panels default"),
    Command("explain", "Formula and reference", "F1", "question", "Help", 0, words="help explain"),
    Command("shortcuts", "Keyboard shortcuts", "", "keyboard", "Help", 0, words="keys"),
    Command("log_file", "Open the log file", "", "", "Help", 1),
    Command("about", "About MorphStudio", "", "", "Help", 2, words="version licence"),
    Command("about_qt", "About Qt", "", "", "Help", 2),
)
# Keys that belong to what has the focus, or to one page; the page answers them itself.
PAGE_KEYS: tuple[tuple[str, str], ...] = (
    ("Wipe between calibrated and now", "W"), ("New seed", "R"), ("Previous slice", "["), ("Next slice", "]"),
)
SLIDER_KEYS: tuple[tuple[str, str], ...] = (("Move a slider one step, ten steps", "← →, Shift+← →"),)
MOUSE: tuple[tuple[str, str], ...] = (
    ("Slider back to the calibrated value", "double-click"),
    ("Zoom in a section", "mouse wheel, + and −"), ("Move a zoomed section", "drag, arrow keys"),
    ("Fit a section", "double-click, 0"), ("Maximise a panel", "double-click on its header"),
)


def command(key: str) -> Command:
    """Return a command by its key."""
    return next(line for line in COMMANDS if line.key == key)


