"""The figure of each tab of the window."""

from hhgui.ui.figure import Figure
from hhgui.ui.figure_of import figure_of_fi, figure_of_live, figure_of_run
from hhgui.ui.figure_of_gating import figure_of_gating
from hhgui.ui.main_window import MainWindow


def figure_of_tab(window: MainWindow, name: str) -> Figure | None:
    """What the tab of TAB_TEXTS shows; None where there is nothing yet."""
    makers = {
        "live": _live, "experiment": _experiment, "fi": _fi,
        "gating": _gating, "integrators": lambda window: window.integrators.figure(),
    }  # fmt: skip
    return makers[name](window)


def _live(window: MainWindow) -> Figure | None:
    plots = window.live.plots
    if plots.recording is None:
        return None
    return figure_of_live(plots.recording, plots.shown_span, plots.shown_panes)


def _experiment(window: MainWindow) -> Figure | None:
    tab = window.experiment
    runs = [kept.run for kept in tab.runs if kept.visible]
    if tab.current is not None:
        runs.append(tab.current)
    return figure_of_run(runs, tab.plots.shown_panes)


def _fi(window: MainWindow) -> Figure | None:
    return figure_of_fi(window.fi.curves, window.fi.shows_rate)


def _gating(window: MainWindow) -> Figure | None:
    plots = window.gating.plots
    return figure_of_gating(plots.shown, plots.names, plots.shown_span, plots.logarithmic)
