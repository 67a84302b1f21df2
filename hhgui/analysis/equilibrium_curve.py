"""Follow the equilibria of a neuron along one of its numbers, with their folds and Hopf points.

With every gate at its steady state the current balance is linear in the injected current, in each
maximal conductance and in each reversal potential. Each V therefore belongs to exactly one value of
such a parameter, p(V), and the curve cannot be lost. Capacitance and temperature move no
equilibrium but change its stability. A fold is where one eigenvalue is zero, a Hopf point where a
pair is imaginary (Kuznetsov 2004, ch. 3); these are found by the product of all sums of two
eigenvalues (Guckenheimer, Myers & Sturmfels 1997, SIAM J Numer Anal 34:1).
"""

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fixed_points import equilibria, folds
from hhgui.analysis.jacobian import jacobian_at_rest, open_fractions
from hhgui.analysis.kinetics import gates_at, steady_gates
from hhgui.analysis.roots import bracketed, scanned_zeros
from hhgui.analysis.stability import are_stable, characteristic, hopf_points, imaginary_pairs
from hhgui.analysis.system import Neuron
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV
from hhgui.model.edit import values_of
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError

Array = NDArray[np.float64]
CURRENT, CAPACITANCE, TEMPERATURE = "current", "membrane.capacitance", "membrane.temperature"
_SPACING_MV, _DRAWN_MV, _FEWEST, _ROUNDING = 0.1, 0.1, 40, 1e-9
_USUAL_CURRENT, _MOST_CURRENT = 5.0, 2000.0  # µA/cm²
_LEVELS = 241  # values of a parameter that moves no equilibrium


@dataclass(frozen=True, eq=False)
class Segment:
    """A part of the curve of equilibria, in order along it; arrays of shape (n,).

    parameter: its values. voltage: V (mV). stable: whether each equilibrium is stable.
    """

    parameter: Array
    voltage: Array
    stable: NDArray[np.bool_]


class Fold(NamedTuple):
    """A fold, where two equilibria meet and vanish: parameter and V (mV)."""

    parameter: float
    voltage: float


class Hopf(NamedTuple):
    """A Hopf point: parameter, V (mV), and the frequency (Hz) of the oscillation that begins."""

    parameter: float
    voltage: float
    frequency: float


def paths_of(membrane: Membrane) -> list[str]:
    """Return the numbers of a neuron along which its equilibria can be followed, as paths.

    "current", the injected current, is the first.
    """
    found = [CURRENT]
    found += [f"{each.name}.conductance" for each in membrane.currents]
    found += [f"{each.name}.reversal" for each in membrane.currents]
    found.append(CAPACITANCE)
    return found if membrane.temperature is None else [*found, TEMPERATURE]


class _Scan(NamedTuple):
    """A scan of the curve over V (mV) from end to end.

    For each voltage (n,): the parameter of its equilibrium, and the characteristic polynomial of
    the Jacobian there, (size + 1, n) as ``characteristic`` gives it.
    """

    voltage: Array
    parameter: Array
    polynomials: Array


