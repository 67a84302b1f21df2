"""Export numbers writes the numbers of the visible tab only."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from hhgui.engine.recording import LiveStatus
from hhgui.ui.window.main_window import status_text
from tests.ui.controls import button


@pytest.fixture
def exported(desktop, qtbot, tmp_path, monkeypatch):
    """The table that Ctrl+E writes, by the name of the tab in front."""

    def export(tab):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        desktop.window.show_tab(tab)
        qtbot.waitUntil(lambda: desktop.window.front.numbers() is not None)
        desktop.window.actions_by_name["export.csv"].trigger()
        qtbot.waitUntil(lambda: path.exists() and desktop.window.export_progress.isHidden())
        return np.genfromtxt(path, delimiter=",", names=True), path.with_suffix(".json").exists()

    return export


def test_the_numbers_are_those_of_the_tab_in_front(desktop, qtbot, exported):
    """A single run in full with its JSON; kept runs beside it; every gate over the voltage."""
    window, page = desktop.window, desktop.window.pages["experiment"]
    window.show_tab("experiment")
    qtbot.waitUntil(lambda: page.current is not None)
    table, record = exported("experiment")
    assert record
    assert (table["time_ms"][-1], table.size) == (50.0, 2001)
    np.testing.assert_array_equal(table["V_mV"], page.current.column("V"))
    button(page, "experiment.keep").click()
    table, _ = exported("experiment")
    assert len([name for name in table.dtype.names if name.startswith("V_mV")]) == 2
    table, record = exported("gating")
    assert not record
    at_rest = np.interp(-65.0, table["V_mV"], table["m_inf"])
    assert at_rest == pytest.approx(0.0529, abs=1e-4)  # Dayan & Abbott 2001, eq. 5.24
    assert not window.actions_by_name["export.fi"].isEnabled()
    window.show_tab("fi")
    window.draw_frame()
    assert window.actions_by_name["export.fi"].isEnabled()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (LiveStatus(167.2, 0.05, 9, 167.2, 68.31), "9 spikes in 167 ms  ·  now 68.3 Hz (1/ISI)"),
        (LiveStatus(5000.0, 0.0, 1, 1000.0, 0.0), "paused  ·  1 spike in 1000 ms"),
    ],
)
def test_the_status_counts_the_time_that_has_passed(status, words):
    """The status has the rate of the present firing, and none while there is none."""
    assert status_text(status).endswith(words)
