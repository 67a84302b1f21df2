"""Curves of gates for display: their numbers, what changes them, and how rates are written."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.analysis.gating import (
    QUANTITIES,
    THERMAL_N,
    find_gate,
    gate_curves,
    latex_of,
    same_curves,
    symbol_of,
    with_gate,
)
from hhgui.model.membrane import Gate
from hhgui.model.rate import Curve, Form, Rate

VOLTAGES = np.linspace(-120.0, 60.0, 181)


def at_minus_65(curves, quantity):
    """The one value of curves computed at one voltage."""
    return float(getattr(curves, quantity))


@pytest.mark.parametrize("system", [
    "squid-dayan-abbott", "cortical-pyramidal", "lab3-traub-miles", "lecture6-model3",
    "lecture6-model4", "lecture6-model5", "lecture6-model6",
])  # fmt: skip
def test_curves_meet_the_independent_programs(library, seed_systems, system):
    """x∞ and τ of each gate equal seed_systems.json's gating curves to 1e-9."""
    reference = seed_systems["gating_curves"][system]
    membrane = library[{"lab3-traub-miles": "traub-miles-lab3"}.get(system, system)]
    assert len(reference) == 1 + 2 * len(membrane.gates)
    for gate in membrane.gates:
        curves = gate_curves(gate, reference["V_mV"])
        np.testing.assert_allclose(curves.steady_state, reference[f"{gate.name}_inf"], rtol=1e-9)
        np.testing.assert_allclose(curves.time_constant, reference[f"{gate.name}_tau"], rtol=1e-9)


def test_rates_follow_from_steady_state_and_time_constant(membrane):
    """x∞ = α/(α+β) and τ = 1/(α+β), whichever pair the gate is given by (HH 1952, eqs. 8, 9)."""
    for gate in membrane.gates:
        curves = gate_curves(gate, VOLTAGES)
        total = curves.alpha + curves.beta
        np.testing.assert_allclose(curves.alpha / total, curves.steady_state, rtol=1e-12)
        np.testing.assert_allclose(1.0 / total, curves.time_constant, rtol=1e-12)


def test_warmth_speeds_the_rates_and_moves_no_steady_state(squid):
    """At 16.3 °C the squid's rates are three times those at 6.3 °C (Q10 = 3)."""
    warm = replace(squid, temperature=16.3)
    for gate in warm.gates:
        cold, hot = gate_curves(gate, VOLTAGES), gate_curves(gate, VOLTAGES, warm.rate_factor)
        np.testing.assert_allclose(hot.alpha, 3.0 * cold.alpha, rtol=1e-12)
        np.testing.assert_allclose(hot.beta, 3.0 * cold.beta, rtol=1e-12)
        np.testing.assert_allclose(hot.time_constant, cold.time_constant / 3.0, rtol=1e-12)
        np.testing.assert_array_equal(hot.steady_state, cold.steady_state)


@pytest.mark.parametrize(
    ("quantity", "thermal", "fitted"), [("alpha", 0.061, 0.058), ("beta", 0.126, 0.125)]
)
def test_thermal_and_fitted_potassium_rates_agree_near_rest(squid, quantity, thermal, fitted):
    """At −65 mV, per ms: α_n 0.061 against 0.058, β_n 0.126 against 0.125 (lecture)."""
    fit = find_gate(squid, "n")
    assert at_minus_65(gate_curves(THERMAL_N, -65.0), quantity) == pytest.approx(thermal, abs=5e-4)
    assert at_minus_65(gate_curves(fit, -65.0), quantity) == pytest.approx(fitted, abs=5e-4)


def test_thermal_rates_are_the_printed_exponentials():
    """α_n = 0.82 exp(0.04 V) and β_n = 0.056 exp(−0.0125 V) over the whole range."""
    curves = gate_curves(THERMAL_N, VOLTAGES)
    np.testing.assert_allclose(curves.alpha, 0.82 * np.exp(0.04 * VOLTAGES), rtol=1e-13)
    np.testing.assert_allclose(curves.beta, 0.056 * np.exp(-0.0125 * VOLTAGES), rtol=1e-13)


def test_conductances_change_no_curve(squid):
    """Two squids of different ḡ and C have the same curves; a warmer one has others."""
    assert same_curves(squid, replace(squid.with_current("Na", conductance=7.0), capacitance=2.0))
    assert not same_curves(squid, replace(squid, temperature=10.0))
    assert not same_curves(squid, None)


def test_a_replaced_gate_leaves_everything_else(squid):
    """Only the gate of that name differs."""
    gate = replace(find_gate(squid, "h"), power=2)
    edited = with_gate(squid, gate)
    assert [g.power for g in edited.gates] == [3, 2, 4]
    assert with_gate(edited, find_gate(squid, "h")) == squid


