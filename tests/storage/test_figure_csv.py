"""The numbers behind a figure: read back with pandas, which knows nothing of hhgui."""

import numpy as np
import pandas as pd
import pytest

from hhgui.storage.atomic import WriteError
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.figure_csv import CHUNK_ROWS, Series, ascii_name, write_figure_csv

TIMES = np.arange(5) * 0.1


def series(header="V_mV", x=TIMES, y=None):
    """A curve of awkward numbers over ``x``."""
    return Series(header, "time_ms", x, np.sin(x) / 3.0 if y is None else y)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("µA/cm²", "uA_per_cm2"),
        ("ḡNa 100", "gNa_100"),
        ("τ", "tau"),
        ("I_Na", "I_Na"),
        ("f–I · −5 µA", "fI_-5_uA"),
        ("m∞", "m_inf"),
    ],
)
def test_headers_are_ascii(text, name):
    """Signs that a spreadsheet may garble are spelled out."""
    assert ascii_name(text) == name


def test_numbers_read_back_to_the_last_bit(tmp_path):
    """pandas reads exactly the numbers that are drawn."""
    path = tmp_path / "figure.csv"
    written = series()
    write_figure_csv(path, [written])
    table = pd.read_csv(path)
    assert list(table) == ["time_ms", "V_mV"]
    assert np.array_equal(table["V_mV"], written.y)
    assert np.array_equal(table["time_ms"], written.x)


def test_curves_over_equal_times_share_the_column(tmp_path):
    """Two arrays with the same numbers are one x."""
    path = tmp_path / "figure.csv"
    write_figure_csv(path, [series("V_mV"), series("m", TIMES.copy())])
    assert list(pd.read_csv(path)) == ["time_ms", "V_mV", "m"]


def test_other_times_get_a_column_of_their_own(tmp_path):
    """A shorter curve over another x stands beside it and ends in empty fields."""
    path = tmp_path / "figure.csv"
    short = np.array([0.0, 0.25, 0.5])
    write_figure_csv(path, [series("V_mV_a"), series("V_mV_b", short)])
    table = pd.read_csv(path)
    assert list(table) == ["time_ms", "V_mV_a", "time_ms_2", "V_mV_b"]
    assert table["time_ms_2"].dropna().tolist() == short.tolist()
    assert len(table) == len(TIMES)


def test_equal_headers_are_numbered(tmp_path):
    """No column hides another of the same name."""
    path = tmp_path / "figure.csv"
    write_figure_csv(path, [series("V_mV"), series("V_mV"), series("V_mV")])
    assert list(pd.read_csv(path)) == ["time_ms", "V_mV", "V_mV_2", "V_mV_3"]


def test_a_table_longer_than_a_chunk_is_whole(tmp_path):
    """Rows are written in pieces, and none is lost between them."""
    path = tmp_path / "figure.csv"
    long = np.arange(2.0 * CHUNK_ROWS + 7.0)
    write_figure_csv(path, [series("V_mV", long, -long), series("m", long[:9], long[:9])])
    table = pd.read_csv(path)
    assert np.array_equal(table["V_mV"], -long)
    assert table["m"].count() == 9


def test_a_cancelled_table_leaves_the_old_file(tmp_path):
    """Nothing is written in part."""
    path = tmp_path / "figure.csv"
    path.write_text("old")
    with pytest.raises(Cancelled):
        write_figure_csv(path, [series()], cancelled=lambda: True)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_a_missing_folder_is_reported(tmp_path):
    """The message names the file and the remedy."""
    with pytest.raises(WriteError, match=r"figure\.csv.*does not exist; choose another folder"):
        write_figure_csv(tmp_path / "none" / "figure.csv", [series()])


def test_no_curve_makes_no_table(tmp_path):
    """An empty figure is the caller's mistake."""
    with pytest.raises(ValueError, match="needs a curve"):
        write_figure_csv(tmp_path / "figure.csv", [])
