"""The Single run tab: its requests, its plots and its kept runs."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QCheckBox,
    QLabel,
    QProgressBar,
    QToolButton,
)

from hhgui.document.session import KeptRun
from hhgui.engine.spikes import Oscillations, SpikeRule
from hhgui.ui.run.overlay import MOST_KEPT
from hhgui.ui.run.state import RunState
from hhgui.ui.run.tab import ExperimentTab, summary_text
from hhgui.ui.widgets.kept_list import Kept
from hhgui.ui.widgets.theme import DARK
from tests.ui.controls import box, button
from tests.ui.run.samples import SETUP, WHOLE, sample_run


@pytest.fixture
def tab(shown):
    """A visible tab."""
    return shown(ExperimentTab(), 930, 560)


def label(tab, name):
    """A label by its name."""
    return tab.findChild(QLabel, f"experiment.{name}")


def run_through(tab, run):
    """Request and answer a run."""
    tab.begin()
    tab.show_run(run)


def test_before_the_first_run_it_says_what_to_do(tab):
    """The tab shows instructions, and nothing can be kept."""
    assert "Press “Run”" in label(tab, "empty").text()
    assert label(tab, "empty").isVisible()
    assert not button(tab, "experiment.keep").isEnabled()


def test_the_button_asks_for_a_run(qtbot, tab):
    """A click on the run button requests a run even if the tab does not follow edits."""
    tab.findChild(QCheckBox, "experiment.follow").setChecked(False)
    with qtbot.waitSignal(tab.run_requested):
        button(tab, "experiment.run").click()


def test_a_run_is_shown(tab):
    """The spikes and the method of a run stand under its plots."""
    run = sample_run(spikes=(12.3, 25.04))
    run_through(tab, run)
    assert tab.current is run
    assert not label(tab, "empty").isVisible()
    text = label(tab, "read_out").text()
    assert text == "2 spikes at 12.30, 25.04 ms · Crank–Nicolson (staggered), dt 0.025 ms"


def test_the_summary_counts_in_words():
    """The summary says no spikes, one, or more than fit in the line."""
    assert summary_text(sample_run()).startswith("No spikes · ")
    assert summary_text(sample_run(spikes=(1.0,))).startswith("1 spike at 1.00 ms · ")
    many = summary_text(sample_run(spikes=range(1, 100)))
    assert many.startswith("99 spikes at 1.00, 2.00, 3.00, 4.00, 5.00, 6.00 … ms · ")


def test_an_edit_asks_for_a_run(qtbot, tab):
    """The tab follows edits from the start and requests a run for each."""
    assert tab.following
    with qtbot.waitSignal(tab.run_requested):
        tab.note_change()


def test_without_following_an_edit_asks_for_nothing(qtbot, tab):
    """Switching it on again makes up for it."""
    follow = tab.findChild(QCheckBox, "experiment.follow")
    follow.setChecked(False)
    with qtbot.assertNotEmitted(tab.run_requested):
        tab.note_change()
    with qtbot.waitSignal(tab.run_requested):
        follow.setChecked(True)


def test_edits_during_a_quick_run_ask_once_after_it(qtbot, tab):
    """A knob that is turned fast must not end every run before it is shown."""
    tab.begin()
    with qtbot.assertNotEmitted(tab.run_requested):
        tab.note_change()
        tab.note_change()
    asked = []
    tab.run_requested.connect(lambda: asked.append(tab.current))
    run = sample_run()
    tab.show_run(run)
    assert asked == [run]


def test_a_slow_run_shows_itself_and_gives_way(qtbot, tab):
    """A slow run can be cancelled, and an edit replaces it at once."""
    cancel = tab.findChild(QToolButton, "experiment.progress.cancel")
    tab.begin()
    assert not cancel.isVisible()
    qtbot.waitUntil(cancel.isVisible)
    tab.show_progress(0.25)
    bar = tab.findChild(QProgressBar)
    assert bar.value() / bar.maximum() == 0.25
    with qtbot.waitSignal(tab.run_requested):
        tab.note_change()
    with qtbot.waitSignal(tab.cancel_requested):
        cancel.click()
    tab.fail("cancelled")
    assert not cancel.isVisible()
    assert not tab.banner.isVisible()


def test_edits_while_hidden_are_made_up_for(qtbot, tab):
    """Nothing runs behind another tab; the run comes when this one is in front again."""
    tab.hide()
    with qtbot.assertNotEmitted(tab.run_requested):
        tab.note_change()
    with qtbot.waitSignal(tab.run_requested):
        tab.show()
    tab.hide()
    with qtbot.assertNotEmitted(tab.run_requested):
        tab.show()


def test_a_failure_is_reported_and_ends_the_waiting(qtbot, tab):
    """A failed run shows its message, and the next edit requests a run again."""
    tab.begin()
    tab.fail("the run failed: ValueError('x')")
    assert tab.banner.text.text() == "The run failed: ValueError('x')."
    assert tab.banner.isVisible()
    with qtbot.waitSignal(tab.run_requested):
        tab.note_change()


def test_an_early_end_is_explained_until_the_next_run(tab):
    """A banner over the plots names the reason until the next run."""
    why = "At 13.500 ms the run blew up: dt 0.5 ms is too large."
    run_through(tab, sample_run(problem=why))
    assert (tab.banner.text.text(), tab.banner.isVisible()) == (why, True)
    run_through(tab, sample_run())
    assert not tab.banner.isVisible()


def test_the_duration_is_reported_and_followed(qtbot, tab):
    """A new duration is in the setup of the next run."""
    with qtbot.waitSignal(tab.run_requested):
        box(tab, "experiment.duration").setValue(120.0)
    assert tab.duration == 120.0


def test_a_duration_that_can_not_be_is_refused(qtbot, tab):
    """The reason stands beside the field, and the last good duration stays."""
    with qtbot.assertNotEmitted(tab.run_requested):
        box(tab, "experiment.duration").setValue(-5.0)
    assert tab.duration == 50.0
    error = tab.findChild(QLabel, "error.experiment.duration")
    assert "not -5" in error.text() or "at most" in error.text()


def test_a_protocol_sets_duration_plots_and_marks(qtbot, tab):
    """A protocol sets duration, plots and marks, and requests the run."""
    panes = ("voltage", "conductances", "driving_forces")
    with qtbot.waitSignal(tab.run_requested):
        tab.show_setup(replace(SETUP, duration=80.0, panes=panes, marks=True), True)
    assert tab.duration == 80.0
    assert tab.plots.shown_panes == panes
    assert tab.findChild(QCheckBox, "experiment.marks").isChecked()
    tab.show_setup(replace(SETUP, panes=()), True)
    assert tab.plots.shown_panes == panes
    assert not tab.findChild(QCheckBox, "experiment.marks").isChecked()


def test_a_kept_run_stays_under_the_next(tab):
    """A kept run stays drawn under the next one, named by what differs between them."""
    control = sample_run()
    blocked = replace(SETUP, membrane=SETUP.membrane.with_current("Na", conductance=60.0))
    run_through(tab, control)
    button(tab, "experiment.keep").click()
    run_through(tab, sample_run(blocked))
    assert [kept.run for kept in tab.runs] == [control]
    assert len(tab.plots.voltage.specs) == 2
    assert "120" in label(tab, "kept.0.differences").text()
    assert "60" in label(tab, "current.differences").text()


def test_a_hidden_run_is_not_drawn(tab):
    """A run whose box is unchecked is not drawn until the box is checked again."""
    run_through(tab, sample_run())
    button(tab, "experiment.keep").click()
    eye = tab.findChild(QCheckBox, "experiment.kept.0.visible")
    eye.click()
    assert len(tab.plots.voltage.specs) == 1
    eye.click()
    assert len(tab.plots.voltage.specs) == 2


def test_kept_runs_come_back_from_a_session(tab):
    """Name, colour, visibility and run come back; a deleted run leaves the plot."""
    run = sample_run()
    kept = (KeptRun("control", 3, True, run.setup), KeptRun("TTX", 6, False, run.setup))
    tab.restore(RunState(runs=kept))
    assert tab.state().runs == kept  # a session saved meanwhile has them too
    tab.show_kept_runs([run, run])
    assert tab.runs == (Kept("control", "green", True, run), Kept("TTX", "blue", False, run))
    assert len(tab.plots.voltage.specs) == 1
    tab.findChild(QToolButton, "experiment.kept.0.delete").click()
    assert tab.plots.voltage.specs == ()
    assert tab.current is None


def test_only_so_many_runs_are_kept(tab):
    """With MOST_KEPT runs Keep is disabled, because a long run takes 25 MB."""
    run_through(tab, sample_run())
    for _ in range(MOST_KEPT + 3):
        button(tab, "experiment.keep").click()
    assert len(tab.runs) == MOST_KEPT
    assert not button(tab, "experiment.keep").isEnabled()


def test_one_click_shows_the_whole_run(tab):
    """A click on the button shows the whole run from any zoom."""
    run_through(tab, sample_run())
    tab.plots.show_span(3.0, 4.0)
    button(tab, "experiment.whole").click()
    assert tab.plots.shown_span == pytest.approx((0.0, 50.0))


def test_the_theme_reaches_plots_and_list(tab):
    """Another theme recolours plots and list and leaves the runs as they are."""
    run_through(tab, sample_run())
    button(tab, "experiment.keep").click()
    tab.set_theme(DARK, 1.6)
    assert tab.plots.voltage.specs[-1].pen.color().name() == DARK.black
    assert tab.plots.voltage.specs[0].pen.color().name() == getattr(DARK, tab.runs[0].color)


def test_every_control_has_a_name(tab):
    """Every control has an object name and an accessible name."""
    run_through(tab, sample_run())
    button(tab, "experiment.keep").click()
    tab.findChild(QCheckBox, "experiment.marks").setChecked(True)
    for kind in (QAbstractButton, QAbstractSpinBox):
        for control in tab.findChildren(kind):
            if control.isVisible() and "qt_" not in control.objectName():
                assert control.objectName().removeprefix("banner"), control
                assert control.accessibleName() or control.text(), control.objectName()


def test_oscillation_without_spikes_is_counted_by_one_click(qtbot, tab):
    """The button says which rule counts it, and asks for that rule and another run."""
    count = button(tab, "experiment.count")
    run_through(tab, sample_run())
    assert count.isHidden()
    run_through(tab, replace(sample_run(), oscillations=Oscillations(20, -8.0, -60.0)))
    assert count.isVisible()
    assert "count it with a threshold of −30 mV" in count.text()
    assert "below the threshold of 0 mV" in count.toolTip()
    with qtbot.waitSignal(tab.rule_requested) as asked:
        count.click()
    assert asked.args == [SpikeRule(-30.0)]


def test_what_is_inaccurate_about_the_run_comes_first(tab):
    """The summary begins with the inaccuracy of the run, until the next run."""
    run_through(tab, sample_run())
    tab.show_inaccuracy("2 spikes in 50 ms, but 3 at half the dt")
    assert label(tab, "read_out").text().startswith("⚠ inaccurate: 2 spikes in 50 ms, but 3 at")
    tab.plots.hovered.emit("V −65.0 mV")
    tab.show_inaccuracy("")  # the values at the mouse stay
    assert label(tab, "read_out").text() == "V −65.0 mV"
    run_through(tab, sample_run())
    assert "inaccurate" not in label(tab, "read_out").text()


def test_the_figure_has_the_shown_marks(tab):
    """Points and spans that have a place, in the voltage panel; none once measuring is off."""
    run_through(tab, sample_run(spikes=(10.9,)))
    tab.marking.toggle(True)
    tab.marking.begin()
    tab.marking.finish(WHOLE)
    marks = tab.figure().panels[0].marks
    assert [mark.kind for mark in marks] == ["point", "point", "span"]
    assert marks[1].text == "peak 40.50 mV"
    assert marks[1].at == ((11.0, 40.5),)
    tab.marking.toggle(False)
    assert tab.figure().panels[0].marks == ()


def test_the_run_on_the_screen_comes_back_with_a_session(qtbot, tab):
    """After the kept ones, though it is not the document's; a run since then goes before it."""
    tab.findChild(QCheckBox, "experiment.follow").setChecked(False)
    run = sample_run(spikes=(12.3,))
    run_through(tab, run)
    tab.keep()
    state = tab.state()
    assert [each.setup for each in state.shown] == [run.setup]
    run_through(tab, sample_run())
    with qtbot.waitSignal(tab.kept_runs_requested) as request:
        tab.restore(state)
    assert request.args == [[run.setup, run.setup]]
    assert tab.state().shown == state.shown
    again = sample_run(spikes=(12.3,))
    tab.show_kept_runs([run, again])
    assert tab.current is again
    assert len(tab.runs) == 1
    tab.restore(state)
    newer = sample_run()
    run_through(tab, newer)
    tab.show_kept_runs([run, again])
    assert tab.current is newer


def test_a_session_without_a_run_shows_none_of_the_work_before(qtbot, tab):
    """Its run, marks, warning and offer go: they would be reported and saved as the session's."""
    run_through(
        tab, replace(sample_run(spikes=(10.9,)), oscillations=Oscillations(20, -8.0, -60.0))
    )
    tab.show_inaccuracy("1 spike in 50 ms, but 2 at half the dt")
    tab.marking.toggle(True)
    tab.marking.begin()
    tab.marking.finish(WHOLE)
    with qtbot.waitSignal(tab.run_shown) as shown:
        tab.restore(RunState(marks=True))
    assert shown.args == [None]
    assert (tab.current, tab.state().shown, tab.report_items()) == (None, (), [])
    assert tab.marking.marked is None
    assert button(tab, "experiment.count").isHidden()
    assert label(tab, "read_out").text() == ""
    assert label(tab, "empty").isVisible()
