"""Provide two measuring cursors, A and B, through plots that share a time axis.

As on an oscilloscope, the cursors keep their place on the screen while traces run. When the traces
stand still, the cursors keep their model time and move with zooming and scrolling.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QObject, Qt, Signal, SignalInstance

from hhgui.model.quantity import VOLTAGE
from hhgui.model.words import with_minus
from hhgui.ui.plots.cursor_lines import CursorLines
from hhgui.ui.plots.pane import PlotArea
from hhgui.ui.widgets.theme import Theme

START_FRACTIONS = (1 / 3, 2 / 3)
# A cursor that would be off the screen when the traces start to run is brought back to here.
_EDGE_SHARE = 0.02
# Faster updates would be unreadable and would cost time in every frame.
_READ_EVERY_S = 0.1


class Cursors(QObject):
    """Two cursors over plots of one scene whose time axes (ms) are linked.

    values_at(time): returns the values of the traces at a time (ms) by key, None where there is no
    data; the read-out shows the voltage. A drag moves a line; a click places A; a click with Shift
    or the right button places B. ``measured(text)``: Emitted with the new read-out, which is ""
    when the cursors are off.
    """

    measured = Signal(str)

    def __init__(
        self,
        scene: pg.GraphicsScene,
        values_at: Callable[[float], Mapping[str, float] | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._values_at = values_at
        self._followed: list[tuple[SignalInstance, Callable[..., None]]] = []
        self._axis = _TimeAxis()
        self._fractions = list(START_FRACTIONS)
        self._times = [0.0, 0.0]
        self._placed = False
        self._on_screen = False
        self._read = 0.0
        self._text = ""
        self.lines = CursorLines()
        self.lines.dragged.connect(self._move)
        self.lines.hide()
        scene.addItem(self.lines)
        scene.sigMouseClicked.connect(self._on_click)

    @property
    def shown(self) -> bool:
        """Return whether the cursors are on."""
        return self.lines.isVisible()

    @property
    def times(self) -> tuple[float, float]:
        """Return the times of A and B (ms)."""
        if self._on_screen:
            return self._axis.time_of(self._fractions[0]), self._axis.time_of(self._fractions[1])
        return self._times[0], self._times[1]

    def set_items(self, items: Sequence[PlotArea]) -> None:
        """Set the plots that the cursors cross, from top to bottom.

        The time axis is the first one's.
        """
        for signal, slot in self._followed:
            signal.disconnect(slot)
        self._followed = []
        for item in items:
            view = item.getViewBox()
            self._followed += [
                (view.sigXRangeChanged, self._follow_view),
                (view.sigResized, self.lines.fit),
                (item.geometryChanged, self.lines.fit),
            ]
        for signal, slot in self._followed:
            signal.connect(slot)
        views = [item.getViewBox() for item in items]
        self._axis.view = views[0] if views else None
        self.lines.set_views(views)
        self._follow_view()

    def set_shown(self, shown: bool) -> None:
        """Switch the cursors on, at visible times, or off."""
        self.lines.setVisible(shown)
        if shown:
            self._bring_into_sight()
        self.refresh(now=True)

    def hold_on_screen(self, hold: bool) -> None:
        """Keep the cursors' places on the screen if ``hold`` (traces run), else their times."""
        if hold == self._on_screen:
            return
        if hold:
            low, high = _EDGE_SHARE, 1.0 - _EDGE_SHARE
            fractions = [min(max(self._axis.fraction_of(t), low), high) for t in self._times]
            # both out of sight at one side: they would lie upon each other
            apart = fractions[0] != fractions[1] or self._times[0] == self._times[1]
            self._fractions = fractions if apart else list(START_FRACTIONS)
        else:
            self._times = [self._axis.time_of(fraction) for fraction in self._fractions]
        self._on_screen = hold
        self._follow_view()

    def place(self, which: int, time: float) -> None:
        """Place cursor A (0) or B (1) at ``time`` (ms)."""
        self._placed = True
        self._times[which] = time
        self._fractions[which] = self._axis.fraction_of(time)
        self._follow_view()
        self.refresh(now=True)

    def set_theme(self, theme: Theme, scale: float = 1.0) -> None:
        """Redraw in the theme's colours; a ``scale`` above 1 gives large type and thick lines."""
        self.lines.set_theme(theme, scale)

    def refresh(self, now: bool = False) -> None:
        """Update the read-out.

        While traces run it is updated at most ten times a second, unless ``now`` is true.
        """
        clock = perf_counter()
        if not now and self._on_screen and clock - self._read < _READ_EVERY_S:
            return
        self._read = clock
        text = self.read_out() if self.shown else ""
        if text != self._text:
            self._text = text
            self.measured.emit(text)

    def read_out(self) -> str:
        """Return the times and voltages at the cursors as text, with their differences.

        The inverse of the time between them is included, as a frequency.
        """
        first, second = self.times
        digits = self._axis.digits
        gap = second - first
        rate = f" ({1000.0 / abs(gap):.1f} Hz)" if abs(gap) >= 0.5 * 10.0**-digits else ""
        parts = [f"Δt {gap:.{digits}f} ms{rate}"]
        name = VOLTAGE.symbol
        a, b = ((self._values_at(time) or {}).get(VOLTAGE.key) for time in (first, second))
        change = None if a is None or b is None else b - a
        for title, value in ((f"Δ{name}", change), (f"{name}_A", a), (f"{name}_B", b)):
            parts.append(f"{title} {'–' if value is None else VOLTAGE.text(value)}")
        return with_minus(" · ".join(parts))

    def _bring_into_sight(self) -> None:
        """Place hidden or new cursors at one third and two thirds of the width."""
        for which, fraction in enumerate(START_FRACTIONS):
            hidden = not 0.0 <= self._axis.fraction_of(self.times[which]) <= 1.0
            if not self._placed or hidden:
                self._fractions[which] = fraction
                self._times[which] = self._axis.time_of(fraction)
        self._placed = True
        self._follow_view()

    def _follow_view(self, *_args: object) -> None:
        if not self._on_screen:
            self._fractions = [self._axis.fraction_of(time) for time in self._times]
        self.lines.set_fractions(self._fractions)

    def _move(self, which: int, fraction: float) -> None:
        self.place(which, self._axis.time_of(fraction))

    def _on_click(self, event: MouseClickEvent) -> None:
        fraction = self.lines.fraction_at(event.scenePos())
        if not self.shown or fraction is None or self.lines.line_at(event.scenePos()) is not None:
            return
        right = event.button() == Qt.MouseButton.RightButton
        if right or event.button() == Qt.MouseButton.LeftButton:
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._move(int(right or shifted), fraction)


class _TimeAxis:
    """Converts times (ms) to fractions (0 to 1) of the width of the first plot, and back."""

    def __init__(self) -> None:
        self.view: pg.ViewBox | None = None

    @property
    def span(self) -> tuple[float, float]:
        """Return the first and last visible time (ms)."""
        low, high = self.view.viewRange()[0] if self.view is not None else (0.0, 1.0)
        return float(low), float(high)

    @property
    def digits(self) -> int:
        """Return how many decimals of a time (ms) resolve one pixel: two to four."""
        low, high = self.span
        width = max(self.view.width(), 1.0) if self.view is not None else 1.0
        return min(max(math.ceil(-math.log10(max((high - low) / width, 1e-9))), 2), 4)

    def time_of(self, fraction: float) -> float:
        """Return the time (ms) at a fraction of the width."""
        low, high = self.span
        return low + fraction * (high - low)

    def fraction_of(self, time: float) -> float:
        """Return the fraction of the width at a time (ms); outside 0 to 1 if it is not visible."""
        low, high = self.span
        return (time - low) / ((high - low) or 1.0)