class EquilibriumCurve:
    """The equilibria of a neuron while its free parameter goes from ``first`` to ``last``.

    is_level: whether the parameter moves no equilibrium. Raises ModelError if the neuron has no
    such parameter or the range is not allowed.
    """

    def __init__(self, neuron: Neuron, first: float, last: float) -> None:
        known = paths_of(neuron.membrane)
        if neuron.path not in known:
            raise ModelError(
                "parameter",
                f"equilibria cannot be followed along {neuron.path!r}; there are "
                + ", ".join(known),
            )
        neuron.at(first), neuron.at(last)
        self.neuron, self.first, self.last = neuron, first, last
        self._folds: list[Fold] | None = None
        self._hopfs: list[Hopf] | None = None
        self._levels: list[float] = []
        self.is_level = neuron.path in (CAPACITANCE, TEMPERATURE)
        self._prepare()

    def segments(self) -> list[Segment]:
        """Return the equilibria in the range of the parameter, in parts without a gap."""
        if self.is_level:
            values = np.linspace(self.first, self.last, _LEVELS)
            special = [h.parameter for h in self.hopf_points()]
            values = np.unique(np.concatenate([values, special]))
            return [self._level(voltage, values, special) for voltage in self._levels]
        special = [fold.voltage for fold in self.folds()]
        special += [hopf.voltage for hopf in self.hopf_points()]
        volts = np.unique(np.concatenate([self._drawn_voltages(), special]))
        values, jacobians = self._with_jacobians(volts)
        stable = are_stable(jacobians) | np.isin(volts, special)
        close = _ROUNDING * (self.last - self.first)
        inside = (values >= self.first - close) & (values <= self.last + close)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
        return [
            Segment(values[a:b], volts[a:b], stable[a:b])
            for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]

    def folds(self, anywhere: bool = False) -> list[Fold]:
        """Return the folds by rising V.

        ``anywhere``: also those beyond the range of the parameter.
        """
        if self.is_level:
            return []
        if self._folds is None:
            scan = self._scan
            found = scanned_zeros(self._constant, scan.voltage, scan.polynomials[-1])
            values = self.parameter_at(found)
            self._folds = [
                Fold(*each) for each in zip(values.tolist(), found.tolist(), strict=True)
            ]
        return [each for each in self._folds if anywhere or self.holds(each.parameter)]

    def side(self, fold: Fold) -> float:
        """Return on which side of a fold the two equilibria are that meet there: 1 above, or -1."""
        beside = self.parameter_at(fold.voltage + np.array([-_SPACING_MV, _SPACING_MV]))
        return float(np.sign(beside.mean() - fold.parameter))

    def hopf_points(self, anywhere: bool = False) -> list[Hopf]:
        """Return the Hopf points by rising V.

        ``anywhere``: also those beyond the range of the parameter, by up to three times its width
        (for the current at least 2000 µA/cm²).
        """
        if self._hopfs is None:
            self._hopfs = self._level_hopfs() if self.is_level else self._curve_hopfs()
        return [each for each in self._hopfs if anywhere or self.holds(each.parameter)]

    def holds(self, parameter: float) -> bool:
        """Return whether a value of the parameter is in the range."""
        return self.first <= parameter <= self.last

    def parameter_at(self, voltage: Array) -> Array:
        """Return for each V (mV) the value of the parameter that makes it an equilibrium.

        It is NaN or infinite where no value does.
        """
        return self._parameter_at(voltage, steady_gates(self.neuron.membrane, voltage))

    def _parameter_at(self, voltage: Array, gates: Array) -> Array:
        neuron = self.neuron
        each = neuron.membrane.ionic_currents(voltage, gates)
        if neuron.path == CURRENT:
            return np.asarray(each.sum(axis=0))
        missing = neuron.current - np.delete(each, self._place, axis=0).sum(axis=0)
        current = neuron.membrane.currents[self._place]
        fraction = open_fractions(neuron.membrane, gates)[self._place]
        with np.errstate(divide="ignore", invalid="ignore"):
            if neuron.path.endswith(".conductance"):
                return np.asarray(missing / (fraction * (voltage - current.reversal)))
            return np.asarray(voltage - missing / (fraction * current.conductance))

    def jacobians(self, voltage: Array) -> Array:
        """Return the Jacobian at the equilibrium of each V (mV), (n, size, size).

        It is a linear function of the parameter, and so interpolated between the ends of the range.
        """
        return self._with_jacobians(voltage)[1]

    def _with_jacobians(self, voltage: Array) -> tuple[Array, Array]:
        """Return ``parameter_at(voltage)`` and ``jacobians(voltage)``, which share their gates.

        voltage: mV, shape (n,).
        """
        membrane = self.neuron.membrane
        found = gates_at(membrane, voltage)
        exact = self._parameter_at(voltage, found.steady)
        if self.neuron.path == CURRENT:
            return exact, jacobian_at_rest(membrane, voltage, found)
        low, high = (jacobian_at_rest(each, voltage, found) for each in self._ends)
        span = self.last - self.first
        # what lies far beyond is left out later: it only has to be finite
        values = np.nan_to_num(exact, nan=self.last, posinf=self.last, neginf=self.first)
        values = np.clip(values, self.first - 3.0 * span, self.last + 3.0 * span)
        part = (values - self.first) / span
        return exact, np.asarray(low + part[:, None, None] * (high - low))

    def _prepare(self) -> None:
        neuron = self.neuron
        if self.is_level:
            self._levels = equilibria(neuron.membrane, neuron.current).tolist()
        elif neuron.path != CURRENT:
            self._ends = neuron.at(self.first)[0], neuron.at(self.last)[0]
            names = [current.name for current in neuron.membrane.currents]
            self._place = names.index(neuron.path.partition(".")[0])

    @cached_property
    def _scan(self) -> _Scan:
        """Return the curve at V 0.1 mV apart, over the whole range of V."""
        volts = np.linspace(V_MIN_MV, V_MAX_MV, round((V_MAX_MV - V_MIN_MV) / _SPACING_MV) + 1)
        values, jacobians = self._with_jacobians(volts)
        return _Scan(volts, values, characteristic(jacobians))

    def _drawn_voltages(self) -> Array:
        """Return the voltages (mV) at which to compute the curve, in rising order.

        There are at least 40 in each part that lies in the range of the parameter, and one in each
        part outside, which separates its neighbours.
        """
        scan = self._scan
        values = np.nan_to_num(scan.parameter, nan=np.inf) - np.array([[self.first], [self.last]])
        above = values >= 0.0
        which, left = np.nonzero(above[:, :-1] != above[:, 1:])
        borders = np.array([self.first, self.last])[which]

        def beyond(volts: Array) -> Array:
            return np.asarray(np.nan_to_num(self.parameter_at(volts), nan=np.inf) - borders)

        ends = [np.array([V_MIN_MV, V_MAX_MV])]
        if left.size:
            known = values[which, left], values[which, left + 1]
            low, high = scan.voltage[left], scan.voltage[left + 1]
            ends.append(bracketed(beyond, low, high, known))
        pieces = []
        for low, high in pairwise(np.sort(np.concatenate(ends)).tolist()):
            middle = self.parameter_at(np.array([0.5 * (low + high)]))[0]
            if self.first <= middle <= self.last:
                count = max(_FEWEST, int((high - low) / _DRAWN_MV) + 1)
                pieces.append(np.linspace(low, high, count))
            else:
                pieces.append(np.array([0.5 * (low + high)]))  # parts the pieces beside it
        return np.concatenate(pieces)

    def _constant(self, voltage: Array) -> Array:
        """Return the last coefficient of the characteristic polynomial at V (mV), shape (n,).

        Up to a sign that is the same at all V it is the product of the eigenvalues, which is zero
        at a fold.
        """
        return np.asarray(characteristic(self.jacobians(voltage))[-1])

    def _curve_hopfs(self) -> list[Hopf]:
        room = 3.0 * (self.last - self.first)
        if self.neuron.path == CURRENT:
            room = max(room, _MOST_CURRENT)
        scan = self._scan
        found, omegas = imaginary_pairs(self.jacobians, scan.voltage, scan.polynomials)
        values = self.parameter_at(found)
        near = (values >= self.first - room) & (values <= self.last + room)
        return _hopfs(values[near], found[near], omegas[near])

    # A parameter that moves no equilibrium

    def _level_jacobians(self, voltage: float, values: Array) -> Array:
        """Return the Jacobians of the equilibrium at ``voltage`` (mV), shape (n, size, size).

        values: those of the parameter, (n,). The capacitance divides the first row, that of V; the
        temperature multiplies the other rows, those of the gates.
        """
        neuron = self.neuron
        membrane, volts = neuron.membrane, np.array(voltage)
        matrix = jacobian_at_rest(membrane, volts)
        factors = np.ones((values.size, matrix.shape[0]))
        if neuron.path == CAPACITANCE:
            factors[:, 0] = membrane.capacitance / values
        else:
            assert membrane.temperature is not None  # paths_of has no temperature without one
            warmer = values[:, np.newaxis] - membrane.temperature
            factors[:, 1:] = np.exp(warmer * neuron.log_slopes[neuron.dynamic])
        return np.asarray(factors[:, :, np.newaxis] * matrix)

    def _level(self, voltage: float, values: Array, special: list[float]) -> Segment:
        stable = are_stable(self._level_jacobians(voltage, values)) | np.isin(values, special)
        return Segment(values, np.full(values.size, voltage), stable)

    def _level_hopfs(self) -> list[Hopf]:
        values, points = np.linspace(self.first, self.last, _LEVELS), []
        for voltage in self._levels:
            along = partial(self._level_jacobians, voltage)
            found, omegas = imaginary_pairs(along, values, characteristic(along(values)))
            points += _hopfs(found, np.full(found.size, voltage), omegas)
        return points


