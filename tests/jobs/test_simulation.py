"""The live simulation's worker, without its thread."""

import pytest
from PySide6.QtCore import QTimer

from hhgui.jobs.simulation import AS_FAST_AS_IT_GOES, REST_MS, SimulationWorker
from hhgui.model.stimulus.stimulus import Stimulus


@pytest.mark.parametrize(("speed", "restarts"), [(AS_FAST_AS_IT_GOES, [REST_MS]), (1.0, [])])
def test_full_speed_rests_after_each_tick(qapp, library, monkeypatch, speed, restarts):
    """A periodic timer whose slot takes longer than its period is due again at once.

    At other speeds the period is left alone, as the clock sets the pace.
    """
    worker = SimulationWorker(library["squid-dayan-abbott"], Stimulus())
    worker.start_up()
    worker.set_speed(speed)
    worker.set_running(True)
    started = []
    monkeypatch.setattr(worker._timer, "start", started.append, raising=False)
    assert isinstance(worker._timer, QTimer)
    worker._tick()
    assert started == restarts
    worker.shut_down()
