"""Where compiled kernels are kept: never older than their sources, never in the way."""

import os
import shutil

import pytest

from hhgui.engine import kernel_cache
from hhgui.engine.kernel_cache import kernel_cache_dir


@pytest.fixture
def wish(tmp_path, monkeypatch):
    """A folder that the environment asks for."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "wish"))
    return tmp_path / "wish"


def source_copy(tmp_path, monkeypatch):
    """The fingerprint looks at a copy of the engine from now on."""
    here = tmp_path / "engine"
    shutil.copytree(os.path.dirname(kernel_cache.__file__), here)
    monkeypatch.setattr(kernel_cache, "__file__", str(here / "kernel_cache.py"))
    return here


def test_the_environments_wish_is_followed(wish):
    """NUMBA_CACHE_DIR, and within it a folder named after the sources; made, and the same again."""
    folder = kernel_cache_dir()
    assert folder.is_dir()
    assert folder.parent == wish
    assert folder.name.startswith("kernels-")
    assert kernel_cache_dir() == folder


def test_without_a_wish_it_is_in_the_users_cache(tmp_path, monkeypatch):
    """As the platform has it."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(kernel_cache, "user_cache_dir", lambda: tmp_path / "user")
    assert kernel_cache_dir().parent == tmp_path / "user"


def test_where_nothing_can_be_written_the_next_place_is_taken(tmp_path, monkeypatch):
    """A file in the way of a folder stands for any refusal; without any place there is none."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(kernel_cache, "user_cache_dir", lambda: blocked)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert kernel_cache_dir().parent == tmp_path / "hhgui-cache"
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    assert kernel_cache_dir() is None


@pytest.mark.parametrize("name", ["tables.py", "integrators/_kernel.py"])
def test_a_changed_source_means_another_folder(tmp_path, monkeypatch, wish, name):
    """A helper's edit reaches every kernel that inlines it."""
    here = source_copy(tmp_path, monkeypatch)
    before = kernel_cache_dir()
    with (here / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert kernel_cache_dir() != before


def test_old_folders_are_forgotten(wish):
    """The four made last stay, the one in use among them; what is not ours stays too."""
    wish.mkdir()
    (wish / "mine").mkdir()
    for age in range(8):
        folder = wish / f"kernels-{age}"
        folder.mkdir()
        os.utime(folder, (1e9 - age, 1e9 - age))
    used = kernel_cache_dir()
    left = {path.name for path in wish.iterdir()}
    assert left == {"mine", used.name, "kernels-0", "kernels-1", "kernels-2"}
