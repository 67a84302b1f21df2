"""Fixtures of the tests of saved files."""

import errno
import os

import pytest

from hhgui.storage import atomic
from tests.storage.files import OLD


@pytest.fixture
def old(tmp_path):
    """A file that is there already."""
    path = tmp_path / "curve.csv"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def full_disk(monkeypatch):
    """Return a function that makes every write fail from then on as on a full disk."""

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return lambda: monkeypatch.setattr(atomic.os, "fsync", full)
