"""What the program does before anything else."""

import platform
import sys

import pytest

from hhgui.app import main


def test_windows_wmi_is_never_asked(monkeypatch, capsys):
    """On Windows ``platform`` still names the processor, and its query to WMI is not made.

    Python 3.11 has no such query; a newer one's own functions answer here.
    """
    asked = []
    monkeypatch.setattr(platform, "_wmi_query", lambda *query: asked.append(query), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("PROCESSOR_ARCHITECTURE", "AMD64")
    assert main(["run"]) == 2
    with pytest.raises(OSError, match="WMI"):
        platform._wmi_query("CPU", "Architecture")
    if hasattr(platform, "_get_machine_win32"):
        assert platform._get_machine_win32() == "AMD64"
    assert asked == []
