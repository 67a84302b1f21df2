"""The command line in its own process: other locales and encodings, and without Qt."""

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from hhgui.app import main
from tests.cli.commands import FI, RUN, STEP

ROOT = Path(__file__).parents[2]
FIRING = [*RUN, *STEP]
SHORT = [*FI, "--on", "1", "--off", "9"]


def process(*arguments, **environment):
    """The program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "hhgui", *arguments], capture_output=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, check=False,
    )  # fmt: skip


@pytest.fixture
def german(tmp_path):
    """An environment with decimal commas, where the machine can make one; else the plain one."""
    command = ["localedef", "-i", "de_DE", "-f", "UTF-8", str(tmp_path / "de_DE.UTF-8")]
    if shutil.which("localedef") and not subprocess.run(command, capture_output=True).returncode:
        return {"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(tmp_path)}
    return {"LC_ALL": "C"}


def test_a_locale_with_decimal_commas_changes_nothing(capsys, german):
    """Table, JSON and summary have the same bytes as here."""
    assert main([*FIRING, "--csv", "a.csv"]) == 0
    there = process(*FIRING, "--csv", "b.csv", **german)
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


def test_another_processor_differs_by_rounding_only():
    """Without this processor's vector units only the rounding of exponentials differs.

    The README promises the same bytes on the same kind of computer, and this much on others.
    """
    from numpy._core._multiarray_umath import __cpu_dispatch__

    assert main([*FIRING, "--csv", "here.csv"]) == 0
    plain = " ".join(__cpu_dispatch__)
    assert process(*FIRING, "--csv", "there.csv", NPY_DISABLE_CPU_FEATURES=plain).returncode == 0
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
