"""Tables of every separator, decimal sign, encoding, header and unit give their own numbers."""

import os
from collections import Counter

import numpy as np
from hypothesis import HealthCheck, given, settings

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.currents.problems import Undecided
from hhgui.storage.currents.spec import read_component
from tests.storage.currents.tables import tables

MOST = int(os.environ.get("HHGUI_TABLES", "150"))
TALLY: Counter = Counter()


@settings(max_examples=MOST, suppress_health_check=list(HealthCheck))
@given(tables())
def test_a_table_gives_its_own_numbers_or_a_question(tmp_path_factory, table):
    """A table that says enough is read right; another is refused by the key that settles it."""
    file = tmp_path_factory.getbasetemp() / "table.csv"
    file.write_bytes(table.raw)
    found = read_or_refusal(file, table.spec)
    if table.why:
        assert isinstance(found, Undecided), (found, table.about, table.raw[:300])
        assert "table.csv" in str(found)
        TALLY["refused", table.why] += 1
        return
    assert isinstance(found, Samples), (found, table.about, table.raw[:300])
    TALLY["read", ""] += 1
    assert np.allclose(found.times[:-1], table.times, rtol=1e-9, atol=1e-9)
    assert np.allclose(found.values, table.currents, rtol=1e-9, atol=1e-12)


def read_or_refusal(file, keys):
    """The samples, or the message with which the file is refused."""
    try:
        return read_component(f"file:{file}{keys}")[0]
    except ModelError as error:
        return error
