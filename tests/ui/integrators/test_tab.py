"""The Integrators tab: its rows, its requests, its curves and its table."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QToolButton,
)

from hhgui.document.session import state_from_table, table_from_state
from hhgui.document.setup import Setup
from hhgui.engine.methods import METHODS, Trial
from hhgui.experiments.comparison import FIRST, Integrators
from hhgui.experiments.contract import Subject
from hhgui.experiments.events import Row, Trace
from hhgui.experiments.settings import MOST_TRIALS
from hhgui.ui.integrators.controls import LECTURE_7
from hhgui.ui.integrators.tab import IntegratorsTab
from hhgui.ui.widgets.theme import DARK
from tests.shipped import SQUID
from tests.ui.controls import box, button, choose, text

TRIALS = (Trial("euler", 0.1), Trial("rk4", 0.01))
TIMES = np.linspace(0.0, 80.0, 801)
VOLTAGE = -65.0 + 100.0 * np.sin(TIMES) ** 9
COMPARED = Integrators(TRIALS, 80.0), Subject(SQUID)
SETUP = Setup(
    SQUID, SQUID, tab="integrators", experiment="integrators", settings=COMPARED[0].settings()
)
FINITE = {"outcome": 1.0, "spike_count": 5.0}
TRUE = Trace(0, "", TIMES, VOLTAGE), Row(0, FINITE | {"seconds": 0.12})
BLEW_UP = (
    Trace(1, "", TIMES[:17], np.append(np.full(16, -65.0), np.inf)),
    Row(1, {"outcome": 0.0, "spike_count": None, "seconds": 0.003},
        "At 1.600 ms the run blew up: dt 0.1 ms is too large."),
)  # fmt: skip
FINE = Trace(2, "", TIMES, VOLTAGE), Row(2, FINITE | {"spike_error": 0.00224, "seconds": 0.0235})


@pytest.fixture
def tab(shown):
    """A shown tab of the size it has in a small window."""
    return shown(IntegratorsTab(), 930, 560)


@pytest.fixture
def compared(tab):
    """The tab after a comparison in which one run blew up."""
    tab.begin(*COMPARED)
    tab.add_events((*TRUE, *BLEW_UP, *FINE))
    tab.finish("")
    return tab


def row(tab, place):
    """The texts of a table's row."""
    return [tab.table.item(place, column).text() for column in range(tab.table.columnCount())]


def preset(tab, place):
    """Choose an entry of the presets' menu."""
    menu = button(tab, "integrators.preset").menu()
    menu.aboutToShow.emit()
    menu.actions()[place].trigger()
    return menu.actions()[place].text()


def test_compare_asks_for_what_the_rows_say(qtbot, tab):
    """The request has the duration and every method with its dt, from the top."""
    box(tab, "integrators.duration").setValue(120.0)
    box(tab, "integrators.dt.2").setValue(0.05)
    with qtbot.waitSignal(tab.compare_requested) as asked:
        button(tab, "integrators.start").click()
    assert asked.args == [Integrators((FIRST[0], replace(FIRST[1], dt=0.05), FIRST[2]), 120.0)]


def test_another_method_is_chosen_in_its_row(tab):
    """A method is chosen by its id, independent of its label."""
    choose(tab, "integrators.method.1", "rk4")
    assert tab.trials[0] == Trial("rk4", FIRST[0].dt)


def test_the_lecture_7_preset_is_the_lectures_comparison(tab):
    """Three methods at four dt, as the lecture has them."""
    assert preset(tab, 0).startswith("Lecture 7")
    assert tab.trials == LECTURE_7
    assert {trial.dt for trial in tab.trials} == {0.1, 0.05, 0.025, 0.01}
    assert {trial.method for trial in tab.trials} == {"euler", "rk4", "exponential-euler"}


def test_all_methods_at_the_first_rows_dt(tab):
    """Every method with a fixed step; the adaptive one is the reference anyway."""
    box(tab, "integrators.dt.1").setValue(0.04)
    assert preset(tab, 1) == "All methods at dt 0.04 ms"
    assert [trial.method for trial in tab.trials] == [m for m in METHODS if m != "adaptive"]
    assert {trial.dt for trial in tab.trials} == {0.04}


def test_a_row_is_added_at_half_the_last_dt(tab):
    """A new row has the last row's method and half its dt."""
    button(tab, "integrators.add").click()
    assert tab.trials == (*FIRST, Trial(FIRST[-1].method, FIRST[-1].dt / 2.0))


def test_a_row_is_removed_and_the_others_are_numbered_anew(tab):
    """After a row is removed the others' object names count from the first again."""
    tab.findChild(QToolButton, "integrators.remove.1").click()
    assert tab.trials == FIRST[1:]
    assert box(tab, "integrators.dt.1").value() == FIRST[1].dt
    assert box(tab, "integrators.dt.3") is None


