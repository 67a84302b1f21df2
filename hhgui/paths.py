"""Locate the program's own files and the folders for the user's files."""

import os
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path

import platformdirs

APP = "hhgui"


def resource_dir() -> Path:
    """Return the folder ``resources`` of the packaged program, an installed wheel, or a clone."""
    here = Path(__file__).resolve().parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [here / "resources", here.parent / "resources"]
    if frozen:
        candidates.insert(0, Path(frozen) / "resources")
    for folder in candidates:
        if (folder / "models").is_dir():
            return folder
    raise FileNotFoundError(f"hhgui's resources folder is missing; looked in {candidates}")


def licence_dir() -> Path | None:
    """Return the folder of licences in the packaged program; None if it is not packaged."""
    folder = Path(getattr(sys, "_MEIPASS", "")) / "licences"
    return folder if getattr(sys, "frozen", False) and folder.is_dir() else None


def user_data_dir() -> Path:
    """Return the folder for the user's files (models, sessions); it is not created."""
    try:
        return platformdirs.user_data_path(APP, appauthor=False, roaming=True)
    except RuntimeError:
        return _temporary_home() / APP


def site_data_dir() -> Path:
    """Return the folder of models, lessons and protocols for all users of this computer.

    An administrator fills it; it may not exist.
    """
    return platformdirs.site_data_path(APP, appauthor=False)


def user_local_dir() -> Path:
    """Return the folder for files that belong to this computer (logs, recovery); not created.

    It differs from the folder of the user's files because on Windows that may be on a network
    drive.
    """
    try:
        return platformdirs.user_data_path(APP, appauthor=False, roaming=False)
    except RuntimeError:
        return _temporary_home() / APP


def user_cache_dir() -> Path:
    """Return the folder for what can be made again, such as compiled kernels; it is not created."""
    try:
        return platformdirs.user_cache_path(APP, appauthor=False, opinion=False)
    except RuntimeError:
        return _temporary_home() / APP


def home_problem() -> str:
    """Return a sentence if files of the user can't be kept, else ""."""
    folder = user_data_dir()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and _takes_files(nearest):
        return ""
    return f"The folder {folder} can't be written: models and sessions are not kept there."


def _takes_files(folder: Path) -> bool:
    """Return whether files can be created in a folder.

    On Windows, whose ``os.access`` says yes to all, this is tried.
    """
    if sys.platform == "win32":
        try:
            with tempfile.TemporaryFile(dir=folder):
                return True
        except OSError:
            return False
    else:
        return os.access(folder, os.W_OK | os.X_OK)


def make_private(folder: Path) -> None:
    """Create a folder, and those above it, that other users can't open; an existing one is kept.

    On Windows it inherits the rights of the folder above: the mode 0o700, in a program run as
    administrator, would lock the user out (cpython#157876). Raises OSError.
    """
    if sys.platform == "win32":
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _temporary_home() -> Path:
    """Return a home folder within the temporary folder, for a user who has none on this system."""
    folder = temporary_folder("hhgui-home")
    try:
        make_private(folder)
        return folder if is_own(folder) else _new_home()
    except OSError:
        return _new_home()


@cache
def _new_home() -> Path:
    """Return a new home folder, deleted at exit; used if the usual one belongs to another user."""
    try:
        return Path(tempfile.mkdtemp(prefix="hhgui-home-"))
    except OSError:
        return Path(tempfile.gettempdir())  # where nothing can be written, nothing can be planted


def temporary_folder(name: str) -> Path:
    """Return the path of this user's folder ``name`` in the shared temporary folder.

    Not created.
    """
    user = f"-{os.getuid()}" if hasattr(os, "getuid") else ""
    return Path(tempfile.gettempdir()) / f"{name}{user}"


def is_own(folder: Path) -> bool:
    """Return whether only this user can write in a folder: it is no link and has no such rights.

    On Windows, which has no permission bits, every folder in the user's profile counts. Raises
    OSError if the folder does not exist.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    if not hasattr(os, "getuid"):
        return folder.resolve().is_relative_to(Path.home().resolve())
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return found.st_uid == os.getuid() and not others_write
