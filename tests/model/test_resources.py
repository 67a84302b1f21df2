"""Where the app's files are, and the user's."""

import sys
from pathlib import Path

import pytest

from hhgui.model import resources


def test_a_clones_resources_are_found():
    """They hold the default set."""
    assert (resources.resource_dir() / "models" / "squid-dayan-abbott.toml").is_file()


def test_the_frozen_apps_resources_come_first(tmp_path, monkeypatch):
    """PyInstaller's folder wins over a clone nearby."""
    (tmp_path / "resources" / "models").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.resource_dir() == tmp_path / "resources"


def test_missing_resources_say_where_was_looked(tmp_path, monkeypatch):
    """A broken installation names the folders it tried."""
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "hhgui" / "model" / "resources.py"))
    with pytest.raises(FileNotFoundError, match="resources folder is missing; looked in"):
        resources.resource_dir()


@pytest.mark.parametrize(
    ("platform", "variable", "data", "cache"),
    [
        ("linux", None, ".local/share/hhgui", ".cache/hhgui"),
        ("darwin", None, "Library/Application Support/hhgui", "Library/Caches/hhgui"),
        ("win32", None, "hhgui", "hhgui"),
        ("linux", ("XDG_DATA_HOME", "XDG_CACHE_HOME"), "A/hhgui", "B/hhgui"),
        ("win32", ("APPDATA", "LOCALAPPDATA"), "A/hhgui", "B/hhgui"),
    ],
)
def test_the_users_folders_are_the_platforms(
    tmp_path, monkeypatch, platform, variable, data, cache
):
    """Data and cache go where each platform keeps them; its variables are heeded."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for name in ("APPDATA", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, folder in zip(variable or (), "AB", strict=False):
        monkeypatch.setenv(name, str(tmp_path / folder))
    assert resources.user_data_dir() == tmp_path / data
    assert resources.user_cache_dir() == tmp_path / cache
