"""Kept diagrams, trajectories, cycle and views of the tab come back with a session."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QToolButton

from hhgui.analysis.slice import Others
from hhgui.document.session import state_from_table, table_from_state
from hhgui.model.edit import with_value
from hhgui.model.parameter import ModelError
from hhgui.ui.dynamics.kept import name_of
from hhgui.ui.dynamics.question import Question
from hhgui.ui.dynamics.state import MOST_KEPT, DynamicsState, KeptDiagram
from tests.shipped import SQUID
from tests.ui.controls import box, button, choose
from tests.ui.dynamics.controls import complete
from tests.ui.mouse import drag, place


@pytest.fixture
def page(page, desktop, qtbot):
    """The tab with a complete diagram of the squid."""
    complete(desktop, qtbot)
    return page


def test_a_kept_diagram_is_drawn_beside_one_of_another_neuron(page, desktop, qtbot):
    """Under the name of what differs; in figure, report and list, until it is hidden or deleted."""
    window = desktop.window
    box(window, "conductance.K").setValue(30.0)
    complete(desktop, qtbot)
    window.draw_frame()
    assert window.actions_by_name["keep"].isEnabled()
    window.actions_by_name["keep"].trigger()
    window.actions_by_name["undo"].trigger()
    complete(desktop, qtbot)
    (kept,) = page.diagram.kept_list.runs
    assert kept.name == "ḡK 36 → 30"
    assert len(page.diagram.plot.lines.drawn) > len(page.diagram.picture.lines)
    plot = page.diagram.plot
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(150, 30))
    names = {curve.name for curve in page.figure().panels[0].curves}
    assert {"ḡK 36 → 30: stable cycles", "stable cycles"} <= names
    items = {item.key: item for item in page.report_items()}
    assert items["kept.0"].chosen
    section = items["kept.0"].section()
    assert section.tables[0].rows[0][0] == "Fold of cycles"
    assert "measure bifurcation" in section.repeat.text
    assert page.results == page.state().diagrams
    window.findChild(QCheckBox, "dynamics.kept.0.visible").click()
    assert len(page.diagram.plot.lines.drawn) == len(page.diagram.picture.lines)
    window.findChild(QToolButton, "dynamics.kept.0.delete").click()
    assert page.diagram.kept_list.runs == ()
    assert page.diagram.kept_list.isHidden()


def test_one_of_other_axes_says_where_it_is_drawn(page, qtbot):
    """A kept diagram is not drawn over axes on which its numbers mean something else."""
    button(page, "dynamics.keep").click()
    choose(page, "dynamics.of", "rate")
    assert len(page.diagram.plot.lines.drawn) == 2 * len(page.diagram.picture.lines)
    choose(page, "dynamics.parameter", "K.conductance")
    qtbot.waitUntil(lambda: page.diagram.picture.across == "K.conductance")
    button(page, "dynamics.stop").click()
    assert len(page.diagram.plot.lines.drawn) == len(page.diagram.picture.lines)
    label = page.findChild(QLabel, "dynamics.kept.0.differences")
    assert label.text() == "against I"


def test_no_more_than_eight_are_kept(page):
    """With eight kept diagrams of different names Keep is disabled."""
    for _ in range(MOST_KEPT):
        page.keep()
    assert not page.can_keep
    assert len({kept.name for kept in page.diagram.kept_list.runs}) == MOST_KEPT


def test_a_session_brings_back_what_was_made(page, desktop, qtbot):
    """Kept diagram, trajectory, cycle, zoomed axes, threshold, the instant of the frozen gates."""
    plane, plot = page.phase.plane, page.diagram.plot
    page.keep()
    cycle = next(p for p in page.diagram.data.every_cycle if p.cycle.parameter > 60.0)
    at = place(plot.view, cycle.cycle.parameter, cycle.high)
    qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    shift = Qt.KeyboardModifier.ShiftModifier
    at = place(plane.view, -30.0, 0.5)
    qtbot.mouseClick(plane.viewport(), Qt.MouseButton.LeftButton, shift, at)
    qtbot.waitUntil(lambda: len(plane.shown_paths) == 2)
    drag(qtbot, plane.viewport(), place(plane.view, 20.0, 0.3), place(plane.view, 40.0, 0.4), 15)
    state, shown = page.state(), plane.shown_paths
    assert len(state.plane_view) == 4
    assert state.instant[1:] == tuple(page.phase.instant.state)
    button(page, "dynamics.clear").click()
    table = table_from_state(state)
    page.restore(DynamicsState())
    assert page.diagram.kept_list.runs == ()
    page.restore(state_from_table(DynamicsState, table))
    qtbot.waitUntil(lambda: bool(page.diagram.kept_list.runs))
    desktop.window.draw_frame()
    complete(desktop, qtbot)
    qtbot.waitUntil(lambda: len(plane.shown_paths) == 2)
    for path, before in zip(plane.shown_paths, shown, strict=True):
        assert path.x == pytest.approx(before.x)
    assert page.phase.trace.isVisible()
    again = page.state()
    assert again.plane_view == pytest.approx(state.plane_view)
    assert (again.diagrams, again.trajectories) == (state.diagrams, state.trajectories)
    assert again.cycle == pytest.approx(state.cycle)


def test_trajectories_are_followed_again_in_other_variables(page, qtbot):
    """A trajectory that began in V and n is drawn in V and h, too."""
    plane, shift = page.phase.plane, Qt.KeyboardModifier.ShiftModifier
    at = place(plane.view, -30.0, 0.5)
    qtbot.mouseClick(plane.viewport(), Qt.MouseButton.LeftButton, shift, at)
    qtbot.waitUntil(lambda: len(plane.shown_paths) == 1)
    (before,) = plane.shown_paths
    choose(page, "dynamics.y", "h")
    qtbot.waitUntil(lambda: len(plane.shown_paths) == 1)
    (after,) = plane.shown_paths
    assert after.axes == ("V", "h")
    assert after.x == pytest.approx(before.x)
    assert after.y.min() < 0.3 < before.y.min() + 0.3


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"plane_view": (1.0, 0.0, 0.0, 1.0)}, "rising ends"),
        ({"cycle": (1.0,)}, "parameter and a period"),
        ({"diagrams": ({"name": "a"},)}, "color is missing"),
        ({"trajectories": ({},) * 41}, "at most 40"),
    ],
)
def test_a_broken_session_is_refused_by_its_key(values, words):
    """A broken session is refused by its key, and nothing half-made is shown."""
    with pytest.raises(ModelError, match=words):
        DynamicsState(**values)


def test_the_name_leaves_out_what_is_varied():
    """The name says which current is held, unless the current is varied."""
    changed = with_value(with_value(SQUID, "K.conductance", 20.0), "Na.conductance", 90.0)
    asked = Question(changed, "K.conductance", 5.0)
    assert name_of(asked, SQUID) == "ḡNa 120 → 90 · hold 5 µA/cm²"
    assert name_of(Question(SQUID, "current", 0.0), SQUID) == SQUID.name
    kept = KeptDiagram.of("a", 0, True, asked)
    assert kept.question == asked


def test_a_session_of_before_is_read():
    """A session from before there were second numbers and kept diagrams is read."""
    table = {"x": "V", "y": "n", "others": Others.STEADY, "parameter": "current", "last": 40.0}
    state = state_from_table(DynamicsState, table)
    assert (state.second, state.diagrams, state.others) == ("", (), Others.STEADY)
