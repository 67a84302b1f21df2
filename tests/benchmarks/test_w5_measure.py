"""W5: what Measure does on the squid axon: a strength–duration curve, recovery, a map."""

import numpy as np
import pytest

from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.contract import Subject
from hhgui.experiments.firing import WATCH_MS, strengths_to_try
from hhgui.experiments.lanes import run_one
from hhgui.experiments.preparation import at_rest
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.measuring import measured

pytestmark = pytest.mark.benchmark(group="W5: Measure on the squid axon, dt 0.025 ms")
WIDTHS = {"from": 0.05, "to": 20.0, "points": 21, "log": True}


def found_in(axon, experiment, **settings):
    """What an experiment of this name finds in the axon, without the check of the time step."""
    return measured(experiment_named(experiment).from_settings(settings), Subject(axon))


@pytest.fixture(scope="module")
def widths(full):
    """The widths of the pulses (ms)."""
    return WIDTHS if full else [0.5]


def test_strength_duration(benchmark, axon, widths):
    """21 widths side by side, rheobase and chronaxie, to 1e-4 of each threshold."""
    found = benchmark(found_in, axon, "strength-duration", durations=widths)
    assert np.isfinite(found.rows.column("threshold")).all()


def test_strength_duration_one_by_one(benchmark, axon, widths):
    """The same thresholds are found run by run: strengths are tried in turn, then bisected."""
    curve = found_in(axon, "strength-duration", durations=widths)
    subject = Subject(at_rest(axon))

    def fires(width, strength):
        stimulus = Stimulus((Step(strength, 0.0, width),))
        return run_one(subject, stimulus, width + WATCH_MS).spikes.size > 0

    def thresholds():
        for width in curve.rows.column("duration").tolist():
            tried = strengths_to_try().tolist()
            low, high = 0.0, next(each for each in tried if fires(width, each))
            low = tried[tried.index(high) - 1]
            while high - low > 1e-4 * high:
                middle = 0.5 * (low + high)
                low, high = (low, middle) if fires(width, middle) else (middle, high)
            yield 0.5 * (low + high)

    found = benchmark.pedantic(lambda: list(thresholds()), rounds=1)
    assert found == pytest.approx(curve.rows.column("threshold").tolist(), rel=3e-4)


def test_refractory(benchmark, axon, full):
    """The strength that fires again at each of 40 intervals, and both periods."""
    settings = {} if full else {"intervals": [12.0]}
    found = benchmark(found_in, axon, "refractory", **settings)
    assert found.results[0].value > 0.0


def test_map(benchmark, axon, full):
    """200 × 200 axons for 200 ms, on every core, coarse to fine."""
    points = 200 if full else 4
    sides = {"x_values": {"from": 60.0, "to": 180.0, "points": points},
             "y_values": {"from": 18.0, "to": 54.0, "points": points}}  # fmt: skip
    found = benchmark.pedantic(found_in, (axon, "map"), sides, rounds=3)
    assert np.nanmax(found.rows.column("rate")) > 0.0
