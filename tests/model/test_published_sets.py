"""The parameter sets against the equations that were printed: SCIENCE.md's table and its sources.

Each formula here is written as its source prints it, not in the forms of the model files.
"""

import numpy as np
import pytest
from numpy import exp

from hhgui.model.library import ORDER
from tests.published import NEURONS, gates_of

VOLTAGES = np.linspace(-119.7, 59.6, 100)  # none within 0.05 mV of a 0/0
# Hodgkin & Huxley 1952, eqs. 12, 13, 20, 21, 23, 24; Dayan & Abbott 2001, eqs. 5.22, 5.24
SQUID = {
    "m": (lambda V: 0.1 * (V + 40) / (1 - exp(-(V + 40) / 10)), lambda V: 4 * exp(-(V + 65) / 18)),
    "h": (lambda V: 0.07 * exp(-(V + 65) / 20), lambda V: 1 / (1 + exp(-(V + 35) / 10))),
    "n": (
        lambda V: 0.01 * (V + 55) / (1 - exp(-(V + 55) / 10)),
        lambda V: 0.125 * exp(-(V + 65) / 80),
    ),
}
# The same as printed in 1952, of V₁₉₅₂ = -65 - V
SQUID_1952 = {
    "m": (lambda U: 0.1 * (U + 25) / (exp((U + 25) / 10) - 1), lambda U: 4 * exp(U / 18)),
    "h": (lambda U: 0.07 * exp(U / 20), lambda U: 1 / (exp((U + 30) / 10) + 1)),
    "n": (lambda U: 0.01 * (U + 10) / (exp((U + 10) / 10) - 1), lambda U: 0.125 * exp(U / 80)),
}
# Lecture 7's handout: β_m's 1/18 is rounded to 0.0556
LECTURE_7 = SQUID | {"m": (SQUID["m"][0], lambda V: 4 * exp(-0.0556 * (V + 65)))}
# Traub & Miles 1991, as lab course 3 prints them
TRAUB_MILES = {
    "m": (
        lambda V: 0.32 * (V + 54) / (1 - exp(-(V + 54) / 4)),
        lambda V: 0.28 * (V + 27) / (exp((V + 27) / 5) - 1),
    ),
    "h": (lambda V: 0.128 * exp(-(V + 50) / 18), lambda V: 4 / (1 + exp(-(V + 27) / 5))),
    "n": (
        lambda V: 0.032 * (V + 52) / (1 - exp(-(V + 52) / 5)),
        lambda V: 0.5 * exp(-(V + 57) / 40),
    ),
}
# Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, table 2.1
PYRAMIDAL = {
    "m": (
        lambda V: 0.182 * (V + 35) / (1 - exp(-(V + 35) / 9)),
        lambda V: -0.124 * (V + 35) / (1 - exp((V + 35) / 9)),
    ),
    "h": (
        lambda V: 0.25 * exp(-(V + 90) / 12),
        lambda V: 0.25 * exp((V + 62) / 6) / exp((V + 90) / 12),
    ),
    "n": (
        lambda V: 0.02 * (V - 25) / (1 - exp(-(V - 25) / 9)),
        lambda V: -0.002 * (V - 25) / (1 - exp((V - 25) / 9)),
    ),
}
RATES = {
    "squid-dayan-abbott": SQUID,
    "squid-1952": {
        gate: tuple(lambda V, f=f: f(-65.0 - V) for f in pair) for gate, pair in SQUID_1952.items()
    },
    "squid-textbook-euler": SQUID,
    "lecture7-as-printed": LECTURE_7,
    "traub-miles-lab3": TRAUB_MILES,
    "cortical-pyramidal": PYRAMIDAL,
}


def bell(mu, width, height):
    """B(μ, s, A) = A exp(-((V - μ)/s)²), the build-up's time constants (lecture 6)."""
    return lambda V: height * exp(-(((V - mu) / width) ** 2))


def sigma(V):
    """The build-up's σ (lecture 6)."""
    return 1 / (1 + 0.1 * exp(-0.1 * V))


def falling(V):
    """The build-up's inactivation (lecture 6)."""
    return 1 - 1 / (1.1 + 0.1 * exp(-0.1 * V))


def steep(V):
    """The activation of models 5 and 6 (lecture 6)."""
    return 1 / (1 + 0.1 * exp(-0.5 * (V + 50)))


def delayed(V):
    """The second current of model 6 (lecture 6)."""
    return 1 / (1.1 + 0.1 * exp(-0.09 * V))


