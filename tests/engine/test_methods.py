"""The integration methods as data."""

import math
from dataclasses import replace

import pytest

from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT, METHODS, method_named
from hhgui.engine.simulation import Simulation
from hhgui.model.stimulus.stimulus import Stimulus
from tests.refusals import refused


def test_the_methods_are_those_of_the_command_line():
    """The ids are what files and options hold, so they stay (DESIGN.md, "Command line")."""
    assert set(METHODS) == {
        "euler", "rk4", "exponential-euler", "exponential-euler-gates-first", "crank-nicolson",
        "adaptive",
    }  # fmt: skip
    assert (DEFAULT_METHOD, DEFAULT_DT_MS) == ("crank-nicolson", 0.025)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_is_found_by_its_id(method):
    """A method found by its id has a label and a help text, and lanes unless it is adaptive."""
    found = method_named(method)
    assert found.id == method
    assert found.label
    assert found.help.endswith(".")
    assert found.has_lanes != found.adaptive


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_an_alias_is_the_same_method(method):
    """A method is found by each of its aliases."""
    assert {method_named(alias) for alias in method.aliases} <= {method}


def test_the_default_is_the_first_of_every_list():
    """Lists follow the rank; all ranks, hues and labels differ."""
    assert next(iter(METHODS)) == DEFAULT_METHOD
    for trait in ("rank", "hue", "label"):
        assert len({getattr(method, trait) for method in METHODS.values()}) == len(METHODS)


@pytest.mark.parametrize("name", ["", "Euler", "unheard-of", "exponential_euler"])
def test_an_unknown_method_is_refused(name):
    """The message lists the ids."""
    with refused("method", r"one of crank-nicolson, .*adaptive, not "):
        method_named(name)


@pytest.mark.parametrize("dt", [0.0, -0.025, 1.1, float("nan"), "0.1"])
def test_a_step_is_from_0_0001_to_1_ms(dt):
    """Anything else is refused by key."""
    with refused("dt", r"time step dt must be .*from 0.0001 to 1 ms"):
        DT.check(dt)


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_the_limit_is_where_decay_turns_into_growth(library, method):
    """1 % below dt = limit / |λ| the leak relaxes; 1 % above it the run blows up or stops."""
    leak = replace(library["lecture6-model1"], capacitance=0.1, initial_voltage=-60.0)
    limit = METHODS[method].limit / 10.0
    ends = []
    for dt in (0.99 * limit, 1.01 * limit):
        simulation = Simulation(leak, Stimulus(), method, dt)
        simulation.advance(100)
        ends.append(math.inf if simulation.stop else abs(simulation.voltage + 65.0))
    assert ends[0] < 5.0 < ends[1]
