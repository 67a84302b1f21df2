"""Random membranes under random currents: every number finite, or the run stopped with a reason.

HHGUI_MEMBRANES sets how many; each is run by every method.
"""

import json
import math
import os
from collections import Counter

import numpy as np
import pytest

from hhgui.document.setup import Setup
from hhgui.engine import simulation, stops
from hhgui.engine.batch import run_population
from hhgui.engine.methods import METHODS
from hhgui.engine.population import BatchProtocol, Population
from hhgui.engine.recording import Recording
from hhgui.engine.simulation import Simulation
from hhgui.experiments.single_run import run_once
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.model_file import membrane_to_dict
from hhgui.model.parameter import ModelError
from hhgui.model.rate import Form, Rate
from hhgui.model.stimulus.stimulus import KINDS, Stimulus
from hhgui.model.stimulus.waveforms import Samples
from hhgui.storage.trace_csv import RunRecord, TraceExport, write_traces

# far from −120…60 mV, where a membrane's rates are checked, they may be beyond any number
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
MEMBRANES = int(os.environ.get("HHGUI_MEMBRANES", "30"))
STEPS = 150


class Maker:
    """Membranes and stimuli from all over the allowed ranges, their ends included."""

    def __init__(self, seed):
        self.random = np.random.default_rng([2026, seed])

    def pick(self, *choices):
        return choices[self.random.integers(len(choices))]

    def power(self, low, high):
        """A positive number, every size between 10**low and 10**high as likely."""
        return float(10.0 ** self.random.uniform(low, high))

    def signed(self, low, high):
        return self.power(low, high) * self.pick(-1.0, 1.0)

    def made(self, make):
        """What ``make`` gives once the model accepts it."""
        while True:
            try:
                return make()
            except ModelError:
                continue

    def rate(self, size):
        form = self.pick(*Form)
        offset = self.pick(0.0, 0.0, self.power(-6, 1))
        midpoint = self.pick(-40.0, float(self.random.uniform(-200.0, 200.0)))
        return Rate(form, self.power(*size), midpoint, self.signed(-1, 3), offset)

    def gate(self, name):
        power = int(self.random.integers(0, 9))
        initial = self.pick(None, 0.0, 1.0, float(self.random.random()))
        if self.random.random() < 0.6:
            rates = {"alpha": self.rate((-6, 6)), "beta": self.rate((-6, 6))}
        else:
            steady = self.pick(
                Rate(Form.CONSTANT, float(self.random.random())),
                Rate(Form.SIGMOID, 1.0, self.random.uniform(-150, 150), self.signed(-2, 2)),
                Rate(Form.GAUSSIAN, 1.0, self.random.uniform(-150, 150), self.signed(-2, 2)),
            )
            rates = {"steady_state": steady, "time_constant": self.rate((-7, 7))}
        return Gate(name, power, initial=initial, **rates)

    def current(self, place, gates):
        conductance = self.pick(0.0, 10_000.0, self.power(-6, 4), self.power(-1, 3))
        reversal = self.pick(-300.0, 300.0, float(self.random.uniform(-120.0, 120.0)))
        return Current(f"c{place}", conductance, reversal, tuple(gates))

    def membrane(self):
        count = int(self.random.integers(1, 9))
        gates = [self.made(lambda n=n: self.gate(f"g{n}")) for n in range(self.random.integers(9))]
        owner = self.random.integers(count, size=len(gates))
        currents = tuple(
            self.current(place, [g for g, of in zip(gates, owner, strict=True) if of == place])
            for place in range(count)
        )
        warm = {} if self.random.random() < 0.5 else {
            "temperature": self.pick(-20.0, 60.0, 20.0),
            "reference_temperature": self.pick(-20.0, 60.0, 6.3),
            "q10": self.pick(0.1, 10.0, 3.0),
        }  # fmt: skip
        capacitance = self.pick(1.0, 1000.0, self.power(-9, 3), 1e-300)
        start = self.pick(-65.0, -150.0, 150.0, float(self.random.uniform(-150.0, 150.0)))
        return Membrane("random", "random", capacitance, currents, start, **warm)

    def component(self):
        kind = self.pick(*KINDS.values())
        if kind is Samples:
            times = np.cumsum(self.random.uniform(1e-3, 1.0, 21))
            values = self.random.uniform(-1e4, 1e4, 20)
            return Samples(tuple(times.tolist()), tuple(values.tolist()))
        values = {p.key: self.number(p) for p in kind.parameters if self.random.random() < 0.7}
        return kind(**values)

    def number(self, parameter):
        size = self.power(-3, math.log10(parameter.maximum)) * self.pick(1.0, 1.0, -1.0)
        value = self.pick(parameter.minimum, parameter.maximum, size, size, size)
        value = min(max(value, parameter.minimum), parameter.maximum)
        return int(value) if parameter.whole else float(value)

    def stimulus(self):
        parts = tuple(self.made(self.component) for _ in range(self.random.integers(4)))
        holding = self.pick(0.0, 0.0, self.signed(-2, 4))
        repeat = self.pick(None, None, self.power(-3, 7))
        origin = self.pick(0.0, 0.0, self.signed(-3, 15))
        return Stimulus(parts, holding, origin, repeat)

    def batch(self, dt, method):
        return BatchProtocol(self.stimulus(), STEPS * dt, dt, method, 0.0, 64, 10)

    def dt(self, method):
        """A random dt (ms), which for the adaptive method is the length of a sample."""
        longest = 0.02 if method == "adaptive" else 1.0
        return min(self.pick(0.025, 1.0, 0.0001, self.power(-4, 0)), longest)