def test_no_more_rows_than_a_setup_may_have(tab):
    """With the most rows the button that adds one is disabled."""
    for _ in range(MOST_TRIALS - len(FIRST)):
        assert button(tab, "integrators.add").isEnabled()
        button(tab, "integrators.add").click()
    assert not button(tab, "integrators.add").isEnabled()
    Integrators(tab.trials)


def test_without_rows_nothing_starts(qtbot, tab):
    """Without rows no comparison is requested and the tab says why."""
    for _ in FIRST:
        tab.findChild(QToolButton, "integrators.remove.1").click()
    with qtbot.assertNotEmitted(tab.compare_requested):
        button(tab, "integrators.start").click()
    assert (
        text(tab, "integrators.message") == "Not started: there is no method to compare: add a row."
    )


def test_a_refused_dt_is_reported_and_nothing_starts_with_the_old_one(qtbot, tab):
    """The first click on Run shows the refusal and starts nothing; the next click runs."""
    box(tab, "integrators.dt.1").setValue(7.0)
    with qtbot.assertNotEmitted(tab.compare_requested):
        button(tab, "integrators.start").click()
    assert "from 0.0001 to 1 ms" in text(tab, "integrators.message")
    with qtbot.waitSignal(tab.compare_requested):
        button(tab, "integrators.start").click()


def test_a_refused_duration_is_reported_too(qtbot, tab):
    """A duration out of range is refused with a message, as a dt is."""
    box(tab, "integrators.duration").setValue(-1.0)
    with qtbot.assertNotEmitted(tab.compare_requested):
        button(tab, "integrators.start").click()
    assert "duration must be above 0" in text(tab, "integrators.message")


def test_a_protocol_fills_the_rows_and_the_duration(qtbot, tab):
    """A protocol fills the rows and the duration and requests no comparison by itself."""
    with qtbot.assertNotEmitted(tab.compare_requested):
        tab.show_setup(SETUP, False)
    assert (tab.trials, tab.duration) == (TRIALS, 80.0)


def test_a_setup_without_an_experiment_leaves_the_rows(tab):
    """A setup without an experiment changes no row."""
    tab.show_setup(replace(SETUP, experiment=""), False)
    assert (tab.trials, tab.duration) == (FIRST, 100.0)


def test_a_session_keeps_the_comparison_and_without_rows_the_first_one(tab):
    """The state of the tab goes through a table and back; it is never refused."""
    tab.show_setup(SETUP, False)
    kept = table_from_state(tab.state())
    assert kept == {"settings": {"trials": [["euler", 0.1], ["rk4", 0.01]], "duration": 80.0}}
    for _ in TRIALS:
        tab.findChild(QToolButton, "integrators.remove.1").click()
    assert tab.state().settings["trials"] == [[each.method, each.dt] for each in FIRST]
    tab.restore(state_from_table(tab.State, kept))
    assert (tab.trials, tab.duration) == (TRIALS, 80.0)


def test_a_protocol_takes_the_place_of_older_results(compared):
    """A protocol removes the results, which belong to another neuron, method or dt."""
    compared.show_setup(SETUP, False)
    assert (compared.results, compared.table.rowCount(), compared.figure()) == ((), 0, None)
    assert "Run compares them" in text(compared, "integrators.title")


def test_beside_the_lessons_every_column_is_seen(compared):
    """The tab is about 620 pixels wide then, in a window of 1280."""
    compared.resize(620, 560)
    assert compared.table.horizontalScrollBar().maximum() == 0


def test_a_note_is_shown_until_there_is_none(tab):
    """The tab shows a protocol's note, and hides it for an empty one."""
    tab.show_note("The printed capacitance is ten times the membrane's.")
    assert tab.findChild(QLabel, "integrators.note").isVisible()
    tab.show_note("")
    assert not tab.findChild(QLabel, "integrators.note").isVisible()


def test_while_it_runs_there_is_cancel_instead_of_compare(qtbot, tab):
    """During a comparison only Cancel is enabled, after it only Compare."""
    tab.begin(*COMPARED)
    assert (
        button(tab, "integrators.start").isEnabled(),
        button(tab, "integrators.cancel").isEnabled(),
    ) == (False, True)
    with qtbot.waitSignal(tab.cancel_requested):
        button(tab, "integrators.cancel").click()
    tab.finish("cancelled")
    assert (
        button(tab, "integrators.start").isEnabled(),
        button(tab, "integrators.cancel").isEnabled(),
    ) == (True, False)
    assert text(tab, "integrators.message") == "Cancelled."


