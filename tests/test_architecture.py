"""The house rules that no linter checks."""

import ast
import pickle
import subprocess
import sys
from pathlib import Path

import morphstudio
from morphstudio.core.models.excursion_set import excursion_set
from morphstudio.core.twopoint.closed_form import phase_values
from morphstudio.core.twopoint.sensitivity import sensitivities

PACKAGE = Path(morphstudio.__file__).parent
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40
WINDOW_LIBRARIES = {"PySide6", "shiboken6", "qtpy", "pyvista", "pyvistaqt", "pyqtgraph", "qtawesome", "superqt"}
HEAVY_LIBRARIES = {"torch", "vtkmodules", "numba"}

IMPORT_ALL = """
import importlib, pkgutil, sys
import morphstudio
for layer in {layers!r}:
    package = importlib.import_module("morphstudio." + layer)
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
print(" ".join(sorted({{name.split(".")[0] for name in sys.modules}})))
"""


def loaded_after(code: str) -> set[str]:
    """Return the top-level modules a fresh Python process holds after ``code``."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


def test_that_everything_but_the_window_runs_without_window_libraries() -> None:
    loaded = loaded_after(IMPORT_ALL.format(layers=("core", "io", "app", "cli")))
    assert not loaded & WINDOW_LIBRARIES


def test_that_the_window_is_there_before_the_heavy_libraries() -> None:
    code = "import sys, morphstudio.gui.main_window; print(' '.join({n.split('.')[0] for n in sys.modules}))"
    assert not loaded_after(code) & HEAVY_LIBRARIES


def test_that_reading_an_answer_loads_no_heavy_library() -> None:
    """What engines send is unpickled in the window's process; loading torch there took seconds of its time."""
    model = excursion_set(("am", "pore"), {"alpha_chi_x": 1.2, "alpha_x": 1.2, "lambda_x": 1.4})
    answers = pickle.dumps((phase_values(model, (0.2, 0.2, 0.2)), sensitivities(model, (0.2, 0.2, 0.2))))
    code = ("import pickle, sys, morphstudio.core.calibration.records; "
            f"pickle.loads({answers!r}); print(' '.join({{n.split('.')[0] for n in sys.modules}}))")
    assert not loaded_after(code) & HEAVY_LIBRARIES


def test_that_reading_what_is_said_of_an_image_loads_no_statistics() -> None:
    """Loaded in the window's process, these took ten seconds of the first image's time, and 30 MB."""
    code = ("import sys, morphstudio.app.image_quality, morphstudio.core.descriptors.edge_strips, "
            "morphstudio.core.descriptors.isotropy, morphstudio.core.validation; "
            "print(' '.join(m.replace('.', '-') for m in sys.modules if m.startswith('scipy.')))")
    assert "scipy-stats" not in loaded_after(code)


def test_that_modules_and_functions_fit_on_a_page() -> None:
    too_long = []
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(PACKAGE)
        if len(text.splitlines()) > LONGEST_MODULE:
            too_long.append(str(place))
        too_long += [f"{place}: {node.name}" for node in ast.walk(ast.parse(text))
                     if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                     and body_lines(node) > LONGEST_FUNCTION]
    assert not too_long


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function's body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
