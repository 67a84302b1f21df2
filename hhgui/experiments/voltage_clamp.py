"""Run the usual families of voltage-clamp sweeps and evaluate them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hhgui.experiments.amplifier import charging_current
from hhgui.experiments.clamp_results import HIGHEST_MV, LOWEST_MV
from hhgui.experiments.clamp_staircase import (
    ClampStaircase,
    compensation,
    membrane_area,
    ramp_rows,
    series_resistance,
)
from hhgui.experiments.contract import Cancelled, Column, Experiment, Plot, ReportProgress, Subject
from hhgui.experiments.events import Event, Result, Rows
from hhgui.experiments.settings import Grid, choice, grid, number, text

PROTOCOLS = ("iv", "activation", "inactivation", "recovery", "tails", "ramp")
_CONDITIONING_MS = 100.0


@dataclass(frozen=True)
class VoltageClamp(Experiment):
    """Currents at commanded voltages (Hodgkin & Huxley 1952a, figs. 3, 6 and 10).

    iv, activation: from hold to each command. inactivation: each conditioning voltage, then the
    test voltage. recovery: two test pulses with a gap at hold between them. tails: a test pulse,
    then each tail voltage. ramp: from the first command to the last in one sweep. An ideal clamp is
    computed by formula; with a series resistance C dV/dt = (V_command - V) / (R_s A) - I_ionic is
    integrated. Peak: the largest current in size after the command. Late: the current at the end of
    the step.
    """

    id = "voltage-clamp"
    title = "Voltage clamp"
    group = "Voltage clamp"
    summary = "Families of currents at commanded voltages: I–V, activation, inactivation, tails."
    uses_dt = False
    sketch = "0,9 3,9 5,1 8,4 12,13 24,15; 3,9 4,6 7,8 13,11 24,12"

    protocol: str = choice("protocol", PROTOCOLS, "What varies from sweep to sweep.")
    hold: float = number(
        "holding voltage", "mV", -65.0, LOWEST_MV, HIGHEST_MV, "Held for long before."
    )
    commands: Grid = grid(
        "voltages", "mV", -100.0, 60.0, 17, low=LOWEST_MV, high=HIGHEST_MV,
        help="The command, conditioning or tail voltages.",
    )  # fmt: skip
    duration: float = number(
        "step", "ms", 20.0, 0.0, 10_000.0, "How long the measured step lasts.", above=True
    )
    conditioning_duration: float = number(
        "first pulse", "ms", 0.0, 0.0, 100_000.0,
        "Length of the conditioning or first pulse; 0: 100 ms for inactivation, else as the step.",
    )  # fmt: skip
    test: float = number(
        "test voltage",
        "mV",
        0.0,
        LOWEST_MV,
        HIGHEST_MV,
        "Voltage of the test pulse or first pulse.",
    )
    gaps: Grid = grid(
        "gaps", "ms", 0.5, 50.0, 12, low=0.0, high=100_000.0, log=True, option="gaps",
        help="The times at the holding voltage between two pulses.",
    )  # fmt: skip
    current: str = text(
        "current", "", "The current that half, slope and reversal are of; empty: as the protocol."
    )
    area: float = membrane_area()
    series_resistance: float = series_resistance()
    compensation: float = compensation()
    pipette_capacitance: float = number(
        "pipette capacitance", "pF", 0.0, 0.0, 1000.0,
        "It lies before the series resistance, where the amplifier charges it: V and the ionic "
        "currents do not change. C dV/dt of the command is added to the recorded current, a "
        "constant during a ramp and, at a step, a spike without width, which peaks leave out.",
    )  # fmt: skip

    @property
    def staircase(self) -> ClampStaircase:
        """Return the staircase of commands for the protocol."""
        common: dict[str, Any] = {
            "evaluated": self.protocol, "hold": self.hold, "test": self.test,
            "test_duration": self.duration, "current": self.current, "area": self.area,
            "series_resistance": self.series_resistance, "compensation": self.compensation,
            "values": self.commands,
        }  # fmt: skip
        usual = _CONDITIONING_MS if self.protocol == "inactivation" else self.duration
        first = self.conditioning_duration or usual
        match self.protocol:
            case "inactivation":
                common |= {"varied": "conditioning", "conditioning_duration": first}
            case "tails":
                common |= {"conditioning": self.test, "conditioning_duration": first}
            case "recovery":
                common |= {"varied": "gap_duration", "values": self.gaps, "gap": self.hold,
                           "conditioning": self.test, "conditioning_duration": first}  # fmt: skip
            case "ramp":
                ends = self.commands.values
                common |= {"values": Grid.of([ends[0]]), "ramp_to": float(ends[-1])}
        return ClampStaircase(**common)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.staircase.columns

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        return self.staircase.columns_for(subject)

    def plots_for(self, subject: Subject) -> tuple[Plot, ...]:
        return self.staircase.plots_for(subject)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        if self.protocol == "ramp":
            yield from self._ramp(subject, cancelled)
        else:
            yield from self.staircase.measure(subject, cancelled, progress)

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        return self._pipette() if self.protocol == "ramp" else self.staircase.results(rows, subject)

    def _pipette(self) -> tuple[Result, ...]:
        """Return the current that charges the pipette during a ramp; () without a capacitance."""
        if not self.pipette_capacitance:
            return ()
        voltages = self.commands.values
        slope = float(voltages[-1] - voltages[0]) / self.duration
        density = charging_current(self.pipette_capacitance, slope, self.area)
        how = "C_p dV/dt over the membrane's area, in the recorded current but not in the columns"
        return (Result("pipette_current", "pipette current", density, "µA/cm²", how),)

    def _ramp(self, subject: Subject, cancelled: Cancelled) -> Iterator[Event]:
        """Yield one row per voltage of the grid, when the ramp passes it."""
        record = self.staircase.record(subject.membrane, cancelled)
        yield from ramp_rows(record, self.commands.values)
