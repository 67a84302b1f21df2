"""Stimuli from CSV files."""

import math
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.spec import MAX_SAMPLE_BYTES, parse_component, read_samples
from hhgui.model.stimulus.waveforms import Samples


def write(tmp_path, text, encoding="utf-8"):
    """A CSV file."""
    file = tmp_path / "current.csv"
    file.write_bytes(text.encode(encoding))
    return file


@pytest.mark.parametrize("head", ["", "time_ms,I_uA_per_cm2\n", "\ufefftime,I\r\n", "\n\n"])
def test_a_file_is_read_with_or_without_a_header(tmp_path, head):
    """One header row, a byte order mark and empty lines are fine; the last value holds on."""
    file = write(tmp_path, head + "0,1.5\n2,-3\n\n3,4e0,extra\n")
    expected = Samples((0.0, 2.0, 3.0, 4.0), (1.5, -3.0, 4.0), str(file))
    assert parse_component(f"file:{file}") == expected


def test_a_single_sample_lasts_one_millisecond(tmp_path):
    """There is no interval to repeat."""
    assert read_samples(write(tmp_path, "5,2")).times == (5.0, 6.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no rows of time and current"),
        ("time,I\n", "has no rows"),
        ("time,I\nunits,too\n0,1\n", "data row 1 needs a time and a current"),
        ("0,1\n1\n", "data row 2 needs a time and a current"),
        ("0,1\n1,x\n", "data row 2 needs"),
        ("0,1\n1,nan\n", "data row 2 needs"),
        ("0,1\n1,inf\n", "data row 2 needs"),
        ("nan,1\n1,2\n", "data row 1 needs"),
        ("0,1\n1,1e999\n", "data row 2 needs"),
        ("0,1\n1,1_0\n", "data row 2 needs"),
        ("0,1\n1," + "9" * 5000, "data row 2 needs"),
        ("0,1\n\x001,2\n", "data row 2 needs|is not a CSV text file"),
        ("time,I\n" + "x" * 200_000, "is not a CSV text file"),
        ("-1e308,1\n1e308,1\n", "times must be finite"),
        ("0;1\n1;2\n", "data row 1 needs"),
        ("0,1\n0,2\n", "times must be finite and rise"),
        ("1,1\n0,2\n", "times must be finite and rise"),
        ("0,10001\n", "currents must be from"),
    ],
    ids=lambda value: value[:20],
)
def test_a_file_that_is_no_current_is_refused(tmp_path, text, problem):
    """The message names the row, or what is wrong with the numbers."""
    with pytest.raises(ModelError, match=problem):
        read_samples(write(tmp_path, text))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_file_that_is_no_utf_8_is_refused(tmp_path, encoding):
    """Two bytes a letter are no CSV, with a byte order mark or without."""
    with pytest.raises(ModelError, match=r"current\.csv"):
        read_samples(write(tmp_path, "0,1\n", encoding))


def test_a_file_with_an_endless_field_is_refused(tmp_path):
    """The CSV reader's own limit ends in a message too."""
    with pytest.raises(ModelError, match="is not a CSV text file"):
        read_samples(write(tmp_path, '"' + "1" * 200_000))


@pytest.mark.parametrize("name", ["none.csv", "", ".", "a\x00b", "x" * 300])
def test_a_file_that_cannot_be_read_is_refused(name):
    """The reason is given."""
    with pytest.raises(ModelError, match="can't be read: ") as caught:
        parse_component(f"file:{name}")
    assert caught.value.key == "path"


def test_a_file_that_is_too_large_is_refused(tmp_path):
    """Beyond the limit, 1 MB, nothing is read."""
    assert MAX_SAMPLE_BYTES == 1_000_000
    file = write(tmp_path, "0,1\n" * 2)
    with pytest.raises(ModelError, match=r"current\.csv is larger than 7e-06 MB"):
        read_samples(file, max_bytes=7)
    with pytest.raises(ModelError, match="times must be finite and rise"):
        read_samples(file, max_bytes=8)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="such files are Unix's")
def test_a_file_without_an_end_is_refused():
    """Its size is said to be 0: what is read counts."""
    with pytest.raises(ModelError, match="is larger than 1 MB"):
        read_samples(Path("/dev/zero"), max_bytes=1_000_000)


def test_a_file_of_too_many_rows_is_refused(tmp_path):
    """What is read must fit into the record of a run."""
    rows = "".join(f"{k},1\n" for k in range(250_001))
    with pytest.raises(ModelError, match="has more than 250,000 rows"):
        read_samples(write(tmp_path, rows), max_bytes=10_000_000)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | st.text("0123456789.,-+eE\n\r\"'xn\x00 ", max_size=60))
def test_any_file_gives_a_current_or_a_message(tmp_path_factory, content):
    """No content makes the reader raise anything else."""
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with suppress(ModelError):
        assert isinstance(read_samples(file), Samples)


def test_numbers_are_read_to_the_last_bit(tmp_path):
    """Shortest round-trip numbers come back as they were."""
    samples = read_samples(write(tmp_path, f"0,{math.pi!r}\n{math.e!r},{1 / 3!r}\n"))
    assert samples.values == (math.pi, 1 / 3)
    assert samples.times[1] == math.e
