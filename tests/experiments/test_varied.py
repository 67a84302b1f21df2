"""The numbers of the run itself, not of the neuron, are varied too: time step and spike rule."""

import numpy as np
import pytest

from hhgui.experiments.contract import Subject
from hhgui.experiments.settings import Grid
from hhgui.experiments.vary import Vary
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.measuring import measured
from tests.shipped import SQUID

SUBJECT = Subject(SQUID, Stimulus((Step(10.0, 5.0, 60.0),)))


def varied(path, values, measure):
    """The measure at each value."""
    experiment = Vary(path, Grid.of(values), (measure,), 60.0)
    found = measured(experiment, SUBJECT)
    return np.array(found.rows.column(experiment.columns[1].key))


@pytest.mark.parametrize(
    ("path", "values", "counts"),
    [("spikes.threshold", (0.0, 60.0), [4.0, 0.0]), ("spikes.rearm", (60.0, 140.0), [4.0, 1.0])],
)
def test_spikes_are_counted_by_each_rule(path, values, counts):
    """The squid's spikes pass 0 mV and not 60 mV, and V falls to -75 mV between them."""
    assert varied(path, values, "spikes").tolist() == counts


def test_the_latency_converges_in_second_order():
    """Crank-Nicolson's error falls to a quarter with half the time step."""
    coarse, middle, fine = varied("run.dt", (0.05, 0.025, 0.0125), "latency_ms")
    assert (coarse - middle) / (middle - fine) == pytest.approx(4.0, rel=0.1)
