"""Follow the equilibria of a neuron along one of its numbers, with their folds and Hopf points.

With every gate at its steady state the current balance is linear in the injected current, in each
maximal conductance and in each reversal potential. Each V therefore belongs to exactly one value of
such a parameter, p(V), and the curve cannot be lost. Capacitance and temperature move no
equilibrium but change its stability. A fold is where one eigenvalue is zero, a Hopf point where a
pair is imaginary (Kuznetsov 2004, ch. 3); these are found by the product of all sums of two
eigenvalues (Guckenheimer, Myers & Sturmfels 1997, SIAM J Numer Anal 34:1).
"""

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hhgui.analysis.fixed_points import equilibria, folds, steady_state_current
from hhgui.analysis.jacobian import jacobian
from hhgui.analysis.kinetics import steady_gates
from hhgui.analysis.roots import bisected, zeros
from hhgui.analysis.stability import hopf_points, pair_product, smallest_pair
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
            return [self._level(voltage, values) for voltage in self._levels]
        volts = self._drawn_voltages()
        special_volts = [fold.voltage for fold in self.folds()]
        special_volts += [hopf.voltage for hopf in self.hopf_points()]
        volts = np.unique(np.concatenate([volts, special_volts]))
        values = self.parameter_at(volts)
        growth = self._eigenvalues(volts).real.max(axis=-1)
        growth[np.isin(volts, special_volts)] = 0.0
        close = _ROUNDING * (self.last - self.first)
        inside = (values >= self.first - close) & (values <= self.last + close)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(np.int8)))
        return [
            Segment(values[a:b], volts[a:b], growth[a:b] <= 0.0)
            for a, b in zip(edges[::2], edges[1::2], strict=True)
        ]

    def folds(self, anywhere: bool = False) -> list[Fold]:
        """Return the folds by rising V.

        ``anywhere``: also those beyond the range of the parameter.
        """
        if self.is_level:
            return []
        if self._folds is None:
            found = zeros(self._determinant, V_MIN_MV, V_MAX_MV, _SPACING_MV)
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

        ``anywhere``: also those a little beyond the range.
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
        neuron = self.neuron
        if neuron.path == CURRENT:
            return steady_state_current(neuron.membrane, voltage)
        without = steady_state_current(self._silent, voltage)
        low, high = (steady_state_current(each, voltage) for each in self._pair)
        unit = high - low
        with np.errstate(divide="ignore", invalid="ignore"):
            if neuron.path.endswith(".conductance"):
                return np.asarray((neuron.current - without) / unit)
            return np.asarray(voltage - (neuron.current - without) / unit)

    def jacobians(self, voltage: Array) -> Array:
        """Return the Jacobian at the equilibrium of each V (mV), (n, size, size).

        It is a linear function of the parameter, and so interpolated between the ends of the range.
        """
        membrane = self.neuron.membrane
        gates = steady_gates(membrane, voltage)
        if self.neuron.path == CURRENT:
            return jacobian(membrane, voltage, gates)
        low, high = (jacobian(each, voltage, gates) for each in self._ends)
        span = self.last - self.first
        values = self.parameter_at(voltage)
        # what lies far beyond is left out later: it only has to be finite
        values = np.nan_to_num(values, nan=self.last, posinf=self.last, neginf=self.first)
        values = np.clip(values, self.first - 3.0 * span, self.last + 3.0 * span)
        part = (values - self.first) / span
        return np.asarray(low + part[:, None, None] * (high - low))

    def _prepare(self) -> None:
        neuron = self.neuron
        if self.is_level:
            self._levels = equilibria(neuron.membrane, neuron.current).tolist()
        elif neuron.path != CURRENT:
            name, _, key = neuron.path.partition(".")
            self._ends = neuron.at(self.first)[0], neuron.at(self.last)[0]
            alter = partial(neuron.membrane.with_current, name)
            self._silent = alter(conductance=0.0)
            if key == "conductance":
                self._pair = self._silent, alter(conductance=1.0)
            else:  # g (V + 1) - g V = g, the open conductance of the current
                self._pair = alter(reversal=0.0), alter(reversal=-1.0)

    def _drawn_voltages(self) -> Array:
        """Return the voltages (mV) at which to compute the curve, at least 40 for each part."""
        ends = [np.array([V_MIN_MV, V_MAX_MV])]
        for border in (self.first, self.last):

            def beyond(volts: Array, border: float = border) -> Array:
                return np.nan_to_num(self.parameter_at(volts), nan=np.inf) - border

            ends.append(zeros(beyond, V_MIN_MV, V_MAX_MV, _SPACING_MV))
        pieces = []
        for low, high in pairwise(np.sort(np.concatenate(ends)).tolist()):
            middle = self.parameter_at(np.array([0.5 * (low + high)]))[0]
            if self.first <= middle <= self.last:
                count = max(_FEWEST, int((high - low) / _DRAWN_MV) + 1)
                pieces.append(np.linspace(low, high, count))
            else:
                pieces.append(np.array([0.5 * (low + high)]))  # parts the pieces beside it
        return np.concatenate(pieces)

    def _determinant(self, voltage: Array) -> Array:
        return np.asarray(np.linalg.det(self.jacobians(voltage)))

    def _eigenvalues(self, voltage: Array) -> NDArray[np.complex128]:
        return np.linalg.eigvals(self.jacobians(voltage)).astype(np.complex128)

    def _curve_hopfs(self) -> list[Hopf]:
        room = 3.0 * (self.last - self.first)
        if self.neuron.path == CURRENT:
            room = max(room, _MOST_CURRENT)
        found = zeros(
            lambda v: pair_product(self._eigenvalues(v)),
            V_MIN_MV, V_MAX_MV, _SPACING_MV,
        )  # fmt: skip
        points = []
        for voltage, value in zip(found.tolist(), self.parameter_at(found).tolist(), strict=True):
            omega = smallest_pair(self._eigenvalues(np.array([voltage]))[0])
            near = self.first - room <= value <= self.last + room
            if omega > 0.0 and near:
                points.append(Hopf(value, voltage, 1000.0 * omega / (2.0 * np.pi)))
        return points

    # A parameter that moves no equilibrium

    def _level_values(self, voltage: float, values: Array) -> NDArray[np.complex128]:
        """Return the eigenvalues (1/ms) of the equilibrium at ``voltage`` (mV), shape (n, size).

        values: (n,), of a parameter that does not move it.
        """
        gates = steady_gates(self.neuron.membrane, voltage)
        volts = np.array(voltage)
        found = [jacobian(self.neuron.at(p)[0], volts, gates) for p in values.tolist()]
        return np.linalg.eigvals(np.array(found)).astype(np.complex128)

    def _level(self, voltage: float, values: Array) -> Segment:
        """Return the equilibrium at ``voltage`` (mV) for all ``values`` of such a parameter."""
        growth = self._level_values(voltage, values).real.max(axis=-1)
        growth[np.isin(values, [h.parameter for h in self.hopf_points()])] = 0.0
        return Segment(values, np.full(values.size, voltage), growth <= 0.0)

    def _level_hopfs(self) -> list[Hopf]:
        points = []
        values = np.linspace(self.first, self.last, _LEVELS)
        for voltage in self._levels:

            def product(at: Array, voltage: float = voltage) -> Array:
                return pair_product(self._level_values(voltage, at))

            above = product(values) >= 0.0
            left = np.flatnonzero(above[:-1] != above[1:])
            found = bisected(product, values[left], values[left + 1]) if left.size else values[:0]
            for value in found.tolist():
                omega = smallest_pair(self._level_values(voltage, np.array([value]))[0])
                if omega > 0.0:
                    points.append(Hopf(value, voltage, 1000.0 * omega / (2.0 * np.pi)))
        return points


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
