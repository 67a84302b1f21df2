"""Single runs made of plain numbers, for the tests of the Experiment tab."""

import numpy as np

from hhgui.document.setup import Setup
from hhgui.experiments.marked import Annotation, MarkedPotential
from hhgui.experiments.single_run import SingleRun
from hhgui.model.quantity import recorded_keys
from tests.shipped import SQUID

SETUP = Setup(SQUID, SQUID, duration=50.0)


def sample_run(setup=SETUP, rows=2001, spikes=(), problem="", **columns):
    """A run of ``rows`` even rows; a column not given is 0 throughout, V is -65."""
    names = recorded_keys(setup.membrane)
    values = np.zeros((len(names), rows))
    values[0] = -65.0
    for name, column in columns.items():
        values[names.index(name)] = column
    times = np.linspace(0.0, setup.duration, rows)
    return SingleRun(setup, times, names, values, np.array(spikes, dtype=float), problem)


MARKS = (
    Annotation("threshold", "threshold", -51.25, "mV", "where dV/dt rises", ((10.0, -51.25),)),
    Annotation("peak", "peak", 40.5, "mV", "the highest V", ((11.0, 40.5),)),
    Annotation(
        "half_width", "half width", 1.272, "ms", "above half-way", ((10.5, -5.0), (11.8, -5.0))
    ),
    Annotation("undershoot", "undershoot", None, "mV", "the run ends before V turns again"),
)
FAST = MarkedPotential(SETUP, MARKS, 0, 2)
SLOW = (
    Annotation("excitability", "pulse threshold", 2.24, "µA/cm²", "by bisection"),
    Annotation("absolute_refractory", "absolute refractory period", 8.9, "ms", "paired pulses"),
    Annotation(
        "relative_refractory", "relative refractory period", None, "ms", "none: it has no rest"
    ),
)
WHOLE = MarkedPotential(SETUP, MARKS + SLOW, 0, 2)
