"""The cache of compiled kernels is never older than its sources, and safe from others."""

import importlib
import os
import shutil
import stat
from pathlib import Path

import numba
import pytest
from numba import njit

from hhgui.engine import kernel_cache
from hhgui.engine.kernel_cache import KernelLocator, keep_kernels_in, kernel_cache_dir


@pytest.fixture
def wish(tmp_path, monkeypatch):
    """A folder that NUMBA_CACHE_DIR names."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "wish"))
    return tmp_path / "wish"


def source_copy(tmp_path, monkeypatch):
    """The fingerprint looks at a copy of the engine from now on."""
    here = tmp_path / "engine"
    shutil.copytree(os.path.dirname(kernel_cache.__file__), here)
    monkeypatch.setattr(kernel_cache, "__file__", str(here / "kernel_cache.py"))
    return here


def test_the_environments_wish_is_followed(wish):
    """Kernels go to NUMBA_CACHE_DIR, to a folder named after the sources."""
    folder = kernel_cache_dir()
    assert folder.is_dir()
    assert folder.parent == wish
    assert folder.name.startswith("kernels-")
    assert kernel_cache_dir() == folder


def test_without_a_wish_it_is_in_the_users_cache(tmp_path, monkeypatch):
    """Without NUMBA_CACHE_DIR the kernels are in the platform's cache folder of the user."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(kernel_cache, "user_cache_dir", lambda: tmp_path / "user")
    assert kernel_cache_dir().parent == tmp_path / "user"


@pytest.fixture
def last_place(tmp_path, monkeypatch):
    """Only the temporary folder is left; this user's in it. A file in the way stands for any no."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(blocked))
    monkeypatch.setattr(kernel_cache, "user_cache_dir", lambda: blocked)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    return tmp_path / (f"hhgui-cache-{os.getuid()}" if hasattr(os, "getuid") else "hhgui-cache")


shared_temp = pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows: a user's own anyway")


def test_where_nothing_can_be_written_the_next_place_is_taken(last_place, monkeypatch):
    """The temporary folder is the last one; without any place there is none."""
    assert kernel_cache_dir().parent == last_place
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(last_place.parent / "file"))
    assert kernel_cache_dir() is None


@shared_temp
def test_in_the_temporary_folder_it_is_closed_to_others(last_place):
    """Nobody else may look into it; it is taken again the next time."""
    folder = kernel_cache_dir()
    assert stat.S_IMODE(last_place.stat().st_mode) == 0o700
    assert kernel_cache_dir() == folder


@shared_temp
@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777, 0o722])
def test_a_folder_that_others_can_write_to_is_refused(last_place, mode):
    """Such a folder is neither read, as what is in it is run, nor written to."""
    last_place.mkdir()
    last_place.chmod(mode)
    assert kernel_cache_dir() is None
    assert not any(last_place.iterdir())


@shared_temp
def test_a_folder_of_somebody_else_is_refused(last_place, monkeypatch):
    """A folder with the right name that belongs to another user is not used."""
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    (last_place.parent / "hhgui-cache-4321").mkdir(mode=0o700)
    assert kernel_cache_dir() is None


@shared_temp
def test_a_link_is_refused(last_place, tmp_path):
    """A symbolic link in the temporary folder is not used, wherever it leads."""
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    last_place.symlink_to(tmp_path / "elsewhere")
    assert kernel_cache_dir() is None
    assert not any((tmp_path / "elsewhere").iterdir())


@shared_temp
def test_a_user_without_a_home_is_as_careful(last_place, monkeypatch):
    """The cache is then below the temporary folder too: every folder on the way is looked at."""
    cache = last_place.parent / ".cache" / "hhgui"
    monkeypatch.setattr(kernel_cache, "user_cache_dir", lambda: cache)
    assert kernel_cache_dir().parent == cache
    cache.parent.chmod(0o777)
    assert kernel_cache_dir().parent == last_place


@shared_temp
def test_a_wish_is_the_user_s_own_affair(wish):
    """A folder that a whole lab writes to is taken where the environment asks for it."""
    wish.mkdir()
    wish.chmod(0o777)
    assert kernel_cache_dir().parent == wish


@pytest.mark.parametrize(("profile", "taken"), [(".", True), ("another", False)])
def test_windows_trusts_the_temporary_folder_of_a_profile_only(
    last_place, monkeypatch, profile, taken
):
    """Users have no numbers there; C:/Temp is everybody's, and kernels in it may be planted."""
    monkeypatch.delattr(os, "getuid", raising=False)
    monkeypatch.setattr(Path, "home", lambda: last_place.parent / profile)
    folder = kernel_cache_dir()
    assert (folder is not None and folder.parent.name == "hhgui-cache") is taken


@pytest.mark.parametrize("name", ["tables.py", "integrators/euler.py"])
def test_a_changed_source_means_another_folder(tmp_path, monkeypatch, wish, name):
    """A helper's edit reaches every kernel that inlines it."""
    here = source_copy(tmp_path, monkeypatch)
    before = kernel_cache_dir()
    with (here / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert kernel_cache_dir() != before


def kernel_of(place):
    """Return a cached kernel of a program whose engine lies in the folder ``place``."""
    module = {"__name__": "hhgui.engine.loop"}
    source = "def twice(x):\n    return 2.0 * x\n"
    exec(compile(source, str(place / "loop.py"), "exec"), module)
    return njit(cache=True)(module["twice"])


def test_a_program_that_was_moved_finds_its_kernels(tmp_path, monkeypatch):
    """An AppImage, or a program that macOS has quarantined, is in another folder at every start."""
    importlib.import_module("hhgui.engine.loop")  # numba does, and it sets the folder
    for name in ("CACHE_DIR", "CACHE_LOCATOR_CLASSES"):
        monkeypatch.setattr(numba.config, name, getattr(numba.config, name))
    monkeypatch.setattr(KernelLocator, "folder", None)
    keep_kernels_in(tmp_path / "kernels-1")
    for place, hits in (("here", 0), ("elsewhere", 1)):
        twice = kernel_of(tmp_path / place)
        assert twice(1.5) == 3.0
        assert sum(twice.stats.cache_hits.values()) == hits
    assert len(list((tmp_path / "kernels-1").iterdir())) == 2
    keep_kernels_in(tmp_path / "kernels-2")  # of other sources: compiled again
    twice = kernel_of(tmp_path / "here")
    assert (twice(1.5), sum(twice.stats.cache_hits.values())) == (3.0, 0)


def test_two_windows_forget_old_folders_at_once(wish, monkeypatch):
    """A folder that another window removes between a look and the next is no error."""
    (wish / "kernels-gone").mkdir(parents=True)
    real = Path.stat

    def stat(self, **options):
        if self.name == "kernels-gone":
            raise FileNotFoundError(self)
        return real(self, **options)

    monkeypatch.setattr(Path, "stat", stat)
    assert kernel_cache_dir().parent == wish


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
