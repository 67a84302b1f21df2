"""No event keeps the GUI thread busy for long, in any use that the lab courses need."""

import time

import pytest
from PySide6.QtCore import QTimer

from hhgui.document.setup import AS_FAST_AS_IT_GOES
from tests.gui_events import check_passes_are_short
from tests.window_work import WORK


@pytest.mark.parametrize("work", WORK, ids=lambda f: f.__name__)
def test_a_pass_of_the_loop_takes_at_most_50_ms_of_cpu(desktop, work):
    """The live neuron runs at full speed; the first of the rounds may draw what is new."""
    desktop.window.bar.choose_speed(AS_FAST_AS_IT_GOES)
    check_passes_are_short(lambda: work(desktop))


def test_a_long_pass_is_noticed(qapp):
    """The measure is not blind: a third of a second of arithmetic in a timer's slot fails."""

    def compute():
        end = time.thread_time() + 0.33
        while time.thread_time() < end:
            pass

    def work():
        QTimer.singleShot(0, compute)
        yield 20

    with pytest.raises(pytest.fail.Exception, match="50 ms of CPU"):
        check_passes_are_short(work)
