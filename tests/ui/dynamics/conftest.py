"""The Dynamics tab in the window."""

import pytest


@pytest.fixture
def page(desktop, qtbot):
    """The tab in front with its phase plane, the neuron paused."""
    window = desktop.window
    window.show_tab("dynamics")
    found = window.pages["dynamics"]
    qtbot.waitUntil(lambda: window.recording.total > 50 and found.phase.plane.portrait is not None)
    window.actions_by_name["run"].trigger()
    qtbot.waitUntil(lambda: not desktop.running)
    window.draw_frame()
    return found
