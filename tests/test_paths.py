"""The folders of the program's files and of the user's."""

import os
import sys
import tempfile
from pathlib import Path

import platformdirs
import pytest

from hhgui import paths
from hhgui.model.library import user_models_dir
from hhgui.storage.log_files import log_dir
from hhgui.storage.recovery import recovery_dir


def test_a_clones_resources_are_found():
    """In a clone the folder of resources is found and holds the default parameter set."""
    assert (paths.resource_dir() / "models" / "squid-dayan-abbott.toml").is_file()


def test_the_frozen_apps_resources_come_first(tmp_path, monkeypatch):
    """PyInstaller's folder wins over a clone nearby."""
    (tmp_path / "resources" / "models").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource_dir() == tmp_path / "resources"


def test_missing_resources_say_where_was_looked(tmp_path, monkeypatch):
    """A broken installation names the folders it tried."""
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "hhgui" / "paths.py"))
    with pytest.raises(FileNotFoundError, match="resources folder is missing; looked in"):
        paths.resource_dir()


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of the XDG rules")
@pytest.mark.parametrize(
    ("variables", "data", "cache"),
    [
        ({}, ".local/share/hhgui", ".cache/hhgui"),
        ({"XDG_DATA_HOME": "A", "XDG_CACHE_HOME": "B"}, "A/hhgui", "B/hhgui"),
    ],
)
def test_the_users_folders_follow_the_xdg_rules(tmp_path, monkeypatch, variables, data, cache):
    """Data and cache lie in the home, or where the XDG variables say."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, folder in variables.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    assert paths.user_data_dir() == tmp_path / data
    assert paths.user_cache_dir() == tmp_path / cache


@pytest.fixture
def homeless(tmp_path, monkeypatch):
    """A user whom neither HOME nor the list of users knows; the temporary folder."""

    def unknown(*_args, **_options):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr("platformdirs.user_data_path", unknown)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    paths._new_home.cache_clear()
    yield tmp_path
    paths._new_home.cache_clear()


def test_a_user_without_a_home_gets_one_in_the_temporary_folder(homeless):
    """The folder is made in the temporary folder and found again at the next start."""
    folder = paths.user_data_dir()
    assert folder.is_relative_to(homeless)
    assert paths.user_data_dir() == folder


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="on Windows the place is the user's own")
def test_a_home_that_somebody_else_made_is_not_taken(homeless):
    """What lies in such a home could be anything: a new one is made, closed to others."""
    planted = homeless / f"hhgui-home-{os.getuid()}"
    planted.mkdir()
    planted.chmod(0o777)
    folder = paths.user_data_dir()
    assert not folder.is_relative_to(planted)
    assert paths.user_data_dir() == folder
    assert paths.is_own(folder.parent)


@pytest.mark.skipif(sys.platform != "linux", reason="the folders of the XDG rules")
def test_a_relative_folder_in_the_environment_is_ignored(tmp_path, monkeypatch):
    """The XDG base directory rules: all paths must be absolute, others are ignored."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert paths.user_cache_dir() == tmp_path / ".cache" / "hhgui"


def test_windows_keeps_logs_and_recovery_on_this_computer(monkeypatch, tmp_path):
    """Models and settings roam with the user; logs and recovery do not go to a network drive."""
    monkeypatch.setattr(platformdirs, "user_data_path", user_data_path_of_windows(tmp_path))
    for kind, folders in {
        "Roaming": (paths.user_data_dir(), user_models_dir()),
        "Local": (log_dir(), recovery_dir(), paths.user_local_dir()),
    }.items():
        assert all(folder.is_relative_to(tmp_path / kind / "hhgui") for folder in folders)


def user_data_path_of_windows(home):
    """Return platformdirs' function as it is on Windows, with both kinds of AppData in ``home``."""

    def path(app, appauthor, roaming):
        return home / ("Roaming" if roaming else "Local") / app

    return path


def test_windows_makes_no_folder_of_a_mode(monkeypatch, tmp_path):
    """Made by an administrator, a folder of mode 0o700 would lock the user out on Windows."""
    modes = []
    make = Path.mkdir

    def mkdir(self, mode=0o777, **options):
        modes.append(mode)
        make(self, mode, **options)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    for platform in ("linux", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        paths.make_private(tmp_path / platform / "a")
    assert modes[0] == 0o700
    assert set(modes[-2:]) == {0o777}


def test_windows_tries_whether_the_home_takes_a_file(monkeypatch, tmp_path):
    """On Windows ``os.access`` says yes to every folder."""

    def refuse(**_):
        raise PermissionError

    monkeypatch.setattr(paths, "user_data_dir", lambda: tmp_path / "hhgui")
    monkeypatch.setattr(sys, "platform", "win32")
    assert paths.home_problem() == ""
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert str(tmp_path / "hhgui") in paths.home_problem()


def test_a_writable_home_is_no_problem(tmp_path, monkeypatch):
    """Folders that are not there yet can be made."""
    monkeypatch.setattr(paths, "user_data_dir", lambda: tmp_path / "a" / "b")
    assert paths.home_problem() == ""


@pytest.mark.parametrize("reason", ["it is a file", "writing is not allowed"])
def test_a_home_that_takes_nothing_is_named(tmp_path, monkeypatch, reason):
    """The sentence about a home that can't be written to names its folder."""
    home = tmp_path / "home"
    if reason == "it is a file":
        home.touch()
    else:
        home.mkdir()
        monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr(paths, "user_data_dir", lambda: home / "hhgui")
    assert str(home / "hhgui") in paths.home_problem()


def test_only_the_packaged_app_brings_licences(tmp_path, monkeypatch):
    """A clone has none to show; the packaged app has a folder of them."""
    assert paths.licence_dir() is None
    (tmp_path / "licences").mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.licence_dir() == tmp_path / "licences"
