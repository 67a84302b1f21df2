"""Draw kept sweeps behind the live traces, aligned at the onsets of their stimuli."""

from collections.abc import Mapping, Sequence

import numpy as np

from hhgui.document.sweep import Sweep
from hhgui.ui.live.pane import TracePane
from hhgui.ui.plots.shown_run import ShownRun

Range = tuple[float, float]


class KeptCurves:
    """Draws kept sweeps in the plots; they are reduced to pixels once per zoom."""

    def __init__(self, panes: Mapping[str, TracePane]) -> None:
        self._panes = panes
        self._sweeps: Sequence[tuple[Sweep, ShownRun]] = ()
        self._drawn: tuple[object, ...] = ()

    def __len__(self) -> int:
        return len(self._sweeps)

    def set_sweeps(self, sweeps: Sequence[tuple[Sweep, ShownRun]]) -> None:
        """Draw these sweeps from now on."""
        self._sweeps, self._drawn = tuple(sweeps), ()
        for pane in self._panes.values():
            pane.set_kept([shown for _, shown in sweeps])

    def forget_drawn(self) -> None:
        """Draw all of them again, because an axis was reset."""
        self._drawn = ()

    def shifts(self, span: Range, onset: float | None) -> list[float]:
        """Return by how much (ms) each sweep is moved so that it is aligned with the traces.

        span: the visible times (ms). onset: that of the stimulus in them (ms); if None, the ends
        are aligned instead.
        """
        return [
            span[1] - sweep.replay.to_time if None in (onset, sweep.onset)
            else (onset or 0.0) - (sweep.onset or 0.0)
            for sweep, _ in self._sweeps
        ]  # fmt: skip

    def draw(self, names: Sequence[str], span: Range, bins: int, onset: float | None) -> None:
        """Draw the sweeps in the plots of these names; span, onset: as for ``shifts``.

        bins: the number of pixel columns.
        """
        shifts = self.shifts(span, onset)
        width = span[1] - span[0]
        drawn = (tuple(names), round(width, 6), bins, tuple(shifts))
        if drawn == self._drawn:
            return
        self._drawn = drawn
        for place, ((sweep, shown), shift) in enumerate(zip(self._sweeps, shifts, strict=True)):
            whole = sweep.replay.from_time, sweep.replay.to_time
            pixels = max(round(bins * (whole[1] - whole[0]) / width), 2)
            found = shown.reduced(names, whole, pixels)
            for name in names:
                curves = [found[quantity.key] for quantity in shown.quantities[name]]
                if curves:
                    values = np.array([y for _, y in curves], dtype=np.float32)
                    self._panes[name].draw_kept(place, curves[0][0] + shift, values)
