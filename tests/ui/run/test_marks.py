"""The measured action potential in the tab: request, table and labels."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel, QTableWidget

from hhgui.ui.run.tab import ExperimentTab
from tests.ui.controls import box, button, text
from tests.ui.run.samples import FAST, MARKS, SLOW, WHOLE, sample_run

RUN = sample_run(spikes=(10.5, 30.5))


@pytest.fixture
def tab(shown):
    """A shown tab with a run of two spikes, marks switched on and requested."""
    widget = shown(ExperimentTab(), 930, 560)
    widget.begin()
    widget.show_run(RUN)
    widget.findChild(QCheckBox, "experiment.marks").setChecked(True)
    widget.marking.begin()
    return widget


def rows(tab):
    """The table as texts."""
    table = tab.findChild(QTableWidget, "experiment.marks.table")
    return [[table.item(r, c).text() for c in (0, 1)] for r in range(table.rowCount())]


def test_switching_on_asks_for_the_first_spike(qtbot, tab):
    """The first spike is requested with the default criterion of 20 mV/ms."""
    switch = tab.findChild(QCheckBox, "experiment.marks")
    switch.setChecked(False)
    with qtbot.waitSignal(tab.marks_requested) as asked:
        switch.setChecked(True)
    assert asked.args == [RUN, 20.0, 0]


def test_another_spike_and_another_criterion_are_asked_for(qtbot, tab):
    """The spin box counts from one, the request from zero."""
    tab.marking.show(FAST)
    with qtbot.waitSignal(tab.marks_requested) as asked:
        box(tab, "experiment.which").setValue(2)
    assert asked.args == [RUN, 20.0, 1]
    with qtbot.waitSignal(tab.marks_requested) as asked:
        box(tab, "experiment.rise").setValue(50.0)
    assert asked.args[1] == 50.0


def test_a_new_run_is_marked_again(qtbot, tab):
    """A new run is measured; if it has fewer spikes, its last one."""
    tab.marking.show(replace(FAST, which=1))
    single = sample_run(spikes=(10.5,))
    tab.begin()
    with qtbot.waitSignal(tab.marks_requested) as asked:
        tab.show_run(single)
    assert asked.args == [single, 20.0, 0]


def test_the_trace_s_marks_come_at_once_the_others_are_being_measured(tab):
    """A dash where the trace does not tell, "measuring…" where experiments run."""
    tab.marking.show(FAST)
    assert rows(tab) == [
        ["Threshold", "−51.25 mV"],
        ["Peak", "40.50 mV"],
        ["Half width", "1.272 ms"],
        ["Undershoot", "–"],
        ["Pulse threshold", "measuring…"],
        ["Absolute refractory period", "measuring…"],
        ["Relative refractory period", "measuring…"],
    ]


def test_results_of_experiments_replace_the_waiting(tab):
    """Values found by experiments replace "measuring…", and missing ones become a dash."""
    tab.marking.show(FAST)
    tab.marking.finish(WHOLE)
    assert [value for _, value in rows(tab)[-3:]] == ["2.240 µA/cm²", "8.900 ms", "–"]


@pytest.mark.parametrize("message", ["cancelled", "the marks failed: ValueError()"])
def test_a_failure_ends_the_waiting(tab, message):
    """The numbers that were read from the trace stay."""
    tab.marking.show(FAST)
    tab.fail(message)
    assert [label for label, _ in rows(tab)] == ["Threshold", "Peak", "Half width", "Undershoot"]
    assert tab.banner.isVisible() == (message != "cancelled")


def test_a_run_without_a_spike_says_so(tab):
    """In words above the table, which still shows what experiments tell."""
    why = "There is no action potential: V never rises through 0 mV."
    tab.marking.finish(replace(WHOLE, marks=SLOW, count=0, problem=why))
    problem = tab.findChild(QLabel, "experiment.marks.problem")
    assert (problem.text(), problem.isVisible()) == (why, True)
    assert len(rows(tab)) == len(SLOW)
    assert not button(tab, "experiment.marks.zoom").isEnabled()


def test_every_row_says_how_it_was_measured(tab):
    """Each row has the method as its tooltip; the selected row's is below the table."""
    tab.marking.finish(WHOLE)
    table = tab.findChild(QTableWidget, "experiment.marks.table")
    for row, mark in enumerate(WHOLE.marks):
        assert mark.how in table.item(row, 1).toolTip()
    table.selectRow(1)
    assert text(tab, "experiment.marks.how") == "The highest V."