def test_a_gate_that_is_not_there_is_not_replaced(squid):
    """KeyError names it; looking for it finds nothing."""
    assert find_gate(squid, "q") is None
    with pytest.raises(KeyError, match="q"):
        with_gate(squid, replace(THERMAL_N, name="q"))


@pytest.mark.parametrize(
    ("rate", "latex"),
    [
        (Rate("exp_linear", 1.0, -40.0, 10.0), r"\frac{1\,(V+40)/10}{1-e^{-(V+40)/10}}"),
        (Rate("exp_linear", 1.116, -35.0, -9.0), r"\frac{-1.116\,(V+35)/9}{1-e^{(V+35)/9}}"),
        (Rate("exponential", 4.0, -65.0, -18.0), r"4\,e^{-(V+65)/18}"),
        (Rate("exponential", 0.82, 0.0, 25.0), r"0.82\,e^{V/25}"),
        (Rate("exponential", 2.0, 5.0, 1.0), r"2\,e^{(V-5)}"),
        (Rate("sigmoid", 1.0, -35.0, 10.0), r"\frac{1}{1+e^{-(V+35)/10}}"),
        (Rate("sigmoid", -0.5, 3.0, -2.0, 1.0), r"\frac{-0.5}{1+e^{(V-3)/2}}+1"),
        (Rate("gaussian", 5.0, -10.0, 60.0), r"5\,e^{-((V+10)/60)^2}"),
        (Rate("gaussian", 5.0, -10.0, -1.0), r"5\,e^{-(V+10)^2}"),
        (Rate("constant", 1e-7, offset=-0.25), r"1\times 10^{-7}-0.25"),
    ],
)
def test_a_rate_is_written_as_its_equation(rate, latex):
    """Every form is written with either sign of every number."""
    assert latex_of(rate, "x") == f"x(V) = {latex}"


@pytest.mark.parametrize("form", list(Form))
def test_an_equation_means_its_rate(form):
    """Read back as arithmetic, what is written gives the rate's own values."""
    rate = Rate(form, -1.7, 12.5, -8.0, 0.3)
    text = latex_of(rate, "x").partition(" = ")[2]
    for old, new in ((r"\frac", ""), ("}{", ")/("), (r"\,", "*"), ("^2", "**2"),
                     ("e^{", "E**("), ("{", "("), ("}", ")")):  # fmt: skip
        text = text.replace(old, new)
    value = eval(text, {"V": -20.3, "E": np.e})
    assert value == pytest.approx(float(rate(-20.3)), rel=1e-12)


@pytest.mark.parametrize(
    ("quantity", "gate", "symbol"),
    [
        ("alpha", "m", r"\alpha_m"),
        ("beta", "n", r"\beta_n"),
        ("steady_state", "h", r"h_\infty"),
        ("time_constant", "a_act", r"\tau_{\mathrm{a\_act}}"),
        ("steady_state", "a_act", r"\mathrm{a\_act}_\infty"),
    ],
)
def test_a_quantity_has_its_usual_symbol(quantity, gate, symbol):
    """Greek for rates and time constants; long names upright."""
    assert symbol_of(quantity, gate) == symbol


def test_a_rate_that_is_shut_gives_no_warning():
    """A gate that never opens has x∞ = 0 and finite τ; overflow far away stays silent."""
    steep = Rate("exponential", 1.0, -65.0, -0.1)
    gate = Gate("q", 1, alpha=Rate("constant", 0.0), beta=replace(steep, offset=1.0))
    curves = gate_curves(gate, np.array([-150.0, 0.0]))
    assert list(curves.steady_state) == [0.0, 0.0]
    assert set(QUANTITIES) < set(vars(curves))


@pytest.mark.parametrize(
    ("curve", "latex"),
    [
        (Curve((Rate("exponential", 2.0, -40.0, 30.0), Rate("exponential", 0.5, -40.0, -20.0)),
               "sum", -1.0, 0.1, 0.25),
         r"\frac{1}{2\,e^{(V+40)/30}+0.5\,e^{-(V+40)/20}}+0.1,\quad x \geq 0.25"),
        (Curve((Rate("exponential", 1.0, scale=5.0, offset=2.0), Rate("constant", 3.0)), "product",
               0.5, maximum=1.0),
         r"\left(\left(1\,e^{V/5}+2\right)\,\cdot\,3\right)^{0.5},\quad x \leq 1"),
        (Curve((Rate("constant", 3.0), Rate("constant", -2.0))), "3-2"),
    ],
)  # fmt: skip
def test_a_curve_of_terms_is_written_whole(curve, latex):
    """The equation has the terms, how they combine, exponent, offset and bounds."""
    assert latex_of(curve, "x") == f"x(V) = {latex}"