def _hopfs(values: Array, volts: Array, omegas: Array) -> list[Hopf]:
    """Return Hopf points from three arrays of shape (n,).

    values: of the parameter; volts: mV; omegas: angular frequencies (1/ms).
    """
    frequencies = 1000.0 * omegas / (2.0 * np.pi)
    return list(map(Hopf, values.tolist(), volts.tolist(), frequencies.tolist()))


def automatic_range(neuron: Neuron) -> tuple[float, float]:
    """Return a range of the neuron's free parameter that should contain its special points.

    For the current it includes 0, all folds and all Hopf points; for a conductance it is 0 to about
    twice the present value, for a reversal potential 40 mV to either side, for temperature 0 to 40
    °C.
    """
    membrane, path = neuron.membrane, neuron.path
    if path == CURRENT:
        found = [fold.current for fold in folds(membrane)]
        found += [hopf.current for hopf in hopf_points(membrane)]
        found = [value for value in found if abs(value) < _MOST_CURRENT]
        low, high = min([0.0, *found]), max([_USUAL_CURRENT, *found])
        room = 0.08 * (high - low)
        grain = 10.0 ** np.floor(np.log10(room))
        return (
            float(grain * np.floor((low - room) / grain)),
            float(grain * np.ceil((high + room) / grain)),
        )
    if path == TEMPERATURE:
        return 0.0, 40.0
    value = values_of(membrane)[path]
    assert value is not None
    if path.endswith(".reversal"):
        return value - 40.0, value + 40.0
    top = 2.2 * value if value > 0.0 else 1.0
    return (0.05 * top if path == CAPACITANCE else 0.0), top
