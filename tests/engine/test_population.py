"""Populations as data: what they refuse."""

import numpy as np
import pytest

from hhgui.engine.population import BatchProtocol, Population
from hhgui.model.edit import with_value
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.refusals import refused

STEP = Stimulus((Step(1.0, 5.0, 45.0),))


def test_what_is_given_once_holds_for_all(squid):
    """Single numbers are spread over the neurons."""
    population = Population(squid, np.arange(5.0), offset=1.5, conductance={"K": 30.0})
    assert population.size == 5
    assert population.offset.tolist() == [1.5] * 5
    assert population.column("conductance", 1, 4).tolist() == [[120.0] * 3, [30.0] * 3, [0.3] * 3]


def test_a_protocol_knows_its_steps():
    """The number of steps is the duration divided by dt, rounded."""
    assert BatchProtocol(STEP, 200.0, 0.025).steps == 8000
    assert BatchProtocol(STEP, 0.3, 0.1).steps == 3


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"amplitude": [1.0, np.nan]}, "amplitude"),
        ({"offset": np.inf}, "offset"),
        ({"capacitance": [1.0, 0.0]}, "capacitance"), ({"conductance": {"K": [-1.0, 1.0]}},
         "conductance"), ({"reversal": {"K": [0.0, 301.0]}}, "reversal"),
        ({"conductance": {"Ca": [1.0, 1.0]}}, "conductance"), ({"kind": [0, 1]}, "kind"),
        ({"kind": [-1, 0]}, "kind"),
    ],
    ids=str,
)  # fmt: skip
def test_a_population_out_of_range_is_refused(squid, changes, key):
    """The error names the key."""
    with refused(key):
        Population(squid, **({"amplitude": [1.0, 2.0]} | changes))


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"dt": 0.0}, "dt"), ({"method": "unheard-of"}, "method"), ({"method": "adaptive"}, "method"),
     ({"wave": Stimulus((Noise(), Noise()))}, "stimulus")],
    ids=["dt", "unknown", "adaptive", "two noises"],
)  # fmt: skip
def test_a_protocol_that_lanes_cannot_run_is_refused(changes, key):
    """The error names the key."""
    with refused(key):
        BatchProtocol(**({"wave": STEP, "duration": 20.0} | changes))


def test_kinds_share_structure_and_powers(library, squid):
    """Tables and rates may differ, what is multiplied with what may not."""
    with pytest.raises(ModelError, match="the same structure"):
        Population(squid, [1.0], kinds=(squid, library["lecture6-model3"]))
    with pytest.raises(ModelError, match="the same powers"):
        Population(squid, [1.0], kinds=(squid, with_value(squid, "m.power", 2)))