MODEL_5 = {
    "a_act": (steep, bell(-10, 60, 5)),
    "a_inact": (falling, bell(-10, 50, 6)),
}
CURVES = {
    "lecture6-model3": {"a": (sigma, bell(-10, 50, 1))},
    "lecture6-model4": {"a": (sigma, bell(-10, 60, 5)), "b": (falling, bell(-10, 50, 6))},
    "lecture6-model5": MODEL_5,
    "lecture6-model6": MODEL_5 | {"b": (delayed, bell(5, 50, 6))},
}
# Capacitance, then current: ḡ, E, gates with their powers. SCIENCE.md, "Parameter sets".
TABLE = {
    "squid-dayan-abbott": (1.0, {"Na": (120, 50, "m3 h1"), "K": (36, -77, "n4"),
                                 "L": (0.3, -54.387, "")}),
    "squid-1952": (1.0, {"Na": (120, 50, "m3 h1"), "K": (36, -77, "n4"), "L": (0.3, -54.387, "")}),
    "squid-textbook-euler": (1.0, {"Na": (120, 55, "m3 h1"), "K": (36, -77, "n4"),
                                   "L": (0.3, -54.4, "")}),
    "traub-miles-lab3": (1.0, {"Na": (50, 50, "m3 h1"), "K": (10, -90, "n4"),
                               "L": (0.1, -65, "")}),
    "cortical-pyramidal": (1.0, {"Na": (40, 55, "m3 h1"), "K": (35, -77, "n4"),
                                 "L": (0.3, -65, "")}),
    "lecture7-as-printed": (10.0, {"Na": (120, 50, "m3 h1"), "K": (36, -77, "n4"),
                                   "L": (0.3, -54.387, "")}),
    "lecture6-model1": (1.0, {"L": (1, -65, "")}),
    "lecture6-model2": (1.0, {"a": (1, -65, ""), "b": (1, 65, "")}),
    "lecture6-model3": (1.0, {"a": (20, -65, "a1"), "L": (1, -65, "")}),
    "lecture6-model4": (1.0, {"a": (1, 120, "a1"), "b": (2, -70, "b1")}),
    "lecture6-model5": (1.0, {"a": (2, 120, "a_act3 a_inact1"), "b": (1, -70, "")}),
    "lecture6-model6": (1.0, {"a": (2, 120, "a_act3 a_inact1"), "b": (5, -70, "b4")}),
}  # fmt: skip
# System of seed_systems.json -> set
GATING = {
    "lab3-traub-miles": "traub-miles-lab3",
    "squid-dayan-abbott": "squid-dayan-abbott",
    "cortical-pyramidal": "cortical-pyramidal",
    "lecture6-model3": "lecture6-model3",
    "lecture6-model4": "lecture6-model4",
    "lecture6-model5": "lecture6-model5",
    "lecture6-model6": "lecture6-model6",
}


def gate_of(membrane, name):
    """The gate of that name."""
    return next(gate for gate in membrane.gates if gate.name == name)


def test_every_set_of_the_table_is_there(library):
    """The library holds the sets of SCIENCE.md's table and no file is refused."""
    assert set(library.membranes) == {*TABLE, *NEURONS} == set(ORDER)
    assert library.problems == ()


@pytest.mark.parametrize("name", TABLE)
def test_a_set_has_the_tables_numbers(library, name):
    """Capacitance, conductances, reversals and powers are those of SCIENCE.md's table."""
    membrane = library[name]
    capacitance, currents = TABLE[name]
    assert membrane.capacitance == pytest.approx(capacitance, rel=1e-15)
    assert [c.name for c in membrane.currents] == list(currents)
    for current in membrane.currents:
        conductance, reversal, gates = currents[current.name]
        assert current.conductance == pytest.approx(conductance, rel=1e-15)
        assert current.reversal == pytest.approx(reversal, rel=1e-15)
        assert " ".join(f"{g.name}{g.power}" for g in current.gates) == gates


@pytest.mark.parametrize("name", TABLE)
def test_a_set_starts_at_minus_65_mv_and_tells_its_story(library, name):
    """Start voltage, name, source and a paragraph for the student are there."""
    membrane = library[name]
    assert membrane.initial_voltage == -65.0
    assert membrane.name
    assert membrane.source
    assert len(membrane.notes) > 100


@pytest.mark.parametrize("name", ["squid-dayan-abbott", "squid-1952", "squid-textbook-euler"])
def test_the_squid_lives_at_6_3_degrees(library, name):
    """The squid's rates hold at 6.3 °C and triple every 10 °C (Hodgkin & Huxley 1952)."""
    membrane = library[name]
    assert (membrane.temperature, membrane.reference_temperature, membrane.q10) == (6.3, 6.3, 3.0)


