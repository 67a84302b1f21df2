import io
import locale
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hhgui.model.parameter import ModelError
from hhgui.model.quantity import recorded_keys
from hhgui.storage.csv_table import (
    Cancelled,
    Column,
    chosen_names,
    write_csv,
)
from tests.locales import decimal_commas
from tests.shipped import SQUID

ROOT = Path(__file__).resolve().parents[2]
PAIR = (Column("count", whole=True), Column("V_mV"))
NAN, INF = float("nan"), float("inf")


def text_of(columns, *chunks, **options):
    """The text that ``write_csv`` writes."""
    stream = io.StringIO(newline="")
    write_csv(stream, columns, chunks, **options)
    return stream.getvalue()


def test_numbers_are_the_shortest_that_read_back():
    """Whole floats keep their point, whole columns have none, NaN is an empty field."""
    chunk = (np.arange(6), np.array([120.0, 0.1, -1e-5, 1e300, NAN, -INF]))
    rows = ["0,120.0", "1,0.1", "2,-1e-05", "3,1e+300", "4,", "5,-inf"]
    assert text_of(PAIR, chunk) == "count,V_mV\n" + "\n".join(rows) + "\n"


def test_a_table_without_rows_has_its_header():
    """Neither no chunk nor an empty chunk writes a row."""
    empty = (np.array([], dtype=int), np.array([]))
    assert text_of(PAIR) == text_of(PAIR, empty) == "count,V_mV\n"


@given(hnp.arrays(np.float64, st.integers(1, 50), elements=st.floats(allow_nan=False)))
def test_every_float_reads_back_bit_for_bit(values):
    """Random float64, of any size and sign, come back with the same bits."""
    lines = text_of([Column("V_mV")], (values,)).splitlines()[1:]
    assert np.array([float(line) for line in lines]).tobytes() == values.tobytes()


@given(hnp.arrays(np.int64, st.integers(1, 50)))
def test_every_whole_number_reads_back(values):
    """Random 64-bit integers are read back as written."""
    lines = text_of([Column("count", whole=True)], (values,)).splitlines()[1:]
    assert [int(line) for line in lines] == values.tolist()


def test_pandas_reads_the_right_types():
    """Whole columns are int64, all others float64, also with empty fields and whole floats."""
    chunk = (np.arange(3), np.array([1.0, NAN, 3.0]), np.array([0.0, 1.0, 2.0]))
    table = pd.read_csv(io.StringIO(text_of([*PAIR, Column("time_ms")], chunk)))
    assert [str(kind) for kind in table.dtypes] == ["int64", "float64", "float64"]
    assert list(table.columns) == ["count", "V_mV", "time_ms"]


def test_the_cut_into_chunks_does_not_show():
    """The same rows give the same bytes in one chunk or in many, longer than a block too."""
    rng = np.random.default_rng(3)
    whole = (np.arange(10_001), rng.normal(size=10_001))
    cuts = [0, 1, 4000, 4000, 9000, 10_001]
    pieces = [tuple(c[a:b] for c in whole) for a, b in pairwise(cuts)]
    assert text_of(PAIR, whole) == text_of(PAIR, *pieces)


def test_any_float_type_and_stride_will_do():
    """float32, integers in a float column and strided views are written as float64."""
    chunk = (np.arange(4)[::2], np.array([0.5, 9.0, 1.5, 9.0], dtype=np.float32)[::2])
    assert text_of(PAIR, chunk) == "count,V_mV\n0,0.5\n2,1.5\n"
    assert text_of(PAIR, (np.array([1]), np.array([2]))) == "count,V_mV\n1,2.0\n"


def test_fractions_in_a_whole_column_are_refused():
    """A fraction in a whole column is refused and not cut off in silence."""
    with pytest.raises(TypeError, match="cast"):
        text_of(PAIR, (np.array([1.5]), np.array([1.0])))


def test_columns_of_different_lengths_are_refused():
    """Rows and columns that do not match are refused, so that none is dropped in silence."""
    with pytest.raises(ValueError, match="equally long"):
        text_of(PAIR, (np.arange(2), np.zeros(3)))
    with pytest.raises(ValueError, match="shorter"):
        text_of(PAIR, (np.arange(2),))


