"""Whole processes: how they start and how they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CLOSES = int(os.environ.get("HHGUI_CLOSES", "1"))
# Prints how often the loop of one neuron, and then that of 64, was found on disk and was not.
BOTH_LOOPS = """
from hhgui.engine import loop
from hhgui.engine.batch import run_population
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.simulation import Simulation
from hhgui.model.library import load_library
from hhgui.model.stimulus.stimulus import Stimulus

membrane = load_library().membranes["squid-dayan-abbott"]
Simulation(membrane).advance(2)
list(run_population(Population(membrane, [1.0]), BatchProtocol(Stimulus(()), 0.1, method="euler")))
for kernel in (loop.advance, loop.advance_lanes):
    print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))
"""


def run_python(*arguments, timeout=600, **environment):
    """A Python process on this clone, offscreen."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=timeout, env=env,
        check=False,
    )  # fmt: skip


def complaints(process):
    """What Qt or Python said on stderr, but for what offscreen cannot do."""
    lines = process.stderr.splitlines()
    return [line for line in lines if line and "propagateSizeHints" not in line]


@pytest.mark.parametrize("kind", ["run", "sweep"])
@pytest.mark.parametrize("number", range(CLOSES))
def test_closing_in_the_middle_ends_well(kind, number):
    """The process exits 0 and says nothing, wherever in a run or a sweep it is closed."""
    script = str(ROOT / "tests" / "window_process.py")
    process = run_python(script, kind, str(0.05 + 0.031 * number))
    assert process.returncode == 0
    assert complaints(process) == []


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """The folder of kernels, empty at the start of a window, and the process of that window."""
    folder = tmp_path_factory.mktemp("kernels")
    script = str(ROOT / "tests" / "window_process.py")
    return folder, run_python(script, "cold", "0", timeout=600, NUMBA_CACHE_DIR=str(folder))


def test_the_first_compile_lets_the_window_move(first_start):
    """With no compiled kernel on disk the GUI thread goes on beating while a worker compiles."""
    _, process = first_start
    assert process.returncode == 0, process.stderr
    assert int(process.stdout) >= 20


def test_what_one_process_compiled_the_next_one_loads(first_start):
    """The loop of one neuron is found where a window has left it, and that of 64 the second time.

    Euler's lanes compile fastest and stand for every method's.
    """
    folder, _ = first_start
    # not optimised: what is found does not depend on it, and it compiles sooner
    environment = {"NUMBA_CACHE_DIR": str(folder), "NUMBA_OPT": "0"}
    runs = [run_python("-c", BOTH_LOOPS, **environment) for _ in range(2)]
    assert [run.stdout.split() for run in runs] == [["1", "0", "0", "1"], ["1", "0", "1", "0"]]


def test_the_smoke_test_passes(tmp_path):
    """``--smoke-test`` opens, draws, sweeps, exports and exits 0, from any folder."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    process = subprocess.run(
        [sys.executable, "-m", "hhgui", "--smoke-test"],
        capture_output=True, text=True, timeout=600, env=env, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert process.returncode == 0
    assert complaints(process) == []
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_needs_no_qt():
    """Running a model imports no Qt: it works where there is no window system at all."""
    code = (
        "import sys; from hhgui.app import main;"
        "main(['run', '--model', 'squid-dayan-abbott', '--duration', '1']);"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))])"
    )
    process = run_python("-c", code)
    assert process.stdout.endswith("[]\n")
    assert process.stderr == ""
