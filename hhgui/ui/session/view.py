"""The window as a session has it, and back; the document itself is the editor's."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker

from hhgui.document.session import KeptRun, Session, View
from hhgui.document.setup import Setup
from hhgui.experiments.single_run import SingleRun
from hhgui.model.library import Library
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.gating.tab import GatingTab
from hhgui.ui.integrators.tab import IntegratorsTab
from hhgui.ui.live.tab import LiveTab
from hhgui.ui.run import runs as experiment_runs
from hhgui.ui.run.runs import HUES
from hhgui.ui.run.tab import ExperimentTab
from hhgui.ui.window.main_window import MainWindow


def view_of(window: MainWindow) -> View:
    """How the window looks now."""
    live, run, fi = window.page(LiveTab), window.page(ExperimentTab), window.page(FiTab)
    gating, integrators = window.page(GatingTab), window.page(IntegratorsTab)
    compared = gating.compared
    lesson, step = window.lessons.place
    return View(
        tab=window.front.name,
        speed=float(window.bar.speed.currentData()),
        window_ms=live.plots.window_ms,
        live_panes=live.plots.shown_panes,
        duration=run.duration,
        panes=run.plots.shown_panes,
        marks=run.marking.on,
        rise=run.marking.rise,
        fi=fi.protocol(),
        show_rate=fi.shows_rate,
        against=compared.id if compared is not None else "",
        thermal=gating.thermal,
        trials=integrators.trials,
        trials_duration=integrators.duration,
        lesson=lesson if window.lesson_dock.isVisible() else "",
        step=step,
    )


def runs_of(window: MainWindow) -> tuple[KeptRun, ...]:
    """The kept runs as a session has them: by what was run."""
    return tuple(
        KeptRun(kept.name, HUES.index(kept.colour), kept.visible, kept.run.setup)
        for kept in window.page(ExperimentTab).runs
    )


def show_view(window: MainWindow, session: Session, library: Library) -> None:
    """Look as the session says; what this window can't show is left as it is."""
    view, document = session.view, session.document
    window.bar.choose_speed(view.speed)
    window.page(LiveTab).plots.set_window(view.window_ms)
    window.page(LiveTab).plots.window_changed.emit(view.window_ms)
    for name, action in window.actions_by_name.panes.items():
        action.setChecked(name in view.live_panes)
    setup = Setup(
        document.membrane, document.base, document.stimulus, document.method, document.dt,
        duration=view.duration, marks=view.marks, panes=view.panes,
    )  # fmt: skip
    window.page(ExperimentTab).show_setup(setup, True)
    window.page(ExperimentTab).marking.set_rise(view.rise)
    if view.fi is not None:
        window.page(FiTab).set_protocol(view.fi)
    window.page(FiTab).choose_rate(view.show_rate)
    window.page(FiTab).restore_curves(session.curves)
    window.page(GatingTab).compare_with(library.membranes.get(view.against))
    window.page(GatingTab).show_thermal(view.thermal)
    compared = replace(setup, trials=view.trials, duration=view.trials_duration)
    window.page(IntegratorsTab).show_setup(compared, False)
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
