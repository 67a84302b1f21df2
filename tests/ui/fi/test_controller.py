"""The work of a sweep: its points, and whether they are accurate."""

from hhgui.document.fi_protocol import FiProtocol
from hhgui.experiments.fi import fi_points
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.ui.fi.controller import sweep
from hhgui.ui.fi.state import FiState
from tests.shipped import SQUID
from tests.ui.controls import box
from tests.ui.mouse import LEFT, place

PROTOCOL = FiProtocol(0.0, 20.0, 5, 10.0, 110.0, 120.0)


def run_to_end(work, cancelled=lambda: False):
    """The items of a generator and what it returned."""
    made, items = work(cancelled, lambda fraction: None), []
    while True:
        try:
            items.append(next(made))
        except StopIteration as end:
            return items, end.value


def test_a_sweep_yields_the_curves_points_and_returns_no_problem_of_accurate_settings():
    """The points are the experiment's, in order."""
    points, problem = run_to_end(sweep(SQUID, PROTOCOL))
    assert points == list(fi_points(SQUID, PROTOCOL))
    assert problem == ""


def test_a_sweep_names_what_is_inaccurate_about_its_settings():
    """Exponential Euler at 0.1 ms fires at another rate than at half that dt."""
    coarse = FiProtocol(0.0, 20.0, 5, 10.0, 110.0, 120.0, method="exponential-euler", dt=0.1)
    _, problem = run_to_end(sweep(SQUID, coarse))
    assert "µA/cm²" in problem


def test_a_cancelled_sweep_judges_nothing():
    """A sweep cancelled at once yields no point and returns None."""
    points, problem = run_to_end(sweep(SQUID, PROTOCOL), lambda: True)
    assert (points, problem) == ([], None)


def test_a_click_on_a_point_opens_that_run(desktop, qtbot, settle):
    """The run has the neuron and the protocol of the curve, as one step of undo."""
    window, fi = desktop.window, desktop.window.pages["fi"]
    window.show_tab("fi")
    fi.restore(FiState(FrequencyCurrent.of(PROTOCOL).settings()))
    fi.run()
    qtbot.waitUntil(lambda: fi.curve is not None and not fi.running)
    box(window, "conductance.Na").setValue(50.0)
    before = desktop.editor.document
    settle(fi.plot)
    point = fi.curve.points[2]
    at = place(fi.plot.getViewBox(), point.current, point.count)
    qtbot.mouseClick(fi.plot.viewport(), LEFT, pos=at)
    single = window.pages["experiment"]
    assert window.front is single
    qtbot.waitUntil(lambda: single.current is not None)
    assert single.current.setup.membrane == fi.curve.membrane
    (step,) = single.current.setup.stimulus.components
    assert (step.amplitude, step.start, step.stop) == (point.current, 10.0, 110.0)
    assert single.duration == PROTOCOL.duration
    qtbot.waitUntil(lambda: single.current.spikes.size == point.count)
    desktop.editor.history.undo()
    assert desktop.editor.document == before
