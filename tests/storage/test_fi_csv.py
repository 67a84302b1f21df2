import json
from dataclasses import asdict, replace
from functools import partial

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.document.fi_protocol import LAB_3, FiPoint, FiProtocol
from hhgui.engine.spikes import Oscillations
from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError
from hhgui.storage.atomic import WriteError
from hhgui.storage.fi_csv import read_fi_json, write_fi
from tests.shipped import LIBRARY, SQUID
from tests.storage import records
from tests.storage.records import damaged, written_beside

POINTS = (
    FiPoint(
        1,
        0.2,
        13,
        86.66666666666667,
        1.5,
        outside=2,
        steady_rate=71.5,
        oscillations=Oscillations(4, -8.0, -55.0),
    ),
    FiPoint(0, 0.0, 0, 0.0, None),
    FiPoint(2, 0.4, 1, 6.666666666666667, 12.0, "dt is too large"),
)
HEADER = (
    "current_uA_per_cm2,spike_count,rate_Hz,first_spike_latency_ms,spikes_outside_step,"
    "steady_rate_Hz,oscillations_without_spike\n"
)


refusal = partial(records.refusal, read_fi_json)


@pytest.fixture
def path(tmp_path):
    """The path of the table."""
    return tmp_path / "curve.csv"


@pytest.fixture
def record(path):
    """The JSON beside a curve that was written."""
    return json.loads(write_fi(path, SQUID, LAB_3, POINTS).read_text("utf-8"))


def test_the_curve_is_written_in_the_order_of_the_currents(path):
    """There is one row a point; without a spike it has no latency, after a stop no rate."""
    write_fi(path, SQUID, LAB_3, POINTS)
    assert path.read_text() == (
        HEADER + "0.0,0,0.0,,0,,0\n0.2,13,86.66666666666667,1.5,2,71.5,4\n0.4,1,,12.0,0,,0\n"
    )


def test_pandas_reads_the_right_types(path):
    """The count is int64, everything else float64, even if no neuron ever fired."""
    write_fi(path, SQUID, LAB_3, POINTS[1:2])
    kinds = [str(kind) for kind in pd.read_csv(path).dtypes]
    assert kinds == ["float64", "int64", "float64", "float64", "int64", "float64", "int64"]


def test_a_curve_without_points_is_a_header(path):
    """A sweep cancelled at once can be saved too."""
    write_fi(path, SQUID, LAB_3, ())
    assert path.read_text() == HEADER


def test_the_json_holds_what_is_needed_to_run_it_again(path, record):
    """The JSON has program, version, format, experiment, model, protocol and problems."""
    keys = ["program", "version", "format", "experiment", "model", "protocol", "problems"]
    assert list(record) == keys
    assert record["protocol"] == asdict(LAB_3)
    early, oscillating = record["problems"]
    assert early == {"current": 0.4, "problem": "dt is too large"}
    assert oscillating["current"] == 0.2
    assert oscillating["problem"].startswith("V oscillates below the threshold of 0 mV")
    assert path.with_suffix(".json").exists()


@pytest.mark.parametrize("membrane", LIBRARY.membranes.values(), ids=lambda m: m.id)
def test_every_model_and_protocol_come_back_equal(path, membrane):
    """The model and protocol that are read equal those written, to the last bit."""
    protocol = FiProtocol(0.1, 1 / 3, 7, 1e-3, 99.9, 1e3, -20.1, "rk4", 0.0125)
    odd = replace(membrane, capacitance=1 / 3)
    assert read_fi_json(write_fi(path, odd, protocol, POINTS)) == (odd, protocol)


def test_the_same_curve_gives_the_same_bytes(path):
    """Written again from what was read, both files are the same to the byte."""
    beside = write_fi(path, SQUID, LAB_3, POINTS)
    before = path.read_bytes(), beside.read_bytes()
    write_fi(path, *read_fi_json(beside), POINTS)
    assert (path.read_bytes(), beside.read_bytes()) == before


def test_a_failed_write_leaves_the_old_pair(path, full_disk):
    """The disk is full at the record: table and record are the old ones."""
    beside = write_fi(path, SQUID, LAB_3, POINTS)
    before = path.read_bytes(), beside.read_bytes()
    full_disk()
    with pytest.raises(WriteError, match="disk is full"):
        write_fi(path, LIBRARY["squid-1952"], LAB_3, ())
    assert (path.read_bytes(), beside.read_bytes()) == before
    assert len(list(path.parent.iterdir())) == 2


def test_a_table_named_json_is_refused(path):
    """The table would be overwritten by its own record."""
    with pytest.raises(WriteError, match=r"must not end in \.json"):
        write_fi(path.with_suffix(".json"), SQUID, LAB_3, POINTS)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "value", "key"),
    [
        (("protocol", "first"), 1e300, "protocol.first"),
        (("protocol", "last"), None, "protocol.last"),
        (("protocol", "points"), 2.5, "protocol.points"),
        (("protocol", "points"), 10**290, "protocol.points"),
        (("protocol", "on"), "1,5", "protocol.on"),
        (("protocol", "off"), 0, "protocol.off"),
        (("protocol", "duration"), True, "protocol.duration"),
        (("protocol", "dt"), 0, "protocol.dt"),
        (("protocol", "method"), "leapfrog", "protocol.method"),
        (("protocol", "method"), ["euler"], "protocol.method"),
        (("protocol", "speed"), 1, "protocol.speed"),
        (("protocol",), [], "protocol"),
        (("model", "membrane", "capacitance"), -1, "model.membrane.capacitance"),
        (("model",), None, "model"),
        (("experiment",), "run", "experiment"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(path, record, place, value, key):
    """File, key and what is allowed are named."""
    inner = record
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    assert refusal(path, record)[0] == key


@pytest.mark.parametrize("key", ["model", "protocol", "version"])
def test_a_missing_part_is_refused(path, record, key):
    """A record without one of its parts is refused; no default is assumed."""
    del record[key]
    assert refusal(path, record) == (key, f"curve.json: {key}: is missing")


def test_a_large_file_is_refused(path, record):
    """A megabyte is more than any such record has."""
    record["problems"] = "x" * 1_000_000
    assert "is larger than 1 MB" in refusal(path, record)[1]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # an absurd rate may overflow on its way
@settings(max_examples=150)
@given(data=st.data())
def test_no_damaged_record_raises_anything_else(path, record, data):
    """A damaged record gives a membrane and a protocol, or a ModelFileError."""
    target = written_beside(path, data.draw(damaged(record)))
    try:
        membrane, protocol = read_fi_json(target)
    except ModelFileError:
        return
    assert isinstance(membrane, Membrane)
    assert isinstance(protocol, FiProtocol)
