"""Files that are no current, or leave open which: each is refused by name."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hhgui.model.parameter import ModelError
from hhgui.storage.currents import table, text
from hhgui.storage.currents.current_file import CurrentFile, read_current
from hhgui.storage.currents.spec import read_component
from hhgui.storage.currents.table import Watched
from tests.refusals import refused


def write(folder, content, encoding="utf-8", name="current.csv"):
    """A file of a current."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return file


def refusal(folder, content, keys="", **options):
    """The message about a file, and the key that would settle it."""
    file = write(folder, content, **options)
    with pytest.raises(ModelError) as caught:
        read_component(f"file:{file}{keys}")
    assert "\n" not in str(caught.value)
    return caught.value.key, str(caught.value)


@pytest.mark.parametrize(
    ("content", "key", "problem"),
    [
        ("", "path", "has no rows of time and current"),
        ("time,I\n", "separator", "row 1 needs a time and a current"),
        ("0,0,x\n0,x,0\nx,0,0\n", "separator", "row 1 needs a time and a current"),
        ('a,"b\nc"\n0,1\n1,2\n', "time", "its columns: a, b c; say time=NAME"),
        ("0,1\n1,x\n2,3\n", "path", "row 2: 'x' is not a number"),
        ("0,1\n1,nan\n2,3\n", "path", "row 2: 'nan' is not a number"),
        ("0,1\n1,1e999\n2,3\n", "path", "row 2: '1e999' is not a number"),
        ("0,1\n1,1_0\n2,3\n", "path", "row 2: '1_0' is not a number"),
        ("0,1\n1\n2,3\n", "path", "row 2 has 1 of 2 fields"),
        ("0,1\n1,\n2,3\n", "path", "row 2 has 1 of 2 fields"),
        ("0,1\n1,2,3\n2,3\n", "separator", "row 2 has 3 fields, the rows above 2"),
        ("time,current\n0,0,0,0\n0,5,0,5\n1,0,0,0\n", "time", "row 1 names 2 columns"),
        ("t,I\n0,1\n2,1\n1,1\n", "path", "row 4: time 1 ms is before 2 ms in row 3"),
        ("t,I\n0,1\n1,1\n1,2\n1,3\n", "path", "row 5 is the third at 1 ms"),
        ("t,I\n-5,1\n0,1\n", "time_offset", "row 2: time -5 ms is before 0; time_offset=5"),
        ("time (ms),I (µA/cm²)\n0,10001\n", "path", "row 2: 10001 µA/cm² is outside"),
        ("time (ms),I (µA/cm²)\n0,1\n2e7,1\n", "path", "row 3: 2e[+]07 ms is beyond"),
        ("time (ms),V (mV)\n0,-65\n1,-64\n", "current", "calls no column the injected current"),
        ("time (ms),current (mV)\n0,1\n1,2\n", "current", "in mV, which is no current"),
        ("time,voltage\n0,1\n1,2\n", "current", "its columns: time, voltage; say current=NAME"),
        ("time (mV),I (pA)\n0,1\n1,2\n", "time", "calls no column the time|is no time"),
        ("time (ms),I (mS/cm2)\n0,1\n1,2\n", "unit", "the unit of I [(]mS/cm2[)] is not known"),
        ("time (h),I (pA)\n0,1\n1,2\n", "time_unit", "the unit of time [(]h[)] is not known"),
        ("time_ms,I_nA\n0,1\n1,2\n", "area", "in nA needs the membrane's area"),
        ("time_s,I\n0,1\n1,2\n", "unit", "unit [(]s[)] for one column and none for the current"),
        ("time,I_pA\n0,1\n1,2\n", "time_unit", "none for the time"),
        ("t,I1,I2\n0,1,2\n1,2,3\n", "current", "several columns that may be the injected"),
        ("time,time,I\n0,0,2\n1,1,3\n", "time", "several columns that may be the time"),
        ("time_ms,I_Na_uA_per_cm2\n0,1\n1,2\n", "current", "calls no column the injected"),
        (",time,V\n0,0,2\n1,1,3\n", "current", "its columns: .no name., time, V"),
        ("0,1,2\n1,2,3\n", "time", "has 3 columns without names"),
        ("0 -65.1\n1 -65.0\n2 -20\n", "current", "begins at -65.1 and may be a voltage"),
        ("time,I\n0,0\n0.0001,1\n0.0002,0\n", "time_unit", "lasts 0.0002 ms if"),
        ("time,I\n0,0\n10000,1\n30000,0\n", "time_unit", "lasts 30 s if"),
        ("time,I\n0,0\n10,3000\n", "unit", "reaches 3000 µA/cm² if"),
        ("time,I\n0,0\n10,1e-9\n", "unit", "reaches 1e-09 µA/cm² if"),
        ("# s, pA\ntime,I\n0,0\n10,5\n", "unit", "above the numbers stands pA"),
        ("time;I\n0;1,000\n1;2,000\n", "decimal", "1,000 may have a decimal sign or thousands"),
        ("time;I\n0.5;1,5\n1;2,5\n", "decimal", "decimal point in row 2 [(]0.5[)] and a comma"),
        ("t,I\n0,0\n10,0\n60,20\n80,20\n", "interpolate", "row 3 repeats the current"),
        ("t,I\n0,0\n5,10\n5,2\n9,7\n", "interpolate", "repeats the time of the row before"),
        ("ATF\t1.0\nx\n", "path", "has no count of records"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "path", "is not a table of text"),
        (b"PK\x03\x04" + bytes(100), "path", "is a workbook or another packed file"),
        (b"ABF2" + bytes(100), "path", "is a binary Axon file; save it as Axon text"),
        (b'{"a": 1}', "path", "is JSON, not a table"),
        (b"time,I\n0,\x81\n", "path", "is not a table of text"),
        ("time,I\n" + "x" * 200_000, "path", "is not a table of text"),
        ('"' + "1" * 200_000, "path", "is not a table of text"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_is_wrong_or_open_is_said(tmp_path, content, key, problem):
    """The message has file, row and value, or the key that settles the question."""
    found, message = refusal(tmp_path, content)
    assert message.startswith("current.csv")
    assert found == key
    assert pytest.raises(AssertionError, match=problem).matches(AssertionError(message))


@pytest.mark.parametrize(
    ("content", "keys", "key", "problem"),
    [
        ("t,I\n0,1\n", ",aera=5", "aera", "file has no 'aera'; allowed: time, current, unit"),
        ("t,I\n0,1\n", ",unit=pA,aera=5", "aera", "file has no 'aera'"),
        ("t,I\n0,1\n", ",unit=pA,unit=nA", "unit", "unit is there twice"),
        ("t,I\n0,1\n", ",unit=mV", "unit", "unit must be one of uA/cm2"),
        ("t,I\n0,1\n", ",time_unit=h", "time_unit", "time_unit must be one of ms, s, us"),
        ("t,I\n0,1\n", ",area=0", "area", "area must be above 0"),
        ("t,I\n0,1\n", ",area=big", "area", "area must be a number, not 'big'"),
        ("t,I\n0,1\n", ",interpolate=no", "interpolate", "must be one of hold, linear"),
        ("t,I\n0,1\n", ",separator=dot", "separator", "must be one of tab, semicolon, comma"),
        ("t,I\n0,1\n", ",time=x", "time", "has no column 'x'; its columns: t, I"),
        ("t,I\n0,1\n", ",time=1,current=1", "current", "are the same column"),
        ("t,V_mV\n0,1\n", ",current=V_mV", "current", "is in mV, which is no current"),
        ("t,V_mV\n0,1\n", ",current=2,unit=pA,area=5", "current", "in mV, which is no current"),
        ("t,I\n0;5,1\n", ",separator=semicolon", "time", "names 1 columns, the rows below have 2"),
        ("t,I\n-5,1\n-3,1\n", ",time_offset=0", "time_offset", "every time is before 0"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_key_says_what_is_allowed(tmp_path, content, keys, key, problem):
    """An unknown key of a specification is refused with the list of keys."""
    found, message = refusal(tmp_path, content, keys)
    assert found == key
    assert problem in message


@pytest.mark.parametrize("name", ["none.csv", "", ".", "a\x00b", "x" * 300])
def test_a_file_that_cannot_be_read_is_refused(name):
    """The message gives the reason."""
    with refused("path", "can't be read: "):
        read_component(f"file:{name}")


def test_a_file_that_is_too_large_is_refused(tmp_path, monkeypatch):
    """The limit, 50 MB, is of what is read, whatever the system says of the size."""
    assert text.MOST_BYTES == 50_000_000
    file = write(tmp_path, "t,I\n0,1\n")
    monkeypatch.setattr(text, "MOST_BYTES", 8)
    assert read_current(file).samples.values == (1.0,)
    monkeypatch.setattr(text, "MOST_BYTES", 7)
    with pytest.raises(ModelError, match=r"current\.csv is larger than 7e-06 MB"):
        read_current(file)
    if Path("/dev/zero").exists():
        with pytest.raises(ModelError, match="is larger than"):
            read_current(Path("/dev/zero"))


def test_a_file_of_too_many_rows_is_refused(tmp_path, monkeypatch):
    """A current longer than the record of a run may hold is refused."""
    assert table.MOST_SAMPLES == 250_000
    monkeypatch.setattr(table, "MOST_SAMPLES", 30)
    rows = "".join(f"{k},1\n" for k in range(31))
    assert "has more than 30 rows" in refusal(tmp_path, f"t,I\n{rows}")[1]


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text("0123456789.,-+eE\n\r\"';#\tIt ()msxn\x00 ", max_size=60))
def test_any_file_gives_a_current_or_a_message(tmp_path_factory, content):
    """No content makes the reader raise anything else."""
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    for ending in (".csv", ".npz"):
        file = file.rename(file.with_suffix(ending))
        with suppress(ModelError):
            assert isinstance(read_current(file), CurrentFile)


def test_reading_says_how_far_it_is_and_can_be_cancelled(tmp_path):
    """The fractions rise to nearly 1; once it is cancelled nothing is given."""
    file = write(tmp_path, "t,I\n" + "".join(f"{k / 10},{k % 7}\n" for k in range(20_000)))
    fractions = []
    read_current(file, None, Watched(fractions.append))
    assert fractions == sorted(fractions)
    assert len(fractions) > 5
    assert fractions[-1] >= 0.8
    with pytest.raises(text.Cancelled):
        read_current(file, None, Watched(cancelled=lambda: len(fractions) > 3))
