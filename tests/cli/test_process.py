"""The command line in its own process: other locales and encodings, and without Qt."""

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hhgui.app import main
from tests.cli.commands import RUN, STEP
from tests.locales import decimal_commas

ROOT = Path(__file__).parents[2]
FIRING = [*RUN, *STEP]


NO_QT = """
import sys
from hhgui.app import main
status = main(sys.argv[1:])
print([name for name in sys.modules if name.startswith(("PySide6", "shiboken6", "pyqtgraph"))])
sys.exit(status)
"""


def process(*arguments, program=("-m", "hhgui"), **environment):
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, *program, *arguments], capture_output=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, check=False,
    )  # fmt: skip


@pytest.fixture
def commas(tmp_path):
    """An environment with decimal commas, where the machine can make one; else the plain one."""
    return decimal_commas(tmp_path) or {"LC_ALL": "C"}


def test_a_locale_with_decimal_commas_changes_nothing(capsys, commas):
    """Table, JSON and summary have the same bytes as here."""
    assert main([*FIRING, "--csv", "a.csv"]) == 0
    there = process(*FIRING, "--csv", "b.csv", **commas)
    here = capsys.readouterr().out
    assert (there.returncode, there.stdout.decode(), there.stderr) == (0, here, b"")
    assert Path("a.csv").read_bytes() == Path("b.csv").read_bytes()
    assert Path("a.json").read_bytes() == Path("b.json").read_bytes()


def test_a_pipe_gets_utf_8_whatever_the_code_page(capsys):
    """A pipe of Windows, whose Python encodes by the code page, gets the same text as elsewhere."""
    assert main(["models"]) == 0
    done = process("models", PYTHONIOENCODING="cp1252")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").splitlines() == capsys.readouterr().out.splitlines()


def test_another_processor_differs_by_rounding_only_and_no_qt_is_needed():
    """Without the vector units that NumPy finds here it rounds exponentials differently.

    The README promises the same bytes on the same kind of computer, and this much on others. No
    module of Qt is imported: a run works where there is no window system at all.
    """
    from numpy._core._multiarray_umath import __cpu_dispatch__

    assert main([*FIRING, "--csv", "here.csv"]) == 0
    plain = " ".join(__cpu_dispatch__)
    there = process(
        *FIRING, "--csv", "there.csv", program=("-c", NO_QT), NPY_DISABLE_CPU_FEATURES=plain
    )
    assert (there.returncode, there.stderr) == (0, b"")
    assert there.stdout.decode().splitlines()[-1] == "[]"
    here, there = (
        np.loadtxt(name, delimiter=",", skiprows=1) for name in ("here.csv", "there.csv")
    )
    assert here.shape == there.shape
    assert np.abs(here - there).max() < 1e-8


def test_a_terminal_that_lacks_a_letter_is_no_traceback(monkeypatch):
    """On a terminal of code page 437, which has no –, the letter becomes "?"."""
    shown = io.BytesIO()
    terminal = io.TextIOWrapper(shown, encoding="cp437", write_through=True)
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["models"]) == 0
    assert b"Traub?Miles" in shown.getvalue()
