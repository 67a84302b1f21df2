"""Define membranes of the Hodgkin-Huxley kind as frozen data.

    C dV/dt = I(t) - sum_c g_c * prod_k x_k**p_k * (V - E_c)          (HH 1952, eq. 26)
    dx/dt   = alpha(V) (1 - x) - beta(V) x  =  (x_inf(V) - x) / tau(V)  (eqs. 7, 15, 16)

To edit one is to make a changed copy (``dataclasses.replace``); every new object is validated.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hhgui.model.parameter import (
    AREA,
    CAPACITANCE,
    CONDUCTANCE,
    INITIAL,
    INITIAL_VOLTAGE,
    POWER,
    Q10,
    REFERENCE_TEMPERATURE,
    REVERSAL,
    TEMPERATURE,
    MisfitError,
    ModelError,
    Rule,
    check_fields,
    flag,
    parameters_of,
    text,
)
from hhgui.model.quantity import quantities
from hhgui.model.rate import AnyCurve

MAX_CURRENTS = 8
MAX_GATES = 8
CURVES = ("alpha", "beta", "steady_state", "time_constant")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,23}")
# The curves of a gate that are allowed together; first those of a gate with a time constant.
_IN_TIME = (
    ("alpha", "beta"), ("alpha", "beta", "steady_state"), ("steady_state", "time_constant"),
)  # fmt: skip
_AT_ONCE = (("alpha", "beta"), ("steady_state",))
_CHECKED_RANGE = np.linspace(-120.0, 60.0, 181)
Array = NDArray[np.float64]
Text = Annotated[str, Rule(text)]


@dataclass(frozen=True)
class Gate:
    """A gating variable x (0 to 1) that multiplies the conductance of its current by x**power.

    Its kinetics are given either by ``alpha`` and ``beta`` (1/ms), to which a ``steady_state`` (0
    to 1) may be added that then replaces alpha / (alpha + beta), or by ``steady_state`` and
    ``time_constant`` (ms). An ``instantaneous`` gate is at its steady state at every moment and is
    given by ``alpha`` and ``beta`` or by ``steady_state`` alone. initial: the value at time zero,
    or None for the steady state at the start voltage. q10: the factor on this gate's rates per 10
    °C, or None to use that of its current or membrane. Raises ModelError for a power outside 0 to
    8, for curves that do not belong together, and if anywhere from -120 to 60 mV a rate is
    negative, a time constant not positive, or a steady state outside 0 to 1.
    """

    name: str
    power: Annotated[int, POWER]
    alpha: AnyCurve | None = None
    beta: AnyCurve | None = None
    steady_state: AnyCurve | None = None
    time_constant: AnyCurve | None = None
    initial: Annotated[float, INITIAL] | None = None
    instantaneous: Annotated[bool, Rule(flag)] = False
    q10: Annotated[float, Q10] | None = None

    def __post_init__(self) -> None:
        _check_name("gate", self.name)
        if self.name in {"V", "time_ms", "membrane"} or self.name.startswith("I_"):
            raise ModelError("name", f"gate name {self.name!r} is taken by a column of the traces")
        check_fields(self, f"gate {self.name}")
        if self.instantaneous and self.initial is not None:
            raise ModelError("initial", f"gate {self.name} is instantaneous: it has no start value")
        self._check_together()
        for key in CURVES:
            curve: AnyCurve | None = getattr(self, key)
            if curve is not None:
                self._check_curve(key, curve(_CHECKED_RANGE))
        if self.alpha is not None and self.beta is not None:
            total = self.alpha(_CHECKED_RANGE) + self.beta(_CHECKED_RANGE)
            if not np.all(total > 0.0):
                raise ModelError("beta", f"alpha + beta of gate {self.name} must be above 0")

    def _check_together(self) -> None:
        """Raise ModelError, naming the curve, if a curve is missing or superfluous."""
        given = [key for key in CURVES if getattr(self, key) is not None]
        allowed = _AT_ONCE if self.instantaneous else _IN_TIME
        if tuple(given) in allowed:
            return
        rule = "; or ".join(" and ".join(keys) for keys in allowed)
        kind = "an instantaneous gate has" if self.instantaneous else "a gate has"
        larger = min((keys for keys in allowed if set(given) < set(keys)), key=len, default=None)
        if larger is None:
            key, problem = given[-1], f"can't stand beside {' and '.join(given[:-1])}"
        else:
            key, problem = next(k for k in larger if k not in given), "is missing"
        raise ModelError(key, f"{key} of gate {self.name} {problem}: {kind} {rule}")

    def _check_curve(self, key: str, values: Array) -> None:
        """Raise ModelError if one of ``values``, of the curve named ``key``, is not allowed."""
        fine, rule = {
            "alpha": (values >= 0.0, "not be negative"),
            "beta": (values >= 0.0, "not be negative"),
            "steady_state": ((values >= -1e-12) & (values <= 1.0 + 1e-12), "stay within 0 to 1"),
            "time_constant": (values > 0.0, "stay above 0 ms"),
        }[key]
        bad = ~(fine & np.isfinite(values))
        if bad.any():
            at = int(np.argmax(bad))
            raise ModelError(
                key,
                f"{key} of gate {self.name} must {rule} over −120…60 mV; "
                f"at {_CHECKED_RANGE[at]:g} mV it is {values[at]:g}",
            )

    def rates_at(self, voltage: ArrayLike) -> tuple[Array, Array]:
        """Return alpha and beta (1/ms) at ``voltage`` (mV), at the reference temperature.

        Both are infinite for an instantaneous gate.
        """
        if self.instantaneous:
            at_once = np.full(np.shape(voltage), np.inf)
            return at_once, at_once
        if self.alpha is not None and self.beta is not None and self.steady_state is None:
            return self.alpha(voltage), self.beta(voltage)
        tau = self.time_constant_at(voltage)
        steady = self.steady_state_at(voltage)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return steady / tau, (1.0 - steady) / tau

    def steady_state_at(self, voltage: ArrayLike) -> Array:
        """Return x_inf (0 to 1) at ``voltage`` (mV): its own curve, or alpha / (alpha + beta)."""
        if self.steady_state is not None:
            return self.steady_state(voltage)
        assert self.alpha is not None  # a Gate has either a steady state or both rates
        assert self.beta is not None
        alpha, beta = self.alpha(voltage), self.beta(voltage)
        with np.errstate(divide="ignore", invalid="ignore"):
            return alpha / (alpha + beta)

    def time_constant_at(self, voltage: ArrayLike) -> Array:
        """Return tau (ms) at ``voltage`` (mV), at the reference temperature.

        This is the curve of its own, or 1 / (alpha + beta); 0 for an instantaneous gate.
        """
        if self.instantaneous:
            return np.zeros(np.shape(voltage))
        if self.time_constant is not None:
            return self.time_constant(voltage)
        assert self.alpha is not None  # a Gate has either a time constant or both rates
        assert self.beta is not None
        with np.errstate(divide="ignore", over="ignore"):
            return 1.0 / (self.alpha(voltage) + self.beta(voltage))


@dataclass(frozen=True)
class Current:
    """One ionic current: conductance * prod(x**p) * (V - reversal), positive outward.

    conductance: the maximal conductance (mS/cm²), with all gates open. reversal: the reversal
    potential (mV). q10: the factor on the rates of its gates per 10 °C, or None to use the
    membrane's. Raises ModelError for values outside their range.
    """

    name: str
    conductance: Annotated[float, CONDUCTANCE]
    reversal: Annotated[float, REVERSAL]
    gates: tuple[Gate, ...] = field(default=(), metadata={"key": "gate"})
    q10: Annotated[float, Q10] | None = None

    def __post_init__(self) -> None:
        _check_name("current", self.name)
        if self.name in {"stim", "membrane"}:
            raise ModelError("name", f"current name {self.name!r} is taken")
        check_fields(self, self.name)
        object.__setattr__(self, "gates", tuple(self.gates))


@dataclass(frozen=True)
class Membrane:
    """A patch of membrane, with its currents: the neuron of a simulation.

    capacitance: µF/cm². initial_voltage: V at time zero (mV). temperature: °C, or None if the rates
    hold as they are; reference_temperature: the temperature at which they hold as written, or None.
    q10: the factor per 10 °C on the rates of gates for which neither gate nor current has its own.
    area: of the whole cell (µm²), by which currents in pA become densities, or None if unknown.
    ``gates`` has the gates of all currents in order. There are at most 8 currents and 8 gates, and
    their names are unique. Raises ModelError, whose key names the field, for anything else.
    """

    id: Text
    name: Text
    capacitance: Annotated[float, CAPACITANCE]
    currents: tuple[Current, ...]
    initial_voltage: Annotated[float, INITIAL_VOLTAGE] = -65.0
    q10: Annotated[float, Q10] = 3.0
    temperature: Annotated[float, TEMPERATURE] | None = None
    reference_temperature: Annotated[float, REFERENCE_TEMPERATURE] | None = None
    source: Text = ""
    notes: Text = ""
    area: Annotated[float, AREA] | None = None
    gates: tuple[Gate, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_fields(self)
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", self.id):
            raise ModelError("id", "id must be made of a–z, 0–9, '-', '.', '_', at most 64 long")
        object.__setattr__(self, "currents", tuple(self.currents))
        object.__setattr__(self, "gates", tuple(g for c in self.currents for g in c.gates))
        self._check_temperature()
        _check_count("currents", len(self.currents), MAX_CURRENTS)
        _check_count("gates", len(self.gates), MAX_GATES)
        _check_unique("current", [c.name for c in self.currents])
        _check_unique("gate", [g.name for g in self.gates])
        if not self.currents:
            raise ModelError("current", "a membrane needs at least one current")
        self._check_columns()
        self._check_start()

    def _check_columns(self) -> None:
        """Raise ModelError if the name of a gate or its column is taken by another quantity."""
        for quantity in quantities(self):
            for gate in self.gates if quantity.pane != "gates" else ():
                if gate.name in (quantity.key, quantity.header):
                    raise ModelError(
                        "name",
                        f"gate name {gate.name!r} is taken by a column of the traces: "
                        f"the {quantity.label}",
                    )

    def _check_start(self) -> None:
        for gate, start in zip(self.gates, self.initial_gates(), strict=True):
            if not math.isfinite(start):
                raise ModelError(
                    "initial_voltage",
                    f"gate {gate.name} has no steady state at {self.initial_voltage:g} mV: "
                    "allowed is a start voltage where it has one, or an initial value",
                )

    def _check_temperature(self) -> None:
        if self.temperature is None and self.reference_temperature is not None:
            raise MisfitError(
                "temperature", "is missing: reference_temperature says nothing without it"
            )
        if self.temperature is not None and self.reference_temperature is None:
            problem = "is missing: temperature needs it, the °C at which the rates hold as written"
            raise MisfitError("reference_temperature", problem)

    @property
    def rate_factor(self) -> float:
        """Return phi = q10**((T - T_ref)/10), the factor on rates of gates without own Q10."""
        return self._factor(self.q10)

    @property
    def rate_factors(self) -> Array:
        """Return phi = Q10**((T - T_ref)/10) for every gate, shape (gates,).

        The Q10 is that of the gate, else of its current, else of the membrane.
        """
        own = [g.q10 if g.q10 is not None else c.q10 for c in self.currents for g in c.gates]
        factors = [self._factor(self.q10 if q10 is None else q10) for q10 in own]
        return np.array(factors, dtype=np.float64)

    def _factor(self, q10: float) -> float:
        if self.temperature is None or self.reference_temperature is None:
            return 1.0
        return float(q10 ** ((self.temperature - self.reference_temperature) / 10.0))

    @property
    def structure(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the name of each current with the names of its gates.

        Membranes of equal structure have states of the same layout.
        """
        return tuple((c.name, tuple(g.name for g in c.gates)) for c in self.currents)

    def initial_gates(self) -> Array:
        """Return the value of each gate at time zero, shape (gates,), in the order of ``gates``."""
        start = [
            g.initial if g.initial is not None else float(g.steady_state_at(self.initial_voltage))
            for g in self.gates
        ]
        return np.array(start, dtype=np.float64)

    def with_current(self, name: str, **changes: float) -> "Membrane":
        """Return a copy of the membrane in which the current ``name`` has other numbers.

        changes: ``conductance`` (mS/cm²), ``reversal`` (mV) or ``q10``. Raises KeyError if the
        membrane has no such current, ModelError for a value that is not allowed.
        """
        if name not in {c.name for c in self.currents}:
            raise KeyError(name)
        return replace(
            self,
            currents=tuple(replace(c, **changes) if c.name == name else c for c in self.currents),  # type: ignore[arg-type]
        )

    def ionic_currents(self, voltage: ArrayLike, gates: ArrayLike) -> Array:
        """Return each ionic current (µA/cm²), shape (currents, *voltage.shape).

        voltage: mV, any shape; gates: shape (gates, *voltage.shape). It is computed by the equation
        itself, without the kernels' tables.
        """
        volts = np.asarray(voltage, dtype=np.float64)
        return np.array(list(self._each_current(volts, np.asarray(gates, dtype=np.float64))))

    def _each_current(self, volts: Array, gates: Array) -> Iterator[Array]:
        row = 0
        for current in self.currents:
            conductance = np.full_like(volts, current.conductance)
            for gate in current.gates:
                conductance = conductance * gates[row] ** gate.power
                row += 1
            yield conductance * (volts - current.reversal)


# Its numbers, in the order of files: each has a key there, a path and, but for a few, a field.
MEMBRANE_PARAMETERS = parameters_of(Membrane)


def _check_name(what: str, name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ModelError(
            "name",
            f"{what} name must start with a letter, then letters, digits or _, at most 24 long",
        )


def _check_count(what: str, count: int, most: int) -> None:
    if count > most:
        raise ModelError("current", f"at most {most} {what} are allowed, not {count}")


def _check_unique(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ModelError("current", f"two {what}s are named {name!r}: names must differ")
