"""What tests of saved files share: the bytes that were there, and a disk that is soon full."""

import subprocess
from contextlib import contextmanager

import pytest

OLD = b"old\r\nbytes\x00"


def names(folder):
    """The names of the files in a folder."""
    return sorted(entry.name for entry in folder.iterdir())


def only_old_is_left(path):
    """Return whether the old bytes are there and no other file is."""
    return path.read_bytes() == OLD and names(path.parent) == [path.name]


@contextmanager
def small_disk(folder, kilobytes):
    """A disk of this size; skips the test where mounting is not permitted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("can't mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