def test_rows_appear_as_results_arrive_the_reference_first(tab):
    """The reference is the first row; the others are in the order of the trials."""
    tab.begin(*COMPARED)
    tab.add_events(TRUE)
    assert tab.table.rowCount() == 1
    assert row(tab, 0) == [METHODS["adaptive"].label, "its own", "finite", "5", "reference", "120"]
    tab.add_events(BLEW_UP)
    assert tab.table.rowCount() == 2


def test_a_run_that_blew_up_is_reported_in_words(compared):
    """The row says when it stopped, the tooltip why and what helps."""
    assert row(compared, 1)[:5] == ["Forward Euler", "0.1", "stopped at 1.60 ms", "", ""]
    assert "too large" in compared.table.item(1, 2).toolTip()
    assert text(compared, "integrators.message").endswith("1 run stopped early (×).")


def test_a_spike_time_error_is_in_milliseconds(compared):
    """The error of a spike time is in ms, with its significant digits."""
    assert row(compared, 2) == ["Runge–Kutta 4", "0.01", "finite", "5", "0.00224", "23.5"]


def test_a_new_comparison_takes_the_place_of_the_results_before(compared):
    """The table is empty while it runs."""
    compared.begin(*COMPARED)
    assert compared.table.rowCount() == 0
    assert compared.running


def test_progress_counts_results_and_work(tab):
    """The bar shows how far the longest run is, too."""
    tab.begin(*COMPARED)
    tab.add_events(TRUE)
    bar = tab.findChild(QProgressBar, "integrators.progress")
    assert bar.format() == "1 of 3"
    tab.show_progress(0.9)
    assert bar.value() == 900


def test_a_rows_checkbox_hides_its_curve(compared):
    """An unchecked row is hidden in the plot and left out of the figure."""
    compared.table.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    assert [compared.plot.is_shown(place) for place in range(3)] == [True, False, True]
    names = [curve.name for curve in compared.figure().panels[0].curves]
    assert names == [f"{METHODS['adaptive'].label}, reference", "Runge–Kutta 4, dt 0.01 ms"]


def test_the_figure_is_what_is_seen(compared):
    """The figure has the time span that is zoomed in the plot."""
    compared.plot.getViewBox().setRange(xRange=(10.0, 20.0), padding=0.0)
    figure = compared.figure()
    assert figure.x_range == pytest.approx((10.0, 20.0))
    assert figure.title == SQUID.name


def test_a_whole_figure_begins_at_zero(compared):
    """The room beside the curves is the window's, not the paper's."""
    assert compared.figure().x_range == (0.0, 80.0)


def test_without_results_there_is_no_figure(tab):
    """Before the first result the tab offers no figure to save."""
    assert tab.figure() is None
    tab.begin(*COMPARED)
    assert tab.figure() is None


def test_reset_zoom_shows_the_whole_time(compared):
    """Reset zoom shows the whole duration from any zoom."""
    compared.plot.getViewBox().setRange(xRange=(10.0, 20.0), yRange=(0.0, 1.0), padding=0.0)
    button(compared, "integrators.reset_zoom").click()
    (start, stop), (low, high) = compared.plot.shown_range
    assert start <= 0.0 < 80.0 <= stop
    assert low < VOLTAGE.min()
    assert high > VOLTAGE.max()


def test_another_theme_keeps_curves_and_hidden_rows(compared):
    """Another theme changes colours only: curves and hidden rows stay."""
    compared.table.item(2, 0).setCheckState(Qt.CheckState.Unchecked)
    compared.set_theme(DARK, 1.5)
    assert compared.table.rowCount() == 3
    assert not compared.plot.is_shown(2)


def test_every_control_has_a_name(compared):
    """Every control has an object name and an accessible name."""
    for kind in (QPushButton, QDoubleSpinBox, QComboBox, QLabel):
        for widget in compared.findChildren(kind):
            if kind is QLabel and not widget.objectName():
                continue
            assert widget.objectName().startswith(("integrators.", "error.", "reset."))
            if kind is not QLabel:
                assert widget.accessibleName()


def test_a_protocol_compares_though_a_comparison_runs(qtbot, tab):
    """A protocol requests its comparison even while another one runs."""
    tab.begin(*COMPARED)
    with qtbot.waitSignal(tab.compare_requested):
        tab.run()


def test_a_problem_is_reported_as_it_was_written(tab):
    """A message is shown with a capital first letter and is otherwise unchanged."""
    tab.begin(*COMPARED)
    tab.finish("noise can be compared over at most 6250 ms at dt 0.025 ms, not in E_Na")
    assert text(tab, "integrators.message").startswith("Noise can be compared over")
    assert text(tab, "integrators.message").endswith("not in E_Na.")
