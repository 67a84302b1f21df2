"""Keep the list of the files that were opened or saved last, for the File menu."""

from pathlib import Path

from hhgui.model.model_file import ModelFileError
from hhgui.paths import user_data_dir
from hhgui.storage.atomic import WriteError, shown, write_atomically
from hhgui.storage.record import dump_record, make_record, read_record

MOST_RECENT = 10
_EXPERIMENT = "recent files"
_MAX_BYTES = 1_000_000


def recent_path() -> Path:
    """Return the path of the file of this list, which may not exist."""
    return user_data_dir() / "recent.json"


def recent_files(path: Path | None = None) -> tuple[Path, ...]:
    """Return at most ten files, the newest first, including files that no longer exist.

    path: the file of the list, None for the user's. If it is missing or invalid, the list is empty.
    """
    try:
        record = read_record(path or recent_path(), _MAX_BYTES)
    except ModelFileError:
        return ()
    files = record.get("files")
    texts = [t for t in files if isinstance(t, str) and t] if isinstance(files, list) else []
    return tuple(Path(text) for text in dict.fromkeys(texts))[:MOST_RECENT]


def remember_file(file: Path, path: Path | None = None) -> tuple[Path, ...]:
    """Put ``file`` at the head of the list, save it and return it. Raises WriteError."""
    file = file.absolute()
    others = [other for other in recent_files(path) if other != file]
    return _keep([file, *others][:MOST_RECENT], path)


def forget_all(path: Path | None = None) -> tuple[Path, ...]:
    """Empty the list, save it and return it. Raises WriteError."""
    return _keep([], path)


def _keep(files: list[Path], path: Path | None) -> tuple[Path, ...]:
    """Save the list and return it."""
    path = path or recent_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"the folder {shown(path.parent)} can't be made: {shown(error.strerror or error)}"
        raise WriteError(path, problem) from error
    write_atomically(path, dump_record(make_record(_EXPERIMENT, files=[str(f) for f in files])))
    return tuple(files)