def case_text(membrane, stimulus, method, dt):
    """A case, so that it can be run again."""
    return f"{method}, dt {dt!r}\n{json.dumps(membrane_to_dict(membrane))}\n{stimulus!r}"


def run(membrane, stimulus, method, dt):
    """Run the case in two blocks and return "done" or "stopped"; assert every invariant."""
    case = case_text(membrane, stimulus, method, dt)
    neuron = Simulation(membrane, stimulus, method, dt)
    recording = Recording(membrane)
    wanted = STEPS if method != "adaptive" else STEPS // 5
    steps = 0
    for part in (wanted // 3, wanted - wanted // 3):
        block = neuron.advance(part, every=1)
        steps += block.steps
        assert np.isfinite(block.columns).all(), case
        recording.append(block)
        assert np.isfinite(block.time).all(), case
        assert np.isfinite(block.spikes).all(), case
        assert (np.diff(block.spikes) > 0.0).all(), case
    assert np.isfinite(recording.envelope(-math.inf, math.inf, STEPS)[1]).all(), case
    if neuron.stop is None:
        assert steps == wanted, case
        assert np.isfinite(neuron.voltage), case
        return "done"
    assert steps <= wanted, case
    assert neuron.stop.message.startswith("At "), case
    assert len(neuron.stop.message) > 40, case
    assert math.isfinite(neuron.stop.time), case
    assert neuron.advance(10, every=1).steps == 0, case
    return "stopped"


@pytest.fixture(scope="module")
def tally(request):
    """How many runs ended in which way; said at the end."""
    tally = Counter()
    yield tally
    summary = ", ".join(f"{what} {n}" for what, n in sorted(tally.items()))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\n{MEMBRANES} membranes: {summary}")


PARTS = 10


@pytest.fixture(autouse=True)
def short_trials(monkeypatch):
    """Few settings are tried, and not for 50 ms, before they are recommended: it is quicker."""
    monkeypatch.setattr(simulation, "TRIAL_MS", 0.05)
    monkeypatch.setattr(stops, "SMALLER_DT_MS", (0.01,))


@pytest.mark.parametrize("part", range(PARTS))
def test_every_run_is_finite_or_stopped_with_a_reason(part, tally):
    """Every method, each at another dt; a run that has stopped stays where it is."""
    for seed in range(part, MEMBRANES, PARTS):
        make = Maker(seed)
        membrane, stimulus = make.made(make.membrane), make.stimulus()
        for method in METHODS:
            tally[f"{method} {run(membrane, stimulus, method, make.dt(method))}"] += 1


def test_every_lane_is_finite_or_stopped(tally):
    """64 side by side: counts and spike times, or the time at which a run left its range."""
    for seed in range(MEMBRANES // 10):
        make = Maker(10**6 + seed)
        membrane = make.made(make.membrane)
        amplitudes = make.random.uniform(-1e4, 1e4, 5)
        for method in METHODS:
            if method == "adaptive":
                continue
            dt = make.dt(method)
            protocol = make.made(lambda m=make, dt=dt, method=method: m.batch(dt, method))
            for result in run_population(Population(membrane, amplitudes), protocol, threads=1):
                case = case_text(membrane, protocol.wave, method, dt)
                stopped = np.isfinite(result.stopped)
                assert (np.isnan(result.stopped) | (result.stopped >= 0.0)).all(), case
                assert (result.count >= 0).all(), case
                for volts in (result.lowest, result.highest, result.final, result.low, result.high):
                    assert np.isfinite(volts).all(), case
                for lane, count in enumerate(result.count):
                    assert np.isfinite(result.spikes[lane, : min(count, 64)]).all(), case
                tally[f"lanes {method} stopped"] += int(stopped.sum())
                tally[f"lanes {method} done"] += int((~stopped).sum())


def bursting():
    """A gate that goes beyond all numbers in its second step, and takes V along."""
    burst = Rate(Form.CONSTANT, 1e40)
    gate = Gate("x", 8, burst, burst, initial=0.0)
    return Membrane("x", "x", 1.0, (Current("L", 0.3, -54.4), Current("X", 0.1, 50.0, (gate,))))


def test_a_run_shown_whole_is_finite():
    """A single run that blew up has finite values only, also in derived quantities."""
    run = run_once(Setup(bursting(), bursting(), method="euler", dt=0.1))
    assert run.problem.startswith("At 0.200 ms")
    assert run.times.tolist() == [0.0]
    assert np.isfinite(run.values).all()


def test_a_table_of_a_run_that_blew_up_is_finite(tmp_path):
    """Every number of its CSV, and it says no more than there was."""
    export = TraceExport(RunRecord(bursting(), Stimulus(), "euler", 0.1, 5.0).replay(), ("V", "x"))
    write_traces(tmp_path / "run.csv", export)
    rows = np.loadtxt(tmp_path / "run.csv", delimiter=",", skiprows=1, ndmin=2)
    assert rows.tolist() == [[0.0, -65.0, 0.0]]
