"""Plot x∞, τ, α and β of the visible gates over one voltage axis."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from hhgui.analysis.gating import QUANTITIES, gate_curves
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.ui.gating.hover import GatingHover
from hhgui.ui.gating.items import Dot
from hhgui.ui.gating.pane import GatingPane
from hhgui.ui.gating.sets import MAIN, ShownGate, stroke_of
from hhgui.ui.plots.mouse import ReadByMouse
from hhgui.ui.widgets.deferred import DrawingTimer
from hhgui.ui.widgets.theme import LIGHT, Theme

LABELS = (
    "steady state x∞",
    "time constant τ (ms)",
    "opening rate α (1/ms)",
    "closing rate β (1/ms)",
)
VOLTAGES = np.linspace(V_MIN_MV, V_MAX_MV, 601)  # 0.5 mV apart
REDRAW_MS = 16
_ROW_HEIGHTS = (10, 12)  # of the height: the lower row has the voltage axis


class GatingPlots(ReadByMouse, pg.GraphicsLayoutWidget):
    """Four plots of the gates given to ``show_gates``, with the voltage of the live neuron marked.

    Several changes in quick succession are drawn once, with the next frame; while hidden nothing is
    drawn. ``curves_drawn()``: Emitted after the curves have been drawn.
    """

    curves_drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gating.plots")
        self.setAccessibleName("Gating curves: steady state, time constant and rates over voltage")
        self.setMinimumSize(240, 240)
        self.ci.layout.setSpacing(6)
        self.ci.layout.setContentsMargins(2, 6, 10, 2)
        self._shown: tuple[ShownGate, ...] = ()
        self._names: dict[str, str] = {}
        self._live: float | None = None
        self._marked: float | None = None
        self._theme, self._scale = LIGHT, 1.0
        self._look: tuple[object, ...] = ()
        self._stale = self._refit = True
        self.panes = {q: GatingPane(q, label, q == "steady_state")
                      for q, label in zip(QUANTITIES, LABELS, strict=True)}  # fmt: skip
        self._timer = DrawingTimer(self, REDRAW_MS)
        self._timer.due.connect(self._redraw)
        self.hover = GatingHover(self, self.panes)
        self._watch_mouse(
            lambda place: self.hover.show_at(place, self._shown, self._names), self.hover.hide
        )
        self._lay_out()
        self.reset_ranges()

    def _lay_out(self) -> None:
        for row, height in enumerate(_ROW_HEIGHTS):
            self.ci.layout.setRowPreferredHeight(row, height)
            self.ci.layout.setRowStretchFactor(row, height)
        first = self.panes[QUANTITIES[0]].view
        for place, pane in enumerate(self.panes.values()):
            self.ci.addItem(pane.item, place // 2, place % 2)
            if place >= 2:
                pane.item.getAxis("bottom").setLabel("V (mV)")
            pane.item.getAxis("bottom").setStyle(showValues=place >= 2)
            pane.view.reset_requested.connect(self.reset_ranges)
            pane.view.sigRangeChanged.connect(lambda *_: self.hover.hide())
            if pane.view is not first:
                pane.view.setXLink(first)

    @property
    def shown(self) -> tuple[ShownGate, ...]:
        """Return the gates that are drawn."""
        return self._shown

    @property
    def names(self) -> dict[str, str]:
        """Return the names of the parameter sets, by the role of their gates."""
        return dict(self._names)

    @property
    def shown_span(self) -> tuple[float, float]:
        """Return the lowest and the highest visible voltage (mV)."""
        low, high = self.panes["alpha"].view.viewRange()[0]
        return float(low), float(high)

    @property
    def logarithmic(self) -> bool:
        """Return whether the axes of α and β are logarithmic."""
        return self.panes["alpha"].logarithmic

    def show_gates(self, shown: tuple[ShownGate, ...], names: dict[str, str], refit: bool) -> None:
        """Draw these gates.

        names: of the parameter sets, by role. refit: whether to fit the value axes again.
        """
        self._names = names
        if shown == self._shown and not refit:
            return
        self._shown = shown
        self._invalidate(refit)

    def set_logarithmic(self, on: bool) -> None:
        """Make the axes of α and β logarithmic or linear."""
        for quantity in ("alpha", "beta"):
            self.panes[quantity].set_logarithmic(on)
        self._invalidate(refit=True)

    @property
    def live_voltage(self) -> float:
        """Return the voltage of the marker (mV), NaN if it is hidden."""
        return math.nan if self._live is None else self._live

    def set_live_voltage(self, voltage: float) -> None:
        """Move the marker to a voltage (mV); NaN hides it. This costs nothing while hidden."""
        self._live = voltage if math.isfinite(voltage) else None
        if self._live != self._marked and self.isVisible() and not self._stale:
            self._mark()

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type."""
        self._theme, self._scale = theme, scale
        self.setBackground(theme.window)
        for pane in self.panes.values():
            pane.set_theme(theme, scale)
        self.hover.set_theme(theme, scale)
        self._invalidate(refit=False)

    def reset_ranges(self) -> None:
        """Reset all axes to their usual ranges."""
        for pane in self.panes.values():
            pane.reset_range()
        self._invalidate(refit=True)

    def _invalidate(self, refit: bool) -> None:
        """Draw again with the next frame; refit: whether to fit the value axes."""
        self._stale, self._refit = True, self._refit or refit
        if self.isVisible():
            self._timer.begin()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._redraw()
        elif self._live != self._marked:
            self._mark()

    def _redraw(self) -> None:
        if not (self._stale and self.isVisible()):
            return
        curves = [gate_curves(s.gate, VOLTAGES, s.rate_factor) for s in self._shown]
        look = self._theme, self._scale, [(s.gate.name, s.place, s.role) for s in self._shown]
        if look != self._look:
            self._look = look
            for pane in self.panes.values():
                pane.set_strokes([stroke_of(s, self._theme, self._scale) for s in self._shown])
        for quantity, pane in self.panes.items():
            pane.draw(VOLTAGES, [getattr(c, quantity) for c in curves], self._refit)
        self._stale = self._refit = False
        self.hover.hide()
        self._mark()
        self.scene().prepareForPaint()
        self.curves_drawn.emit()

    def _mark(self) -> None:
        """Mark the live voltage on every curve by interpolating the drawn points."""
        self._marked = voltage = self._live
        for pane in self.panes.values():
            dots = []
            for shown, curve in zip(self._shown, pane.curves, strict=True):
                if voltage is not None:
                    height = float(np.interp(voltage, *curve.getData()))
                    radius = (3.6 if shown.role == MAIN else 2.6) * self._scale
                    dots.append(Dot(height, curve.opts["pen"].color(), radius))
            pane.marker.move_to(voltage, dots)
