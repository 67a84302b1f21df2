"""Fixtures of the tests of saved files."""

import pytest

from tests.storage.files import OLD


@pytest.fixture
def old(tmp_path):
    """A file that is there already."""
    path = tmp_path / "curve.csv"
    path.write_bytes(OLD)
    return path