def test_cancelling_stops_within_a_chunk():
    """Cancelled is raised a few blocks in, however large the chunk is."""
    asked = iter([False, False, True])
    stream = io.StringIO()
    with pytest.raises(Cancelled):
        write_csv(stream, PAIR, [(np.arange(10**6), np.zeros(10**6))], None, lambda: next(asked))
    assert 1000 < stream.getvalue().count("\n") < 10**5


def test_progress_counts_rows_and_ends_with_all():
    """Progress rises, is not reported for every block, and ends with the number of rows."""
    reports = []
    rows = 300_000
    text_of(
        PAIR, (np.arange(rows), np.random.default_rng(1).normal(size=rows)), progress=reports.append
    )
    assert reports == sorted(reports)
    assert reports[-1] == rows
    assert 2 <= len(reports) <= 200


COMMAS = ("de_DE.UTF-8", "de_DE.utf8", "German_Germany.1252", "fr_FR.UTF-8", "fr_FR.utf8")


@pytest.fixture
def commas(tmp_path, monkeypatch):
    """A locale with decimal commas: the machine's, or one made for the test."""
    before = locale.setlocale(locale.LC_ALL)
    made = decimal_commas(tmp_path) or {}
    for name, value in made.items():
        monkeypatch.setenv(name, value)
    for name in (made.get("LC_NUMERIC", COMMAS[0]), *COMMAS):
        with suppress(locale.Error):
            locale.setlocale(locale.LC_NUMERIC, name)
            break
    else:
        pytest.skip("no locale with decimal commas here")
    yield
    locale.setlocale(locale.LC_ALL, before)


def test_a_locale_with_decimal_commas_changes_nothing(commas):
    """Under a locale with decimal commas the bytes are the same."""
    assert locale.localeconv()["decimal_point"] == ","
    assert text_of(PAIR, (np.array([1000]), np.array([1234.5]))) == "count,V_mV\n1000,1234.5\n"


def test_qts_locale_changes_nothing():
    """A table has the same bytes with German as Qt's default locale."""
    core = pytest.importorskip("PySide6.QtCore")
    before = core.QLocale()
    core.QLocale.setDefault(core.QLocale("de_DE"))
    try:
        assert core.QLocale().toString(1.5) == "1,5"
        assert text_of(PAIR, (np.array([1]), np.array([1.5]))) == "count,V_mV\n1,1.5\n"
    finally:
        core.QLocale.setDefault(before)


def test_storage_imports_no_qt():
    """Storage works where Qt is not installed."""
    modules = "import sys, hhgui.storage.atomic, hhgui.storage.csv_table, hhgui.storage.fi_csv;"
    code = modules + "sys.exit(any('PySide' in m or 'shiboken' in m for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_large_table_is_quick():
    """A million numbers in nine columns cost half a second of CPU, and 4 s on a slow machine."""
    columns = [Column(f"c{i}") for i in range(9)]
    chunk = tuple(np.random.default_rng(2).normal(size=(9, 111_111)))
    begun = time.process_time()
    text_of(columns, chunk)
    assert time.process_time() - begun < 4.0


def test_derived_quantities_are_recorded_by_name():
    """Conductance, driving force and open probability of a current, in the user's order."""
    assert chosen_names(SQUID, "p_Na,V,d_K,g_L") == ("p_Na", "V", "d_K", "g_L")


def test_recorded_names_keep_their_order_and_come_once():
    """The user's order is the columns' order; a name given twice is one column."""
    assert chosen_names(SQUID, "I_Na, V,,I_Na") == ("I_Na", "V")
    assert chosen_names(SQUID, "all") == recorded_keys(SQUID)
    assert chosen_names(SQUID, "n,all")[:2] == ("n", "V")


@pytest.mark.parametrize("record", ["V,I_Ca", "v", "", " , ", "time_ms", "V_mV", "p_L"])
def test_unknown_names_are_refused_with_what_there_is(record):
    """The message lists every name that can be recorded."""
    with pytest.raises(
        ModelError, match="choose from V, I_stim, m, h, n, I_Na, I_K, I_L"
    ) as caught:
        chosen_names(SQUID, record)
    assert caught.value.key == "record"
