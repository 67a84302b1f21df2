"""Kill -9 at any moment of a save; HHGUI_KILLS sets how often, for each kind of file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("HHGUI_KILLS", "6"))
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 and fork are POSIX's")


@pytest.mark.parametrize("kind", ["session", "traces", "recovery"])
def test_a_kill_in_mid_save_leaves_whole_files(tmp_path, kind, capsys):
    """Every remaining file is one version as a whole, and temporary files are removed."""
    folder = tmp_path / "saved"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.robust.killed_saves", kind, str(KILLS), str(folder)]
    process = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=3600, check=False
    )
    assert process.returncode == 0, process.stderr
    counts = json.loads(process.stdout)
    with capsys.disabled():
        print(f"\n{kind}: {counts}")
    assert counts["kills"] == KILLS
    assert counts["torn"] == []
    assert counts["seen"] != []
    assert [path.name for path in folder.iterdir() if "hhgui-tmp" in path.name] == []
