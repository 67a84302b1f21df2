"""The export of a part of the live recording."""

import pytest

from hhgui.engine.recording import Bookmark, Recording
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from hhgui.storage.csv_table import Cancelled
from hhgui.storage.table_form import CSV
from hhgui.storage.trace_csv import RunRecord, TraceExport, write_traces
from hhgui.ui.live.export_dialog import ExportChoice, export_of
from tests.shipped import SQUID


@pytest.fixture
def recording():
    """A recording of 5 ms of the squid axon with a step of current: 200 rows."""
    simulation = Simulation(SQUID, Stimulus((Step(10.0, 1.0, 5.0),)))
    recording = Recording(SQUID)
    recording.add_bookmark(Bookmark(0, 1, 0, simulation.checkpoint()))
    recording.append(simulation.advance(200, every=1))
    return recording


@pytest.fixture
def export(recording):
    """Voltage and stimulus of all rows."""
    return export_of(recording, ExportChoice(*recording.span, ("V", "I_stim"), 1))


def test_an_export_writes_the_rows_and_reports_them(recording, export, tmp_path):
    """The table has the bytes of the same run's, made from its settings; the last fraction is 1."""
    fractions = []
    export.write(tmp_path / "a.csv", CSV, lambda: False, fractions.append)
    start = recording.bookmarks()[0].start
    run = RunRecord(start.membrane, start.stimulus, start.method, start.dt, 4.975)
    write_traces(tmp_path / "b.csv", TraceExport(run.replay(), ("V", "I_stim")))
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert fractions[-1] == 1.0


def test_a_cancelled_export_writes_nothing(export, tmp_path):
    """A cancelled export leaves the folder empty."""
    with pytest.raises(Cancelled):
        export.write(tmp_path / "a.csv", CSV, lambda: True, lambda fraction: None)
    assert list(tmp_path.iterdir()) == []
