"""Deferred calls and drawings, and the passes of the event loop in which they come."""

import time
from functools import partial

import shiboken6
from PySide6.QtCore import QAbstractEventDispatcher, QObject
from PySide6.QtWidgets import QWidget

from hhgui.ui.widgets.deferred import DeferredCalls, DrawingTimer


def test_calls_go_on_after_one_that_failed(qapp, qtbot):
    """The calls after one that raises are still made, and the exception is reported."""
    done = []
    deferred = DeferredCalls(qapp)

    def fail():
        raise RuntimeError("no")

    deferred.run(fail, lambda: done.append(1))
    with qtbot.captureExceptions() as failures:
        qtbot.waitUntil(lambda: not deferred.busy)
    assert [str(error) for _kind, error, _trace in failures] == ["no"]
    assert done == [1]


def test_new_calls_take_the_place_of_those_that_wait(qapp, qtbot):
    """Of several themes chosen in quick succession only the last is applied."""
    done, deferred = [], DeferredCalls(qapp)
    deferred.run(lambda: done.append("old"), lambda: done.append("old"))
    deferred.run(lambda: done.append("new"))
    qtbot.waitUntil(lambda: not deferred.busy)
    assert done == ["new"]


def test_calls_that_wait_are_made_at_once_when_finished(qapp, qtbot):
    """In order, and none a second time."""
    made = []
    calls = DeferredCalls(qapp)
    calls.run(*(partial(made.append, number) for number in range(3)))
    calls.finish()
    assert made == [0, 1, 2]
    assert not calls.busy
    qtbot.wait(5)
    assert made == [0, 1, 2]


def test_no_call_comes_after_the_parent_is_gone(qapp, qtbot):
    """A deferred call would find widgets that are deleted: it ends with its parent."""
    done, parent, calls = [], QObject(), DeferredCalls(qapp)
    DeferredCalls(parent).run(lambda: done.append("after the parent"))
    calls.run(lambda: done.append("after it was cancelled"))
    calls.run()
    shiboken6.delete(parent)
    qtbot.wait(20)
    assert done == []
    assert not calls.busy


class Plot(QWidget):
    """A plot that notes when it draws, and when it is painted after a drawing."""

    def __init__(self, notes):
        super().__init__()
        self._notes, self._drawn = notes, False
        self.timer = DrawingTimer(self, 5)
        self.timer.due.connect(self.draw)
        self.timer.begin()

    def draw(self):
        self._notes.append("drawn")
        self._drawn = True
        self.update()

    def paintEvent(self, _event):
        if self._drawn:
            self._notes.append("painted")
        self._drawn = False


def test_two_drawings_never_fall_into_one_pass_of_the_loop(qapp, qtbot):
    """Both timers have run out before the loop runs; the second plot waits for the first's paint.

    A deferred call, which comes between them, has a pass of its own, too.
    """
    notes = []
    plots = [Plot(notes), Plot(notes)]
    for plot in plots:
        qtbot.addWidget(plot)
        plot.show()
        qtbot.waitExposed(plot)
    qtbot.waitUntil(lambda: not any(plot.timer.isActive() for plot in plots))
    qapp.processEvents()
    notes.clear()
    dispatcher, calls = QAbstractEventDispatcher.instance(), DeferredCalls(qapp)
    for plot in plots:
        plot.timer.begin()
    calls.run(lambda: notes.append("called"))
    time.sleep(0.02)

    def note_pass():
        notes.append("pass")

    dispatcher.awake.connect(note_pass)
    try:
        qtbot.waitUntil(lambda: notes.count("painted") == 2 and "called" in notes)
    finally:
        dispatcher.awake.disconnect(note_pass)
    passes = [each.split() for each in " ".join(notes).split("pass")]
    worked = [each for each in passes if each]
    assert sorted(map(tuple, worked)) == [
        ("called",),
        ("drawn",),
        ("drawn",),
        ("painted",),
        ("painted",),
    ]
    drawn = [place for place, each in enumerate(worked) if each == ["drawn"]]
    assert all(worked[place + 1] == ["painted"] for place in drawn)


def test_a_drawing_timer_that_runs_is_not_started_anew(qapp, qtbot):
    """Changes that never cease do not put the drawing off for ever; it comes once for all."""
    times = []
    timer = DrawingTimer(qapp, 60_000)
    timer.due.connect(lambda: times.append(1))
    timer.begin()
    before = timer.remainingTime()
    qtbot.wait(5)
    timer.begin()
    assert timer.remainingTime() < before
    timer.setInterval(0)
    qtbot.waitUntil(lambda: times == [1])
    qtbot.wait(40)
    assert times == [1]
    timer.deleteLater()
