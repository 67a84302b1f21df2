"""Tables in every form: what the program writes, it and others read."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hhgui.engine.replay import blocks
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.storage.csv_table import Cancelled, Column
from hhgui.storage.currents.current_file import read_current
from hhgui.storage.table_form import ATF, CSV, NPZ, TableForm, form_of, write_table
from hhgui.storage.trace_csv import RunRecord, TraceExport, write_traces
from tests.shipped import SQUID

FORMS = {
    "comma.csv": CSV, "semicolon.csv": TableForm("csv", ";", ","),
    "tab.csv": TableForm("csv", "\t", ","), "point.csv": TableForm("csv", ";"),
    "axon.atf": ATF, "numpy.npz": NPZ,
}  # fmt: skip


@pytest.fixture(params=FORMS)
def written(request, tmp_path):
    """Traces of a stepped squid axon in one form: the file, its form and the run's columns."""
    record = RunRecord(SQUID, Stimulus((Step(7.0, 1.0, 3.5),)), "crank-nicolson", 0.025, 5.0)
    path = tmp_path / request.param
    export = TraceExport(record.replay(), ("V", "I_stim", "m", "I_Na", "g_Na"))
    write_traces(path, export, form=FORMS[request.param])
    rows = [block for _, block in blocks(record.replay())]
    voltage = np.concatenate([block.columns[0] for block in rows])
    current = np.concatenate([block.columns[1] for block in rows])
    return path, FORMS[request.param], voltage, current


def test_the_stimulus_of_a_written_table_is_read_again(written):
    """Every sample to the last bit; the voltage beside it is not injected."""
    path, _, _, current = written
    samples = read_current(path).samples
    assert samples.values == tuple(current.tolist())
    assert samples.times[:-1] == pytest.approx(0.025 * np.arange(current.size), abs=1e-9)


def test_other_programs_read_a_written_table(written):
    """pandas with the separator and sign that were chosen, NumPy its own; bits are kept."""
    path, form, voltage, _ = written
    if form.kind == "npz":
        with np.load(path) as arrays:
            assert np.array_equal(arrays["V_mV"], voltage)
    else:
        skipped = 2 if form.kind == "atf" else 0
        table = pd.read_csv(
            path, sep=form.separator, decimal=form.decimal, skiprows=skipped,
        )  # fmt: skip
        assert np.array_equal(table.iloc[:, 1], voltage)


def test_axon_text_has_its_head_and_titles_with_units():
    """The head has the version, no records and the number of columns, each with a title."""
    stream = io.StringIO()
    columns = [Column("time_ms"), Column("V_mV"), Column("I_stim_uA_per_cm2"), Column("m")]
    write_table(stream, columns, [tuple(np.array([[0.0], [-65.0], [7.0], [0.5]]))], ATF)
    assert stream.getvalue() == (
        'ATF\t1.0\n0\t4\n"time (ms)"\t"V (mV)"\t"I_stim (uA/cm2)"\t"m"\n0.0\t-65.0\t7.0\t0.5\n'
    )


def test_a_name_s_ending_chooses_the_form():
    """.atf and .npz choose the form; with any other ending the preference does."""
    preferred = TableForm("csv", ";", ",")
    assert form_of(Path("a.ATF"), preferred) == ATF
    assert form_of(Path("a.npz"), preferred) == NPZ
    assert form_of(Path("a.csv"), preferred) == form_of(Path("a"), preferred) == preferred
    assert form_of(Path("a.csv")) == CSV


def test_arrays_can_be_cancelled(tmp_path):
    """A cancelled export to .npz raises Cancelled, as one to CSV does."""
    with (tmp_path / "a.npz").open("w") as stream, pytest.raises(Cancelled):
        write_table(stream, [Column("t")], [(np.zeros(3),)], NPZ, cancelled=lambda: True)
