"""Clamp the membrane to a staircase of voltages, of which one number varies from sweep to sweep.

    hold | conditioning | gap | test | after

Each of these stairs has a voltage (mV) and a duration (ms); one of 0 ms is left out. The test stair
is measured; it may be a ramp, from its voltage to another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.clamp import Family, family
from hhgui.experiments.amplifier import Amplifier, RealFamily, charging_current
from hhgui.experiments.clamp_record import ClampRecord
from hhgui.experiments.clamp_results import (
    HIGHEST_MV,
    LOST_MV,
    LOWEST_MV,
    chosen_current,
    falls,
    half_and_slope,
    input_conductance,
    is_peak,
    lost_control,
    recovery,
    reversal,
    steady_half,
    still_grows,
    unsteady,
)
from hhgui.experiments.contract import (
    Cancelled,
    Column,
    Experiment,
    Mark,
    Plot,
    ReportProgress,
    Subject,
    never,
)
from hhgui.experiments.events import Event, Result, Row, Rows
from hhgui.experiments.settings import Grid, choice, grid, number, text
from hhgui.model.membrane import Current, Membrane
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
EVALUATIONS = ("iv", "activation", "inactivation", "recovery", "tails", "ramp", "leak")
NO_SUBTRACTION, P_OVER_4 = "none", "P/4"
# The settings of the amplifier, which a protocol leaves alone.
AMPLIFIER_KEYS = (
    "area", "series_resistance", "compensation", "pipette_capacitance", "seal_conductance",
    "subtraction",
)  # fmt: skip
_SEAL = "seal"
# 1 nS through 1 µm² is 100 mS/cm².
_DENSITY_PER_NS_PER_UM2 = 100.0
STAIRS = ("conditioning", "gap", "test", "after")
MOST_SWEEPS = 200
# The numbers that may vary, with the key and the unit of their column.
VARIED = {
    "test": ("command", "mV"),
    "conditioning": ("conditioning", "mV"),
    "gap_duration": ("gap", "ms"),
    "conditioning_duration": ("conditioning_duration", "ms"),
    "test_duration": ("test_duration", "ms"),
    "hold": ("hold", "mV"),
    "gap": ("gap_voltage", "mV"),
    "after": ("after", "mV"),
    "after_duration": ("after_duration", "ms"),
}
# Behind a series resistance V crosses the reversal potential where the command is near it: the peak
# of such a sweep belongs to no one driving force.
_LEAST_FORCE_MV = 5.0
_LONGEST_MS, _RAMP_ROWS = 100_000.0, 1_001


def _voltage(label: str, default: float, help: str) -> Any:
    return number(label, "mV", default, LOWEST_MV, HIGHEST_MV, help)


def _duration(label: str, default: float, help: str, above: bool = False) -> Any:
    return number(label, "ms", default, 0.0, _LONGEST_MS, help, above=above)


def membrane_area() -> Any:
    """Return the setting ``area`` of a clamp by an amplifier (µm²)."""
    return number(
        "membrane area", "µm²", 1000.0, 0.0, 1e9, "Needed where there is a series resistance.",
        above=True,
    )  # fmt: skip


def series_resistance() -> Any:
    """Return the setting ``series_resistance`` of a clamp (MΩ), which decides if it is ideal."""
    return number("series resistance", "MΩ", 0.0, 0.0, 10_000.0, "0: an ideal clamp.")


def compensation() -> Any:
    """Return the setting ``compensation`` of a clamp by an amplifier (%)."""
    return number(
        "compensation", "%", 0.0, 0.0, 100.0, "The part of the resistance that is made up for."
    )


@dataclass(frozen=True)
class ClampStaircase(Experiment):
    """Currents during a staircase of commanded voltages, one number of which varies.

    An ideal clamp is computed by formula (Hodgkin & Huxley 1952, eqs. 8, 11, 17-19); with a series
    resistance C dV/dt = (V_command - V) / (R_s A) - I_ionic is integrated. Peak: the largest
    current in size within the window of the test stair. Late: the current at its end. Currents are
    outward positive and leave out what charges the membrane. Behind an amplifier a tail current
    that is largest before V has moved is measured after five time constants R_s A C.
    """

    id = "clamp-staircase"
    title = "Clamp staircase"
    group = "Voltage clamp"
    summary = "A staircase of commanded voltages, any number of which varies."
    uses_dt = False
    sketch = "0,2 6,2 6,6 12,6 12,10 18,10 18,14 24,14; 0,2 24,2"

    evaluated: str = choice("evaluated as", EVALUATIONS, "What is made of the measured currents.")
    hold: float = _voltage("holding voltage", -65.0, "Held for long before, and between sweeps.")
    hold_duration: float = _duration("shown before", 2.0, "How much of the holding is shown.")
    conditioning: float = _voltage("conditioning voltage", -65.0, "Voltage of the first stair.")
    conditioning_duration: float = _duration("conditioning", 0.0, "How long; 0 leaves it out.")
    gap: float = _voltage("gap voltage", -65.0, "Voltage between the first stair and the test.")
    gap_duration: float = _duration("gap", 0.0, "How long; 0 leaves it out.")
    test: float = _voltage("test voltage", 0.0, "Voltage of the measured stair.")
    test_duration: float = _duration("test", 20.0, "How long.", above=True)
    ramp_to: float = _voltage("ramp to", 60.0, "Where a ramp that begins at the test voltage ends.")
    after: float = _voltage("voltage after", -65.0, "Voltage of the stair behind the test.")
    after_duration: float = _duration("after", 0.0, "How long; 0 leaves it out.")
    varied: str = choice("varies", tuple(VARIED), "The number that differs from sweep to sweep.")
    values: Grid = grid(
        "values", "", -100.0, 60.0, 17, low=-_LONGEST_MS, high=_LONGEST_MS,
        help="What it is in each sweep, in mV or ms.",
    )  # fmt: skip
    window_from: float = _duration("peak from", 0.0, "Since the test stair began.")
    window_to: float = _duration("peak to", 0.0, "Since the test stair began; 0: its end.")
    late_at: float = _duration("late current at", 0.0, "Since the test stair began; 0: its end.")
    current: str = text(
        "current", "", "The current that half, slope and reversal are of; empty: the usual one."
    )
    area: float = membrane_area()
    series_resistance: float = series_resistance()
    compensation: float = compensation()
    pipette_capacitance: float = number(
        "pipette capacitance", "pF", 0.0, 0.0, 1000.0,
        "Charged by the amplifier before the series resistance: it changes the recorded current of "
        "a ramp only, and at a step adds a spike without width, which is not drawn.",
    )  # fmt: skip
    seal_conductance: float = number(
        "seal leak", "nS", 0.0, 0.0, 1e6,
        "A leak between pipette and bath, across the membrane, which reverses at 0 mV.",
    )  # fmt: skip
    subtraction: str = choice(
        "leak subtraction", (NO_SUBTRACTION, P_OVER_4),
        "P/4: from the recorded current, four times that of a quarter of the command.",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        setting = {each.key: each for each in self.form()}[self.varied]
        if self.values.points > MOST_SWEEPS:
            found = f"{self.values.points} sweeps are too many: at most {MOST_SWEEPS}"
            raise ModelError("values", found)
        for value in (self.values.values.min(), self.values.values.max()):
            try:
                setting.check(float(value))
            except ModelError as error:
                raise ModelError("values", str(error)) from None

    @property
    def varied_column(self) -> tuple[str, str]:
        """Return the key and the unit of the column for the number that varies."""
        if self.evaluated == "tails" and self.varied == "test":
            return "tail", "mV"
        return VARIED[self.varied]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (Column(*self.varied_column),)

    def columns_for(self, subject: Subject) -> tuple[Column, ...]:
        names = [current.name for current in subject.membrane.currents]
        if self.evaluated == "ramp":
            return (Column("command", "mV"), *(Column(f"I_{n}", "µA/cm²", f"I_{n}") for n in names))
        found = list(self.columns)
        for name in names:
            found += [
                Column(f"peak_I_{name}", "µA/cm²", f"peak I_{name}"),
                Column(f"peak_time_{name}", "ms", f"time of peak I_{name}"),
                Column(f"late_I_{name}", "µA/cm²", f"late I_{name}"),
            ]
        if self.evaluated == "activation":
            found.append(Column("relative_conductance", "", "g / g max"))
        if self.evaluated in ("inactivation", "recovery"):
            found.append(Column("relative_peak", "", "relative peak"))
        if self.evaluated == "leak":
            found.append(Column("late_I", "µA/cm²", "late I"))
        if not self.amplifier.is_ideal:
            found.append(Column("voltage_error_at_peak", "mV", "V − command at the peak"))
        return tuple(found)

    def plots_for(self, subject: Subject) -> tuple[Plot, ...]:
        key = "command" if self.evaluated == "ramp" else self.varied_column[0]
        names = [current.name for current in subject.membrane.currents]
        if self.evaluated == "ramp":
            return (Plot(key, tuple(f"I_{name}" for name in names)),)
        sweeps = Plot("time", ("I",), style="family", color=key)
        return sweeps, *self.result_plots(subject.membrane)

    def result_plots(self, membrane: Membrane) -> tuple[Plot, ...]:
        """Return the plots of the table, without the plot of the sweeps."""
        key = "command" if self.evaluated == "ramp" else self.varied_column[0]
        names = [current.name for current in membrane.currents]
        if self.evaluated == "ramp":
            return (Plot(key, tuple(f"I_{name}" for name in names)),)
        chosen = self.chosen(membrane)
        if self.evaluated == "activation":
            return (Plot(key, ("relative_conductance",), marks=(Mark("x", ("half",)),)),)
        if self.evaluated in ("inactivation", "recovery"):
            marks = (Mark("x", ("half",)),) if self.evaluated == "inactivation" else ()
            return (Plot(key, ("relative_peak",), marks=marks),)
        if self.evaluated == "leak":
            return (Plot(key, ("late_I",)),)
        peaks = Plot(key, (f"peak_I_{chosen.name}",), marks=(Mark("x", ("reversal",)),))
        late = Plot(key, tuple(f"late_I_{name}" for name in names))
        return (peaks, late) if self.evaluated == "iv" else (peaks,)

    def chosen(self, membrane: Membrane) -> Current:
        """Return the current that is evaluated."""
        return chosen_current(membrane, self.current, tails=self.evaluated == "tails")

    @property
    def amplifier(self) -> Amplifier:
        """Return the amplifier between the command and the membrane."""
        return Amplifier(self.area, self.series_resistance, self.compensation)

    def record(self, membrane: Membrane, cancelled: Cancelled = never) -> ClampRecord:
        """Compute every sweep of the membrane under this staircase.

        Raises MeasurementCancelled once ``cancelled()`` is true.
        """
        names, volts, times, rises = self._stairs()
        hold = self.of_each("hold")
        clamped = self._with_seal(membrane)

        def made(part: float, quarter: ClampRecord | None) -> ClampRecord:
            """Return the record of ``part`` of the staircase's steps from the holding voltage."""
            commands = hold[:, None] + part * (volts - hold[:, None])
            held = float(hold[0]) if np.ptp(hold) == 0.0 else hold
            slopes = part * rises if rises.any() else None
            ideal = family(clamped, held, commands, times, slopes)
            sweeps: Family | RealFamily = ideal
            if not self.amplifier.is_ideal:
                sweeps = RealFamily(ideal, self.amplifier, cancelled)
            charging = charging_current(self.pipette_capacitance, 1.0, self.area) * part
            return ClampRecord(sweeps, names, membrane=membrane, quarter=quarter,
                               charging=charging * rises[:, names.index("test")])  # fmt: skip

        return made(1.0, made(0.25, None) if self.subtraction == P_OVER_4 else None)

    def _with_seal(self, membrane: Membrane) -> Membrane:
        """Return a copy of the membrane with the leak of the seal as an additional current."""
        if not self.seal_conductance:
            return membrane
        density = _DENSITY_PER_NS_PER_UM2 * self.seal_conductance / self.area
        try:
            seal = Current(_SEAL, density, 0.0)
            return replace(membrane, currents=(*membrane.currents, seal))
        except ModelError as error:
            raise ModelError("seal_conductance", f"seal leak: {error}") from None

    def of_each(self, key: str) -> Array:
        """Return the value of a setting of the stairs in each sweep, shape (sweeps,).

        key: the name of the setting, such as "test_duration".
        """
        values = self.values.values
        return values if key == self.varied else np.full(values.size, getattr(self, key))

    def has_commands_of(self, other: "ClampStaircase") -> bool:
        """Return whether both have the same command at all times in all sweeps."""
        if self.values.points != other.values.points:
            return False
        own, others = self._stairs(), other._stairs()
        return own[0] == others[0] and all(
            np.array_equal(a, b)
            for a, b in zip(
                (self.of_each("hold"), *own[1:]), (other.of_each("hold"), *others[1:]), strict=True
            )
        )

    def _stairs(self) -> tuple[tuple[str, ...], Array, Array, Array]:
        """Return the names of the stairs that are not left out, and numbers of each in each sweep.

        The numbers are voltages (mV; of a ramp at its start), durations (ms) and slopes (mV/ms), of
        shape (sweeps, stairs) each.
        """
        lasts = {name: self.of_each(f"{name}_duration") for name in STAIRS}
        names = tuple(name for name in STAIRS if name == "test" or lasts[name].any())
        volts = np.stack([self.of_each(name) for name in names], axis=1)
        times = np.stack([lasts[name] for name in names], axis=1)
        rises = np.zeros(volts.shape)
        if self.evaluated == "ramp":
            begin = self.of_each("test")
            if (begin == self.ramp_to).any():
                raise ModelError("ramp_to", "a ramp needs two voltages that differ")
            rises[:, names.index("test")] = (self.ramp_to - begin) / lasts["test"]
        return names, volts, times, rises

    def measure(
        self, subject: Subject, cancelled: Cancelled, progress: ReportProgress
    ) -> Iterator[Event]:
        self.chosen(subject.membrane)
        record = self.record(subject.membrane, cancelled)
        unit = self.varied_column[1]
        names = [f"{value:g} {unit}" for value in self.values.values.tolist()]
        yield from record.traces(names)
        yield from self.rows(record)
        progress(1.0)

    def rows(self, record: ClampRecord) -> Iterator[Row]:
        """Yield the rows of the table, one per sweep, or for a ramp one per voltage."""
        if self.evaluated == "ramp":
            yield from self._ramp_rows(record)
            return
        membrane = record.membrane
        window = (self.window_from, self.window_to or np.inf)
        peaks = record.peaks(window, settled=self.evaluated == "tails")
        late = record.late(self.late_at or np.inf)
        extra = self._extra(record, peaks.value, peaks.time, late)
        problems = self._problems(record, extra, peaks.value)
        for index, value in enumerate(self.values.values.tolist()):
            values: dict[str, float | None] = {self.varied_column[0]: value}
            for place, each in enumerate(membrane.currents):
                values[f"peak_I_{each.name}"] = float(peaks.value[place, index])
                values[f"peak_time_{each.name}"] = float(peaks.time[place, index])
                values[f"late_I_{each.name}"] = float(late[place, index])
            values |= {key: float(numbers[index]) for key, numbers in extra.items()}
            yield Row(index, values, problems[index])

    def _problems(self, record: ClampRecord, extra: dict[str, Array], peaks: Array) -> list[str]:
        """Return for each sweep why its numbers mislead, "" where they don't."""
        membrane, chosen = record.membrane, self.chosen(record.membrane)
        found = [""] * self.values.values.size
        gates = record.conditioned()
        if self.evaluated == "inactivation" and gates is not None:
            volts = self.of_each("conditioning")
            for sweep, name in enumerate(unsteady(membrane, chosen, volts, gates)):
                if name:
                    found[sweep] = f"the first pulse ends before {name} is steady: lengthen it"
        peaked = self.evaluated in ("iv", "activation", "inactivation", "recovery")
        if peaked and not self.window_to and any(map(falls, chosen.gates)):
            place = membrane.currents.index(chosen)
            ends = record.test_duration
            before, end = (record.currents_at(part * ends)[place] for part in (0.9, 1.0))
            for sweep in np.flatnonzero(still_grows(before, end)).tolist():
                found[sweep] = f"the step ends before the peak of I_{chosen.name}: lengthen it"
        own = peaks[membrane.currents.index(chosen)]
        far = np.abs(extra.get("voltage_error_at_peak", np.zeros(own.size))) > LOST_MV
        for sweep in (
            np.flatnonzero(far & is_peak(own)).tolist() if self.evaluated != "leak" else ()
        ):
            found[sweep] = lost_control(chosen)
        return found

    def _extra(
        self, record: ClampRecord, peak: Array, time: Array, late: Array
    ) -> dict[str, Array]:
        """Return the columns that this evaluation adds, by key, (sweeps,) each.

        peak, time, late: the peaks, their times and the late currents.
        """
        place = record.membrane.currents.index(self.chosen(record.membrane))
        reference, own, found = record.commands, peak[place], {}
        volts = record.voltage_at(time[place])
        if not record.is_ideal:
            found["voltage_error_at_peak"] = volts - reference
        match self.evaluated:
            case "activation":
                force = volts - record.membrane.currents[place].reversal
                aimed = reference - record.membrane.currents[place].reversal
                least = 1e-6 if record.is_ideal else _LEAST_FORCE_MV
                with np.errstate(divide="ignore", invalid="ignore"):
                    there = (np.abs(aimed) > least) & (np.abs(force) > 1e-6)
                    opened = np.where(there, own / force, np.nan)
                largest = np.nanmax(np.abs(opened), initial=0.0)
                found["relative_conductance"] = opened / largest if largest else opened
            case "inactivation":
                largest = own[np.abs(own).argmax()]
                found["relative_peak"] = own / largest if largest else np.full(own.size, np.nan)
            case "recovery":
                before = record.conditioning_peaks()
                with np.errstate(divide="ignore", invalid="ignore"):
                    found["relative_peak"] = (
                        np.full(own.size, np.nan) if before is None else own / before.value[place]
                    )
            case "leak":
                found["late_I"] = late.sum(axis=0)
        return found

    def _ramp_rows(self, record: ClampRecord) -> Iterator[Row]:
        """Yield the currents along the first sweep's ramp, one row per voltage."""
        at = np.linspace(float(record.commands[0]), self.ramp_to, _RAMP_ROWS)
        yield from ramp_rows(record, at)

    def results(self, rows: Rows, subject: Subject) -> tuple[Result, ...]:
        if len(rows) == 0:
            return ()
        return self.results_of(rows, subject.membrane)

    def results_of(self, rows: Rows, membrane: Membrane) -> tuple[Result, ...]:
        """Return the results of the rows, for this membrane."""
        key = self.varied_column[0]
        if self.evaluated == "ramp":
            return ()
        chosen, varied = self.chosen(membrane), rows.column(key)
        if self.evaluated != "leak" and not rows.column(f"peak_I_{chosen.name}").any():
            return (_nothing(self.evaluated, chosen),)
        match self.evaluated:
            case "iv" | "tails" if len(rows) == 1:
                return ()  # one voltage has no place at which the current reverses
            case "iv" | "tails":
                peak = rows.column(f"peak_I_{chosen.name}")
                what = "peak" if self.evaluated == "iv" else "tail"
                return (reversal(varied, peak, chosen, what),)
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
        return (input_conductance(varied, rows.column("late_I")),)


def ramp_rows(record: ClampRecord, commands: Array) -> Iterator[Row]:
    """Yield the currents of the first sweep's ramp where it passes commands (n,) mV."""
    names = [current.name for current in record.membrane.currents]
    currents, lost = record.along_ramp(commands), np.abs(record.ramp_errors(commands)) > LOST_MV
    for index, value in enumerate(commands.tolist()):
        pairs = zip(names, currents[:, index].tolist(), strict=True)
        problem = lost_control() if lost[index] else ""
        yield Row(index, {"command": value} | {f"I_{name}": i for name, i in pairs}, problem)


def _nothing(evaluated: str, chosen: Current) -> Result:
    """Return a result without value, because the evaluated current does not flow."""
    key, label, unit = {
        "iv": ("reversal", "reversal potential", "mV"),
        "tails": ("reversal", "reversal potential", "mV"),
        "recovery": ("recovery_time_constant", "recovery time constant", "ms"),
    }.get(evaluated, ("half", "V½", "mV"))
    problem = (
        f"no I_{chosen.name} flows at these voltages: it is blocked, or its channels stay closed; "
        "wash it, or vary the voltage further"
    )
    return Result(key, label, None, unit, "", problem)
