"""Limit cycles by collocation, against a system with a known cycle and simulated neurons."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
import scipy

from hhgui.analysis.cycles import Branch, doubling, multipliers
from hhgui.analysis.lyapunov import first_lyapunov_coefficient
from hhgui.analysis.stability import hopf_points
from hhgui.analysis.system import Neuron


@dataclass(frozen=True)
class NormalForm:
    """dx/dt = p x - w y + s x r², dy/dt = w x + p y + s y r²: a cycle of radius sqrt(-p/s)."""

    sign: float
    omega: float = 2.0

    def field(self, states, parameter):
        x, y = states.T
        r = x * x + y * y
        return np.array([
            parameter * x - self.omega * y + self.sign * x * r,
            self.omega * x + parameter * y + self.sign * y * r,
        ]).T  # fmt: skip

    def slopes(self, states, parameter):
        x, y = states.T
        s, w = self.sign, self.omega
        rows = [
            [parameter + s * (3 * x * x + y * y), -w + 2 * s * x * y],
            [w + 2 * s * x * y, parameter + s * (x * x + 3 * y * y)],
        ]
        return np.moveaxis(np.array(rows), 2, 0)

    def linearised(self, states, parameter):
        return self.field(states, parameter), self.slopes(states, parameter), states.copy()


def branch_of(system, within=(-1.0, 1.0)):
    """The branch from the Hopf point of the normal form at 0."""
    values, vectors = np.linalg.eig(system.slopes(np.zeros((1, 2)), 0.0)[0])
    place = int(values.imag.argmax())
    return Branch(system, np.zeros(2), 0.0, vectors[:, place], values[place].imag, within,
                  np.ones(2), 1.0)  # fmt: skip


@pytest.mark.parametrize(("sign", "stable"), [(-1.0, True), (1.0, False)])
def test_the_normal_form_has_circles(sign, stable):
    """Radius, period and Floquet multiplier exp(-2 p T) are known in closed form."""
    found = list(branch_of(NormalForm(sign)).cycles())
    assert len(found) > 5
    for cycle in found[2:]:
        radius = np.sqrt(abs(cycle.parameter))
        assert cycle.extremes() == pytest.approx((-radius, radius), rel=1e-6)
        assert cycle.period == pytest.approx(np.pi, rel=1e-8)
        other = min(cycle.multipliers, key=lambda m: -abs(m - 1.0))
        assert other.real == pytest.approx(np.exp(-2.0 * cycle.parameter * np.pi), rel=1e-4)
        assert cycle.is_stable == stable


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_first_lyapunov_coefficient_of_the_normal_form(sign):
    """The coefficient has the sign of the cubic term: where it is negative, cycles are stable."""
    value = first_lyapunov_coefficient(NormalForm(sign), np.zeros(2), 0.0)
    assert np.sign(value) == sign


def test_complex_multipliers_that_lie_far_apart_are_found():
    """A turning pair between a huge and tiny multipliers, in a frame that changes on the way."""
    rng, size, steps = np.random.default_rng(3), 5, 80
    angle = 0.9 * np.array([[np.cos(0.3), -3.0 * np.sin(0.3)], [np.sin(0.3) / 3.0, np.cos(0.3)]])
    each = np.diag([1.3, 0.0, 0.0, 1.0, 0.1])
    each[1:3, 1:3] = angle
    frames = [np.linalg.qr(rng.normal(size=(size, size)))[0] * [1.0, 1.2, 0.8, 1.1, 1.0]
              for _ in range(steps)]  # fmt: skip
    chain = [frames[(n + 1) % steps] @ each @ np.linalg.inv(frames[n]) for n in range(steps)]
    found = np.sort_complex(multipliers(np.array(chain)))
    pair = 0.9**steps * np.exp(24.0j)
    wanted = np.sort_complex([0.0, pair, pair.conj(), 1.0, 1.3**steps])
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-9)


@pytest.fixture(scope="module")
def squids(squid):
    """The squid's neuron, its branch of cycles from one Hopf point, and the cycles it found."""
    hopf = hopf_points(squid)[1]
    neuron = Neuron(squid)
    state = neuron.equilibrium(hopf.voltage, hopf.current)
    values, vectors = np.linalg.eig(neuron.slopes(state[None], hopf.current)[0])
    place = int(values.imag.argmax())
    scale = np.array([100.0, 1.0, 1.0, 1.0])
    branch = Branch(neuron, state, hopf.current, vectors[:, place], values[place].imag,
                    (-5.0, 200.0), scale, 20.0)  # fmt: skip
    return neuron, branch, list(branch.cycles())


def test_the_squids_branch_reaches_the_other_hopf_point(squid, squids):
    """From one Hopf point the continuation ends in the other one, through three folds."""
    _, branch, found = squids
    assert branch.reason == "equilibrium"
    assert found[-1].parameter == pytest.approx(hopf_points(squid)[0].current, abs=1.0)
    turns = np.diff(np.sign([cycle.tangent.parameter for cycle in found]))
    assert np.count_nonzero(turns) == 3


def test_a_stable_cycle_is_the_simulated_one(squids):
    """Period and extremes at about 20 µA/cm² agree with SciPy's integration of the equations."""
    neuron, _, found = squids
    cycle = next(each for each in found if each.parameter < 30.0)
    assert cycle.is_stable
    run = scipy.integrate.solve_ivp(
        lambda _t, y: neuron.linearised(y[None], cycle.parameter)[0][0], (0.0, cycle.period),
        cycle.states[0], method="DOP853", rtol=1e-10, atol=1e-12, max_step=0.05,
    )  # fmt: skip
    np.testing.assert_allclose(run.y[:, -1], cycle.states[0], atol=2e-3)
    assert cycle.extremes() == pytest.approx((run.y[0].min(), run.y[0].max()), abs=0.05)


def test_at_a_period_doubling_a_small_deviation_comes_back_reversed(squids):
    """SciPy's integration of the deviations over a period has the eigenvalues -1 and 1."""
    neuron, branch, found = squids
    before, after = next(
        pair for pair in pairwise(found) if doubling(pair[0]) * doubling(pair[1]) < 0.0
    )
    cycle = branch.doubling_between(before, after)
    size = neuron.size

    def both(_t, y):
        field, slopes, _ = neuron.linearised(y[None, :size], cycle.parameter)
        return np.concatenate([field[0], (slopes[0] @ y[size:].reshape(size, size)).ravel()])

    start = np.concatenate([cycle.states[0], np.eye(size).ravel()])
    run = scipy.integrate.solve_ivp(
        both, (0.0, cycle.period), start, method="LSODA", rtol=1e-9, atol=1e-11
    )
    values = np.linalg.eigvals(run.y[size:, -1].reshape(size, size))
    assert np.abs(values + 1.0).min() < 1e-3
    assert np.abs(values - 1.0).min() < 1e-3


def test_multipliers_that_lie_far_apart_are_all_found():
    """The product of a thousand diagonal matrices loses its small eigenvalue; the sizes do not."""
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    step = turn @ np.diag([1.2, 1.0, 0.5]) @ turn.T
    found = np.sort(multipliers(np.array([step] * 80)).real)
    assert found == pytest.approx([0.5**80, 1.0, 1.2**80], rel=1e-6)
