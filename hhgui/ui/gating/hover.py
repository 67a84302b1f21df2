"""Show every gate's value at the voltage under the mouse."""

from collections.abc import Mapping, Sequence
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF

from hhgui.analysis.gating import gate_curves
from hhgui.model.words import with_minus
from hhgui.ui.gating.pane import GatingPane
from hhgui.ui.gating.sets import ShownGate, stroke_of
from hhgui.ui.plots.card import Card
from hhgui.ui.widgets.theme import LIGHT, Theme

_SYMBOLS = {"steady_state": "{0}<sub>∞</sub>", "time_constant": "τ<sub>{0}</sub>",
            "alpha": "α<sub>{0}</sub>", "beta": "β<sub>{0}</sub>"}  # fmt: skip
_UNITS = {"steady_state": "", "time_constant": " ms", "alpha": " /ms", "beta": " /ms"}
_MOST = 30  # characters of a set's name


class GatingHover:
    """Draws a line in every plot and shows the values there on a card."""

    def __init__(self, plots: pg.GraphicsLayoutWidget, panes: Mapping[str, GatingPane]) -> None:
        self._plots, self._panes = plots, panes
        self._theme = LIGHT
        self.card = Card(plots, "gating.read_out", "Values at the mouse")

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Set the colours and the font of the card."""
        self._theme = theme
        self.card.set_theme(theme, scale)

    def show_at(self, mouse: QPoint, shown: Sequence[ShownGate], names: Mapping[str, str]) -> None:
        """Show the values at ``mouse`` (in the widget), if a plot is there.

        names: of the parameter sets, by role.
        """
        position = QPointF(self._plots.mapToScene(mouse))
        under = [p for p in self._panes.values() if p.view.sceneBoundingRect().contains(position)]
        if not under or not shown:
            self.hide()
            return
        voltage = float(under[0].view.mapSceneToView(position).x())
        for pane in self._panes.values():
            pane.cursor.setValue(voltage)
            pane.cursor.show()
        text = card_text(under[0].quantity, voltage, shown, names, self._theme)
        self.card.show_at(mouse, text)

    def hide(self) -> None:
        """Hide lines and card."""
        self.card.hide()
        for pane in self._panes.values():
            pane.cursor.hide()


def card_text(
    quantity: str,
    voltage: float,
    shown: Sequence[ShownGate],
    names: Mapping[str, str],
    theme: Theme,
) -> str:
    """Return the values of a quantity at a voltage (mV) as an HTML table, a row per gate.

    names: of the parameter sets, by role; they are included if there are several sets.
    """
    rows = [f"<tr><td colspan=3><b>V = {_text(voltage, '.1f')} mV</b></td></tr>"]
    several = len({s.role for s in shown}) > 1
    for each in shown:
        curves = gate_curves(each.gate, voltage, each.rate_factor)
        value = _text(float(getattr(curves, quantity)), "#.4g") + _UNITS[quantity]
        color = stroke_of(each, theme).pen.color().name()
        symbol = _SYMBOLS[quantity].format(escape(each.gate.name))
        of = escape(_shortened(names[each.role])) if several else ""
        rows.append(
            f'<tr><td style="color:{color}"><b>{symbol}</b></td>'
            f"<td>&nbsp;{value}&nbsp;</td><td>{of}</td></tr>"
        )
    return f"<table cellspacing=0>{''.join(rows)}</table>"


def _shortened(name: str) -> str:
    return name if len(name) <= _MOST else f"{name[: _MOST - 1]}…"


def _text(value: float, form: str) -> str:
    return with_minus(f"{value:{form}}".rstrip(".")).replace("inf", "∞")
