"""The window as a session has it, and back; the document itself is the editor's."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker

from hhgui.document.session import KeptRun, Session, View
from hhgui.document.setup import Setup
from hhgui.experiments.single_run import SingleRun
from hhgui.model.library import Library
from hhgui.ui.run import runs as experiment_runs
from hhgui.ui.run.runs import HUES
from hhgui.ui.window.main_window import MainWindow


def view_of(window: MainWindow) -> View:
    """How the window looks now."""
    compared = window.gating.compared
    lesson, step = window.lessons.place
    return View(
        tab=window.shown_tab,
        speed=float(window.bar.speed.currentData()),
        window_ms=window.live.plots.window_ms,
        live_panes=window.live.plots.shown_panes,
        duration=window.experiment.duration,
        panes=window.experiment.plots.shown_panes,
        marks=window.experiment.marking.on,
        rise=window.experiment.marking.rise,
        fi=window.fi.protocol(),
        show_rate=window.fi.shows_rate,
        against=compared.id if compared is not None else "",
        thermal=window.gating.thermal,
        trials=window.integrators.trials,
        trials_duration=window.integrators.duration,
        lesson=lesson if window.lesson_dock.isVisible() else "",
        step=step,
    )


def runs_of(window: MainWindow) -> tuple[KeptRun, ...]:
    """The kept runs as a session has them: by what was run."""
    return tuple(
        KeptRun(kept.name, HUES.index(kept.colour), kept.visible, kept.run.setup)
        for kept in window.experiment.runs
    )


def show_view(window: MainWindow, session: Session, library: Library) -> None:
    """Look as the session says; what this window can't show is left as it is."""
    view, document = session.view, session.document
    window.bar.choose_speed(view.speed)
    window.live.plots.set_window(view.window_ms)
    window.live.plots.window_changed.emit(view.window_ms)
    for name, action in window.actions_by_name.panes.items():
        action.setChecked(name in view.live_panes)
    setup = Setup(
        document.membrane, document.base, document.stimulus, document.method, document.dt,
        duration=view.duration, marks=view.marks, panes=view.panes,
    )  # fmt: skip
    window.experiment.show_setup(setup)
    window.experiment.marking.set_rise(view.rise)
    if view.fi is not None:
        window.fi.set_protocol(view.fi)
    window.fi.choose_rate(view.show_rate)
    window.fi.restore_curves(session.curves)
    window.gating.compare_with(library.membranes.get(view.against))
    window.gating.show_thermal(view.thermal)
    window.integrators.show_setup(replace(setup, trials=view.trials, duration=view.trials_duration))
    window.show_tab(view.tab)
    _show_lesson(window, view)


def restored_runs(
    kept: Iterable[KeptRun], runs: Iterable[SingleRun]
) -> list[experiment_runs.KeptRun]:
    """A session's kept runs with their samples, computed again."""
    return [
        experiment_runs.KeptRun(k.name, HUES[k.color % len(HUES)], k.visible, run)
        for k, run in zip(kept, runs, strict=True)
    ]


def _show_lesson(window: MainWindow, view: View) -> None:
    """The lesson's place, without what its step would set: the session says what is set."""
    known = window.lessons.lesson_ids
    window.show_lessons(view.lesson in known)
    if view.lesson in known:
        with QSignalBlocker(window.lessons):
            window.lessons.open_lesson(view.lesson, view.step)