@pytest.mark.parametrize(
    ("name", "gate"), [(name, gate) for name, gates in RATES.items() for gate in gates]
)
def test_rates_are_as_printed(library, name, gate):
    """Each gate's α and β equal the source's formula."""
    alpha, beta = gate_of(library[name], gate).rates_at(VOLTAGES)
    printed_alpha, printed_beta = RATES[name][gate]
    np.testing.assert_allclose(alpha, printed_alpha(VOLTAGES), rtol=2e-12)
    np.testing.assert_allclose(beta, printed_beta(VOLTAGES), rtol=2e-12)


@pytest.mark.parametrize(
    ("name", "gate"), [(name, gate) for name, gates in CURVES.items() for gate in gates]
)
def test_the_build_ups_curves_are_as_printed(library, name, gate):
    """Each gate's x∞ and τ equal lecture 6's formula."""
    steady, tau = CURVES[name][gate]
    found = gate_of(library[name], gate)
    np.testing.assert_allclose(found.steady_state_at(VOLTAGES), steady(VOLTAGES), rtol=2e-12)
    np.testing.assert_allclose(found.time_constant_at(VOLTAGES), tau(VOLTAGES), rtol=2e-12)


@pytest.mark.parametrize("name", NEURONS)
def test_a_published_neuron_has_its_sources_numbers(library, name):
    """Capacitance, start voltage, conductances, reversals and powers."""
    membrane, cell = library[name], NEURONS[name]
    assert (membrane.capacitance, membrane.initial_voltage) == (cell.capacitance, cell.start)
    found = {c.name: (c.conductance, c.reversal) for c in membrane.currents}
    assert found == {current: values[:2] for current, values in cell.currents.items()}
    assert [(g.name, g.power) for g in membrane.gates] == [g[:2] for g in gates_of(cell)]
    assert membrane.name
    assert membrane.source
    assert len(membrane.notes) > 100


@pytest.mark.parametrize("name", NEURONS)
def test_a_published_neurons_gates_are_as_printed(library, name):
    """x∞ and τ at the set's temperature equal the source's formulas; a gate at once has no τ."""
    membrane = library[name]
    for gate, factor, (_, _, steady, tau) in zip(
        membrane.gates, membrane.rate_factors, gates_of(NEURONS[name]), strict=True
    ):
        printed = [steady(v) for v in VOLTAGES]
        np.testing.assert_allclose(gate.steady_state_at(VOLTAGES), printed, rtol=1e-12, atol=1e-15)
        assert gate.instantaneous == (tau is None)
        if tau is not None:
            printed = [tau(v) for v in VOLTAGES]
            np.testing.assert_allclose(
                gate.time_constant_at(VOLTAGES) / factor, printed, rtol=1e-12
            )


def test_no_gate_goes_unchecked(library):
    """Every gate of every set has its printed formula above."""
    checked = {(n, g) for n, gates in (RATES | CURVES).items() for g in gates}
    checked |= {(n, gate[0]) for n, cell in NEURONS.items() for gate in gates_of(cell)}
    assert {(n, g.name) for n, m in library.membranes.items() for g in m.gates} == checked


def test_1952_equals_the_modern_squid(library):
    """After conversion the paper's axon has the modern parameters and rates to 1e-12."""
    old, new = library["squid-1952"], library["squid-dayan-abbott"]
    assert old.structure == new.structure
    assert [c.reversal for c in old.currents] == [c.reversal for c in new.currents]
    for a, b in zip(old.gates, new.gates, strict=True):
        np.testing.assert_allclose(a.rates_at(VOLTAGES), b.rates_at(VOLTAGES), rtol=1e-12)


@pytest.mark.parametrize("system", GATING)
def test_gating_curves_meet_the_independent_programs(library, seed_systems, system):
    """x∞ and τ of each gate: seed_systems.json, "gating_curves" (printed to 12 digits)."""
    curves = seed_systems["gating_curves"][system]
    voltages = np.array(curves["V_mV"])
    membrane = library[GATING[system]]
    assert len(curves) == 1 + 2 * len(membrane.gates)
    for gate in membrane.gates:
        steady, tau = gate.steady_state_at(voltages), gate.time_constant_at(voltages)
        np.testing.assert_allclose(steady, curves[f"{gate.name}_inf"], rtol=1e-9)
        np.testing.assert_allclose(tau, curves[f"{gate.name}_tau"], rtol=1e-9)


def test_every_gating_curve_of_the_reference_is_compared(seed_systems):
    """The tests above compare every system that the reference lists."""
    assert set(seed_systems["gating_curves"]) == set(GATING)
