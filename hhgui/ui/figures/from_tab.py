"""The figure of each tab of the window."""

from hhgui.figures.figure import Figure
from hhgui.ui.figures.gating import figure_of_gating
from hhgui.ui.figures.traces import FIRST_LOOK, figure_of_fi, figure_of_live, figure_of_run
from hhgui.ui.run.runs import line_of
from hhgui.ui.window.main_window import MainWindow


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
    kept = [each for each in tab.runs if each.visible]
    runs, looks = [k.run for k in kept], [(k.colour, line_of(k.colour)) for k in kept]
    if tab.current is not None:
        runs.append(tab.current)
        looks.append(FIRST_LOOK)
    panes, span = tab.plots.shown_panes, tab.plots.shown_span
    return figure_of_run(runs, panes, span=span, looks=looks)


def _fi(window: MainWindow) -> Figure | None:
    return figure_of_fi(window.fi.curves, window.fi.shows_rate)


def _gating(window: MainWindow) -> Figure | None:
    plots = window.gating.plots
    return figure_of_gating(plots.shown, plots.names, plots.shown_span, plots.logarithmic)
