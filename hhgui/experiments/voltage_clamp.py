"""Run families of voltage-clamp sweeps and evaluate them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import Family, Peaks, family
from hhgui.experiments.amplifier import Amplifier, RealFamily, charging_current
from hhgui.experiments.clamp_results import (
    HIGHEST_MV,
    LOWEST_MV,
    chosen_current,
    half_and_slope,
    recovery,
    reversal,
    steady_half,
)
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Event,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Result,
    Row,
    Rows,
    Subject,
    Trace,
)
from hhgui.experiments.settings import Grid, choice, grid, number, text
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
PROTOCOLS = ("iv", "activation", "inactivation", "recovery", "tails", "ramp")
_CONDITIONING_MS = 100.0
_DRAWN = 240  # times of a trace in each segment
_RAMP_STEP_MS = 0.02
_VARIED = {
    "iv": ("command", "mV"), "activation": ("command", "mV"), "ramp": ("command", "mV"),
    "inactivation": ("conditioning", "mV"), "recovery": ("gap", "ms"), "tails": ("tail", "mV"),
}  # fmt: skip


@dataclass(frozen=True)
class VoltageClamp(Experiment):
    """Currents at commanded voltages (Hodgkin & Huxley 1952a, figs. 3, 6 and 10).

    iv, activation: from hold to each command. inactivation: each conditioning voltage, then the
    test voltage. recovery: two test pulses, a gap at hold between them. tails: a test pulse, then
    each tail voltage. ramp: from the first command to the last in one sweep. An ideal clamp is
    computed by formula; with a series resistance C dV/dt = (V_command - V) / (R_s A) - I_ionic is
    integrated. Peak: the largest current in size after the command; late: at the end of the step.
    """

    id = "voltage-clamp"
    title = "Voltage clamp"
    group = "Voltage clamp"
    summary = "Families of currents at commanded voltages: I–V, activation, inactivation, tails."

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
    area: float = number(
        "membrane area", "µm²", 1000.0, 0.0, 1e9, "Needed where there is a series resistance.",
        above=True,
    )  # fmt: skip
    series_resistance: float = number(
        "series resistance", "MΩ", 0.0, 0.0, 10_000.0, "0: an ideal clamp."
    )
    compensation: float = number(
        "compensation",
        "%",
        0.0,
        0.0,
        100.0,
        "The part of the resistance that is made up for.",
    )
    pipette_capacitance: float = number(
        "pipette capacitance", "pF", 0.0, 0.0, 1000.0,
        "It lies before the series resistance, where the amplifier charges it: V and the ionic "
        "currents do not change. C dV/dt of the command is added to the recorded current, a "
        "constant during a ramp and, at a step, a spike without width, which peaks leave out.",
    )  # fmt: skip

    @property
    def columns(self) -> tuple[Column, ...]:
        key, unit = _VARIED[self.protocol]
        return (Column(key, unit),)

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        found = list(self.columns)
        for current in subject.membrane.currents:
            name = current.name
            if self.protocol == "ramp":
                found.append(Column(f"I_{name}", "µA/cm²", f"I_{name}"))
                continue
            found += [
                Column(f"peak_I_{name}", "µA/cm²", f"peak I_{name}"),
                Column(f"peak_time_{name}", "ms", f"time of peak I_{name}"),
                Column(f"late_I_{name}", "µA/cm²", f"late I_{name}"),
            ]
        if self.protocol == "activation":
            found.append(Column("relative_conductance", "", "g / g max"))
        if self.protocol in ("inactivation", "recovery"):
            found.append(Column("relative_peak", "", "relative peak"))
        if not self._amplifier.is_ideal and self.protocol != "ramp":
            found.append(Column("voltage_error_at_peak", "mV", "V − command at the peak"))
        return tuple(found)

    def plots_for(self, subject: Subject) -> tuple[Plot, ...]:
        key = _VARIED[self.protocol][0]
        names = [current.name for current in subject.membrane.currents]
        if self.protocol == "ramp":
            return (Plot(key, tuple(f"I_{name}" for name in names)),)
        chosen = self._chosen(subject.membrane)
        sweeps = Plot("time", ("I",), style="family", color=key)
        if self.protocol == "activation":
            return sweeps, Plot(key, ("relative_conductance",), marks=(Mark("x", ("half",)),))
        if self.protocol in ("inactivation", "recovery"):
            marks = (Mark("x", ("half",)),) if self.protocol == "inactivation" else ()
            return sweeps, Plot(key, ("relative_peak",), marks=marks)
        peaks = Plot(key, (f"peak_I_{chosen.name}",), marks=(Mark("x", ("reversal",)),))
        late = Plot(key, tuple(f"late_I_{name}" for name in names))
        return (sweeps, peaks, late) if self.protocol == "iv" else (sweeps, peaks)

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        membrane = subject.membrane
        chosen = self._chosen(membrane)
        if self.protocol == "ramp":
            yield from self._ramp(subject, cancelled)
            return
        ideal, measured = self._family(membrane)
        sweeps: Family | RealFamily = ideal
        if not self._amplifier.is_ideal:
            sweeps = RealFamily(ideal, self._amplifier, subject.dt, cancelled)
        yield from self._traces(ideal, sweeps)
        peaks, late = sweeps.peaks(measured), sweeps.ends()[..., measured]
        extra = self._extra(membrane, chosen, sweeps, ideal, measured, peaks)
        for index, value in enumerate(self._varied.tolist()):
            values: dict[str, float | None] = {_VARIED[self.protocol][0]: value}
            for place, each in enumerate(membrane.currents):
                values[f"peak_I_{each.name}"] = float(peaks.value[place, index])
                values[f"peak_time_{each.name}"] = float(peaks.time[place, index])
                values[f"late_I_{each.name}"] = float(late[place, index])
            values |= {key: _finite(numbers[index]) for key, numbers in extra.items()}
            yield Row(index, values)
        progress(1.0)

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        if len(rows) == 0:
            return ()
        membrane, chosen = subject.membrane, self._chosen(subject.membrane)
        varied = rows.column(_VARIED[self.protocol][0])
        match self.protocol:
            case "iv":
                return (reversal(varied, rows.column(f"peak_I_{chosen.name}"), chosen, "peak"),)
            case "activation":
                return (
                    *half_and_slope(
                        varied, rows.column("relative_conductance"), f"g of {chosen.name}"
                    ),
                    *steady_half(membrane, chosen, rising=True),
                )
            case "inactivation":
                return (
                    *half_and_slope(varied, rows.column("relative_peak"), f"peak I_{chosen.name}"),
                    *steady_half(membrane, chosen, rising=False),
                )
            case "recovery":
                return (recovery(varied, rows.column("relative_peak"), chosen),)
            case "tails":
                peak = rows.column(f"peak_I_{chosen.name}")
                return (reversal(varied, peak, chosen, "tail"),)
            case "ramp":
                return self._pipette()
        return ()

    def _pipette(self) -> tuple[Result, ...]:
        """Return the current that charges the pipette during a ramp, if it has a capacitance."""
        if not self.pipette_capacitance:
            return ()
        voltages = self.commands.values
        slope = float(voltages[-1] - voltages[0]) / self.duration
        density = charging_current(self.pipette_capacitance, slope, self.area)
        how = "C_p dV/dt over the membrane's area, in the recorded current but not in the columns"
        return (Result("pipette_current", "pipette current", density, "µA/cm²", how),)

    def _chosen(self, membrane: Membrane) -> Current:
        return chosen_current(membrane, self.current, tails=self.protocol == "tails")

    @property
    def _amplifier(self) -> Amplifier:
        return Amplifier(self.area, self.series_resistance, self.compensation)

    @property
    def _varied(self) -> Array:
        return self.gaps.values if self.protocol == "recovery" else self.commands.values

    def _family(self, membrane: Membrane) -> tuple[Family, int]:
        """Return the sweeps, and the index of the segment that is measured."""
        varied = self._varied
        same = np.ones(varied.size)
        first = self.conditioning_duration or (
            _CONDITIONING_MS if self.protocol == "inactivation" else self.duration
        )
        match self.protocol:
            case "inactivation":
                volts, times = [varied, self.test * same], [first * same, self.duration * same]
            case "tails":
                volts, times = [self.test * same, varied], [first * same, self.duration * same]
            case "recovery":
                volts = [self.test * same, self.hold * same, self.test * same]
                times = [first * same, varied, self.duration * same]
            case _:
                volts, times = [varied], [self.duration * same]
        made = family(membrane, self.hold, np.stack(volts, axis=1), np.stack(times, axis=1))
        return made, len(volts) - 1

    def _extra(
        self, membrane: Membrane, chosen: Current, sweeps: "Family | RealFamily", ideal: Family,
        measured: int, peaks: Peaks,
    ) -> dict[str, Array]:  # fmt: skip
        """Return the columns in addition to peak, its time and late, (sweeps,) each."""
        place = membrane.currents.index(chosen)
        peak, found = peaks.value[place], {}
        volts = ideal.voltages[:, measured]
        if isinstance(sweeps, RealFamily):
            volts = sweeps.voltage_at(measured, peaks.time[place])
            found["voltage_error_at_peak"] = volts - ideal.voltages[:, measured]
        match self.protocol:
            case "activation":
                force = volts - chosen.reversal
                with np.errstate(divide="ignore", invalid="ignore"):
                    open_part = np.where(np.abs(force) > 1e-6, peak / force, np.nan)
                largest = np.nanmax(np.abs(open_part), initial=0.0)
                found["relative_conductance"] = open_part / largest if largest else open_part
            case "inactivation":
                largest = peak[np.abs(peak).argmax()]
                found["relative_peak"] = peak / largest if largest else np.full(peak.size, np.nan)
            case "recovery":
                before = sweeps.peaks(0).value[place]
                found["relative_peak"] = peak / before
        return found

    def _traces(self, ideal: Family, sweeps: "Family | RealFamily") -> Iterator[Trace]:
        """Yield the total ionic current of each sweep, each current, and V if it is measured."""
        names = [current.name for current in ideal.membrane.currents]
        unit = _VARIED[self.protocol][1]
        for index, value in enumerate(self._varied.tolist()):
            name = f"{value:g} {unit}"
            time, volts, currents = _recorded(ideal, sweeps, index)
            yield Trace(index, name, time, currents.sum(axis=0), "I", "µA/cm²")
            for current, curve in zip(names, currents, strict=True):
                yield Trace(index, name, time, curve, f"I_{current}", "µA/cm²")
            if isinstance(sweeps, RealFamily):
                yield Trace(index, name, time, volts, "V", "mV")

    def _ramp(self, subject: Subject, cancelled: Cancelled) -> Iterator[Event]:
        """Yield the events of one sweep with a linear command; one row per voltage of the grid."""
        first, last = float(self.commands.values[0]), float(self.commands.values[-1])
        if first == last:
            raise ModelError("commands", "a ramp needs two voltages that differ")
        count = max(2, int(np.ceil(self.duration / _RAMP_STEP_MS)))
        if count > 100_000:
            raise ModelError("duration", "a ramp lasts at most 2000 ms")
        volts = np.linspace(first, last, count, endpoint=False) + (last - first) / count / 2.0
        ideal = family(subject.membrane, self.hold, volts[None, :], self.duration / count)
        sweep: Family | RealFamily = ideal
        if not self._amplifier.is_ideal:
            sweep = RealFamily(ideal, self._amplifier, subject.dt, cancelled)
        ends = sweep.ends()[:, 0]
        names = [current.name for current in subject.membrane.currents]
        at = first + (last - first) * np.arange(1, count + 1) / count
        order = np.argsort(at)
        for index, value in enumerate(self.commands.values.tolist()):
            row: dict[str, float | None] = {"command": value}
            for name, curve in zip(names, ends, strict=True):
                row[f"I_{name}"] = float(np.interp(value, at[order], curve[order]))
            yield Row(index, row)


def _recorded(ideal: Family, sweeps: Family | RealFamily, index: int) -> tuple[Array, Array, Array]:
    """Return time (ms), V (mV) and currents of one sweep through all of its segments."""
    times, volts, currents, begin = [], [], [], 0.0
    for place in range(ideal.voltages.shape[1]):
        length = float(ideal.durations[index, place])
        if isinstance(sweeps, RealFamily):
            part = sweeps.segment(index, place)
            step = max(1, part.time.size // (8 * _DRAWN))
            own, volt, curve = part.time[::step], part.voltage[::step], part.currents[:, ::step]
        else:
            own = length * np.linspace(0.0, 1.0, _DRAWN) ** 2
            volt = np.full(own.size, ideal.voltages[index, place])
            curve = ideal.currents(place, own)[:, index]
        times.append(begin + own)
        volts.append(volt)
        currents.append(curve)
        begin += length
    return np.concatenate(times), np.concatenate(volts), np.concatenate(currents, axis=1)


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
