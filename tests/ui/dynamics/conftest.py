"""The Dynamics tab in the window."""

import pytest

from hhgui.ui.dynamics import trajectories

COMPUTED = []  # complete diagrams: what each depends on, and its pieces


@pytest.fixture(scope="module", autouse=True)
def _computed_once():
    """Compute a diagram once, in a second or two; let its pieces come again when it is asked for.

    What a diagram says of a neuron is tested without a window.
    """
    compute = trajectories._pieces

    def pieces(question, cancelled, progress):
        asked = question.essence, question.frame(), trajectories.LEVELS
        found = [made for key, made in COMPUTED if key == asked]
        come = []
        for piece in found[0] if found else compute(question, cancelled, progress):
            if found and cancelled():
                return
            come.append(piece)
            yield piece
        if not found and not cancelled():
            COMPUTED.append((asked, come))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trajectories, "_pieces", pieces)
        yield


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
