"""The work of exports and saved models."""

import pytest

from hhgui.model.model_file import load_membrane
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.trace_csv import RunRecord, TraceExport, write_traces
from hhgui.ui.window.file_commands import model_file, traces


@pytest.fixture
def export(library):
    """Voltage and stimulus of 5 ms of the squid axon: 201 rows."""
    step = Stimulus((Step(10.0, 1.0, 5.0),))
    run = RunRecord(library["squid-dayan-abbott"], step, "crank-nicolson", 0.025, 5.0)
    return TraceExport(run.replay(), ("V", "I_stim"))


def test_the_work_of_an_export_writes_the_table_and_reports_its_rows(export, tmp_path):
    """The bytes are those of write_traces, and the last fraction is 1."""
    fractions = []
    path = traces(tmp_path / "a.csv", export, 201)(lambda: False, fractions.append)
    write_traces(tmp_path / "b.csv", export)
    assert path.read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert fractions[-1] == 1.0


def test_a_cancelled_export_writes_nothing(export, tmp_path):
    """A cancelled export leaves the folder empty."""
    with pytest.raises(Cancelled):
        traces(tmp_path / "a.csv", export, 201)(lambda: True, lambda fraction: None)
    assert list(tmp_path.iterdir()) == []


def test_the_work_of_a_saved_model_writes_the_membrane(library, tmp_path):
    """The file loads as the same membrane."""
    squid = library["squid-dayan-abbott"]
    path = model_file(tmp_path / "squid.toml", squid)(lambda: False, lambda fraction: None)
    assert load_membrane(path) == squid
