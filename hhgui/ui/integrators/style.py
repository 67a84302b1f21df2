"""Define how a trial looks: its hue by the method, dash pattern and shade by dt."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from hhgui.engine.methods import METHODS, Trial
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.widgets.theme import CurveStyle, Theme

_Line = Qt.PenStyle
REFERENCE_HUE = "faint_text"  # a broad grey line below all others
# From the smallest dt to the largest.
_LINES = (_Line.SolidLine, _Line.DashLine, _Line.DashDotLine, _Line.DotLine)
_SHADES = (0.0, 0.15, 0.3, 0.4)  # how far towards the theme's text


def trial_style(theme: Theme, result: TrialResult, trials: Sequence[Trial]) -> CurveStyle:
    """Return the colour and dash pattern of a result among those of ``trials``."""
    if result.reference:
        return CurveStyle(QColor(getattr(theme, REFERENCE_HUE)), _Line.SolidLine)
    mine = result.trial
    others = {t.dt for t in trials if t.method == mine.method} | {mine.dt}
    rank = min(sorted(others).index(mine.dt), len(_LINES) - 1)
    hue, text = QColor(getattr(theme, METHODS[mine.method].hue)), QColor(theme.text)
    return CurveStyle(_mixed(hue, text, _SHADES[rank]), _LINES[rank])


def trial_name(result: TrialResult) -> str:
    """Return the name of a result, such as "Forward Euler, dt 0.1 ms"."""
    label = METHODS[result.trial.method].label
    return f"{label}, reference" if result.reference else f"{label}, dt {result.trial.dt:g} ms"


def _mixed(a: QColor, b: QColor, fraction: float) -> QColor:
    """Return a colour between ``a`` (fraction 0) and ``b`` (fraction 1)."""
    parts = ((1.0 - fraction) * x + fraction * y for x, y in zip(_rgb(a), _rgb(b), strict=True))
    return QColor(*(round(part) for part in parts))


def _rgb(color: QColor) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()
