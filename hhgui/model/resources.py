"""Where the app's own files are, and where the user's go."""

import os
import sys
from pathlib import Path

APP = "hhgui"


def resource_dir() -> Path:
    """The ``resources`` folder: of the frozen app, of an installed wheel, or of a clone."""
    here = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [here / "resources", here.parent / "resources"]
    if frozen:
        candidates.insert(0, Path(frozen) / "resources")
    for folder in candidates:
        if (folder / "models").is_dir():
            return folder
    raise FileNotFoundError(f"hhgui's resources folder is missing; looked in {candidates}")


def user_data_dir() -> Path:
    """The folder for what the user makes (models, sessions); not created here."""
    return _per_platform("APPDATA", "Application Support", "XDG_DATA_HOME", ".local/share")


def user_cache_dir() -> Path:
    """The folder for what can be made again (compiled kernels); not created here."""
    return _per_platform("LOCALAPPDATA", "Caches", "XDG_CACHE_HOME", ".cache")


def _per_platform(windows: str, mac: str, xdg: str, home_folder: str) -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get(windows) or Path.home()) / APP
    if sys.platform == "darwin":
        return Path.home() / "Library" / mac / APP
    return Path(os.environ.get(xdg) or Path.home() / home_folder) / APP
