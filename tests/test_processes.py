"""Whole processes: how they start and how they end."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hhgui.engine.kernel_cache import kernel_cache_dir

ROOT = Path(__file__).parent.parent
SCRIPT = str(ROOT / "tests" / "window_process.py")
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
list(run_population(Population(membrane, [1.0]), BatchProtocol(Stimulus(()), 0.1)))
for kernel in (loop.advance, loop.advance_lanes):
    print(sum(kernel.stats.cache_hits.values()), sum(kernel.stats.cache_misses.values()))
"""


def run_python(*arguments, cwd=None, **environment):
    """A Python process on this clone, offscreen."""
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=600, env=env,
        check=False, cwd=cwd,
    )  # fmt: skip


def complaints(process):
    """What Qt or Python said on stderr, but for what offscreen cannot do."""
    lines = process.stderr.splitlines()
    return [line for line in lines if line and "propagateSizeHints" not in line]


@pytest.mark.parametrize("number", range(CLOSES))
def test_closing_in_the_middle_ends_well(number):
    """The process exits 0 and says nothing, wherever in a run and a sweep it is closed."""
    process = run_python(SCRIPT, "sweep", str(0.05 + 0.031 * number))
    assert process.returncode == 0
    assert complaints(process) == []


@pytest.fixture(scope="module")
def first_start(tmp_path_factory):
    """``--smoke-test`` where the loop of one neuron is not compiled yet, and its folder.

    The kernels of other loops are this process's. It compiles without optimising: sooner, but with
    as much Python, which is what can hold up a window.
    """
    kernels, here = tmp_path_factory.mktemp("kernels"), tmp_path_factory.mktemp("here")
    source = kernel_cache_dir()
    shutil.copytree(source, kernels / source.name, ignore=shutil.ignore_patterns("loop.advance-*"))
    options = {"NUMBA_CACHE_DIR": str(kernels), "NUMBA_OPT": "0"}
    return run_python(SCRIPT, "cold", "0", cwd=here, **options), here


def test_the_smoke_test_passes(first_start):
    """``--smoke-test`` opens, draws, sweeps, exports and exits 0, from any folder."""
    process, here = first_start
    assert process.returncode == 0, process.stderr
    assert complaints(process) == []
    assert list(here.iterdir()) == []


def test_the_first_compile_lets_the_window_move(first_start):
    """With no kernel on disk the GUI thread goes on beating while a worker compiles it."""
    process, _ = first_start
    assert int(process.stdout) >= 20


def test_what_one_process_compiled_the_next_one_loads(capsys):
    """The loops of one neuron and of 64, which this process compiled or loaded, are found."""
    exec(BOTH_LOOPS, {})
    capsys.readouterr()
    process = run_python("-c", BOTH_LOOPS)
    assert process.stdout.split() == ["1", "0", "1", "0"], process.stderr
