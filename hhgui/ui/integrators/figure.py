"""Draw the voltages of a comparison as a figure."""

from collections.abc import Sequence

from hhgui.engine.methods import Trial
from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.model.quantity import PANES
from hhgui.ui.figures.traces import DASH_OF, TIME, Range
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.integrators.style import trial_name, trial_style
from hhgui.ui.widgets.theme import LIGHT


def figure_of_comparison(
    results: Sequence[TrialResult],
    title: str,
    trials: Sequence[Trial],
    x_range: Range,
    y_range: Range,
) -> Figure | None:
    """Return a figure of the voltages of a comparison, None without results.

    trials: all that are compared, which decides the colours. x_range (ms), y_range (mV): visible
    ranges.
    """
    curves = []
    for result in results:
        style = trial_style(LIGHT, result, trials)
        name = trial_name(result)
        curves.append(FigureCurve(
            name, result.times, result.voltage, style.color.name(), DASH_OF[style.line],
            width=2.4 if result.reference else 1.0,
            column=f"V_mV_{result.trial.method}"
            + ("" if result.reference else f"_dt_{result.trial.dt:g}_ms"),
        ))  # fmt: skip
    if not curves:
        return None
    panel = FigurePanel(PANES["voltage"].label, y_range, tuple(curves))
    return Figure(title, (panel,), TIME, x_range, "time_ms")