def test_the_labels_in_the_plot_do_not_overlap(tab):
    """Every mark that is somewhere has its label, apart from the others and inside the view."""
    tab.marking.finish(WHOLE)
    boxes = tab.plots.marks.boxes
    assert len(boxes) == 3
    for i, label in enumerate(boxes):
        assert tab.plots.voltage.view.rect().contains(label)
        assert not any(label.intersects(other) for other in boxes[i + 1 :])


def test_marks_out_of_sight_have_no_label(tab):
    """A mark outside the shown time has no label."""
    tab.marking.finish(WHOLE)
    tab.plots.show_span(20.0, 30.0)
    tab.plots.draw_now()
    assert tab.plots.marks.boxes == []


def test_what_is_measured_at_one_place_shares_a_label(tab):
    """Threshold and its time are one point."""
    point = ((10.0, -51.25),)
    both = [replace(MARKS[0], at=point), replace(MARKS[0], label="begins at", at=point)]
    tab.plots.marks.show_marks(both)
    assert len(tab.plots.marks.boxes) == 1


@pytest.mark.parametrize(("width", "values"), [(1000, True), (560, False)])
def test_a_narrow_plot_names_its_marks_only(tab, width, values):
    """A plot beside the lessons has labels without values, which are in the table."""
    tab.marking.finish(WHOLE)
    tab.resize(width, 560)
    tab.plots.draw_now()
    texts = tab.plots.marks.texts
    assert ("peak" in texts, "peak 40.50 mV" in texts) == (not values, values)


def test_zoom_shows_the_spike_from_near(tab):
    """Everything that was read from the trace is in sight."""
    tab.marking.finish(WHOLE)
    button(tab, "experiment.marks.zoom").click()
    low, high = tab.plots.shown_span
    assert 5.0 < low < 10.0
    assert 11.8 < high < 20.0


def test_switched_off_nothing_is_left_and_nobody_measures(qtbot, tab):
    """The rest of the measuring is cancelled."""
    tab.marking.show(FAST)
    with qtbot.waitSignal(tab.cancel_requested):
        tab.findChild(QCheckBox, "experiment.marks").setChecked(False)
    assert tab.plots.marks.boxes == []
    assert not tab.findChild(QTableWidget, "experiment.marks.table").isVisible()
    tab.marking.show(WHOLE)
    assert tab.plots.marks.boxes == []


def test_a_spike_that_the_run_has_not_is_its_last(qtbot, tab):
    """The last spike is measured, and the field shows the number of spikes."""
    tab.marking.show(FAST)
    which = box(tab, "experiment.which")
    with qtbot.waitSignal(tab.marks_requested) as asked:
        which.setValue(99)
    assert (which.value(), asked.args[2]) == (2, 1)
    error = tab.findChild(QLabel, "error.experiment.which")
    assert (error.text(), error.isVisible()) == ("the run has 2 spikes", True)


def test_another_criterion_does_not_end_the_run_under_way(qtbot, tab):
    """The measurement is requested after the run, as the runner does one job at a time."""
    tab.marking.show(FAST)
    tab.begin()
    with qtbot.assertNotEmitted(tab.marks_requested):
        box(tab, "experiment.rise").setValue(50.0)
    with qtbot.waitSignal(tab.marks_requested) as asked:
        tab.show_run(RUN)
    assert asked.args[1] == 50.0


def test_after_a_cancelled_run_the_shown_one_is_marked_again(qtbot, tab):
    """The shown run's marks, which had given way to the new run, are measured again."""
    tab.marking.show(FAST)
    tab.begin()
    with qtbot.waitSignal(tab.marks_requested) as asked:
        tab.fail("cancelled")
    assert asked.args[0] is RUN
