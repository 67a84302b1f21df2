"""Expect that the model refuses a value."""

from contextlib import contextmanager

import pytest

from hhgui.model.parameter import ModelError


@contextmanager
def refused(key, problem=None):
    """Expect a ModelError about this key, in the words of ``problem`` where they are given."""
    with pytest.raises(ModelError, match=problem) as caught:
        yield
    assert caught.value.key == key
