"""Gates, currents and membranes: what they compute and what they refuse."""

import dataclasses
import math
from dataclasses import replace

import numpy as np
import pytest

from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.rate import Curve, Rate
from tests.refusals import refused

ALPHA = Rate("exponential", 0.5, -60.0, 20.0)
BETA = Rate("constant", 0.25)
STEADY = Rate("sigmoid", 1.0, -40.0, 5.0)
TAU = Rate("gaussian", 4.0, -50.0, 60.0, 1.0)
PAIR = {"alpha": ALPHA, "beta": BETA}
CURVE = {"steady_state": STEADY, "time_constant": TAU}
LEAK = Current("L", 0.3, -65.0)


def membrane(*currents, **changes):
    """A membrane of these currents, else of a leak."""
    return Membrane(**({"id": "m", "name": "M", "capacitance": 1.0} | changes),
                    currents=currents or (LEAK,))  # fmt: skip


def gates(*names):
    """Gates of these names, all alike."""
    return tuple(Gate(name, 1, **PAIR) for name in names)


def test_a_gate_of_rates_relaxes_to_their_fraction():
    """x∞ = α/(α+β) and τ = 1/(α+β): Hodgkin & Huxley 1952, eqs. 7 to 10."""
    gate = Gate("x", 1, **PAIR)
    alpha = 0.5 * math.exp((-30.0 + 60.0) / 20.0)
    assert float(gate.steady_state_at(-30.0)) == pytest.approx(alpha / (alpha + 0.25), rel=1e-14)
    assert float(gate.time_constant_at(-30.0)) == pytest.approx(1.0 / (alpha + 0.25), rel=1e-14)


def test_a_gate_of_curves_has_the_rates_that_follow():
    """α = x∞/τ and β = (1-x∞)/τ: the same equation written the other way."""
    gate = Gate("x", 1, **CURVE)
    tau = 4.0 * math.exp(-((20.0 / 60.0) ** 2)) + 1.0
    steady = 1.0 / (1.0 + math.exp(-10.0 / 5.0))
    alpha, beta = gate.rates_at(-30.0)
    assert float(alpha) == pytest.approx(steady / tau, rel=1e-14)
    assert float(beta) == pytest.approx((1.0 - steady) / tau, rel=1e-14)


def test_a_steady_state_of_its_own_beside_rates_takes_the_time_constant_from_them():
    """τ = 1/(α + β), x∞ as given, and α, β are what gives these two."""
    gate = Gate("x", 1, **PAIR, steady_state=STEADY)
    v = np.array([-70.0, -40.0, 10.0])
    np.testing.assert_allclose(gate.time_constant_at(v), 1 / (ALPHA(v) + BETA(v)), rtol=1e-15)
    np.testing.assert_allclose(gate.steady_state_at(v), 1 / (1 + np.exp(-(v + 40) / 5)), rtol=1e-15)
    alpha, beta = gate.rates_at(v)
    np.testing.assert_allclose(alpha / (alpha + beta), gate.steady_state_at(v), rtol=1e-14)
    np.testing.assert_allclose(1 / (alpha + beta), gate.time_constant_at(v), rtol=1e-14)


@pytest.mark.parametrize("curves", [PAIR, {"steady_state": STEADY}])
def test_an_instantaneous_gate_has_a_steady_state_and_no_time_constant(curves):
    """Such a gate has the x∞ of its rates or of its own curve, and τ = 0."""
    gate = Gate("x", 1, **curves, instantaneous=True)
    v = np.array([-70.0, 10.0])
    expected = STEADY(v) if "steady_state" in curves else ALPHA(v) / (ALPHA(v) + BETA(v))
    np.testing.assert_allclose(gate.steady_state_at(v), expected, rtol=1e-15)
    assert gate.time_constant_at(v).tolist() == [0.0, 0.0]
    assert np.isinf(gate.rates_at(v)).all()


@pytest.mark.parametrize(
    ("curves", "key", "problem"),
    [
        ({}, "alpha", "is missing"),
        ({"alpha": ALPHA}, "beta", "is missing"),
        ({"beta": BETA}, "alpha", "is missing"),
        ({"steady_state": STEADY}, "time_constant", "is missing"),
        ({"time_constant": TAU}, "steady_state", "is missing"),
        (PAIR | CURVE, "time_constant", "can't stand beside alpha and beta and steady_state"),
        (PAIR | {"time_constant": TAU}, "time_constant", "can't stand beside alpha and beta"),
        ({"alpha": ALPHA, "time_constant": TAU}, "time_constant", "can't stand beside alpha"),
        (CURVE | {"instantaneous": True}, "time_constant", "can't stand beside steady_state"),
        ({"alpha": ALPHA, "instantaneous": True}, "beta", "is missing"),
        (PAIR | {"initial": 0.5, "instantaneous": True}, "initial", "no start value"),
        (PAIR | {"instantaneous": 1}, "instantaneous", "true or false"),
    ],
)
def test_curves_that_do_not_belong_together_are_refused(curves, key, problem):
    """The error's key is the curve that is missing or one too many."""
    with refused(key, problem):
        Gate("x", 1, **curves)


@pytest.mark.parametrize("power", range(9))
def test_powers_from_0_to_8_are_allowed(power):
    """The powers 0 to 8 are allowed, both ends included."""
    assert Gate("x", power, **PAIR).power == power


def test_a_whole_power_may_be_written_as_a_float():
    """A power of 3.0 is taken as 3."""
    assert type(Gate("x", 3.0, **PAIR).power) is int


@pytest.mark.parametrize("power", [-1, 9, 2.5, "3", True, None])
def test_another_power_is_refused(power):
    """A power is a whole number from 0 to 8."""
    with refused("power", "gate x power must be a"):
        Gate("x", power, **PAIR)


@pytest.mark.parametrize(
    ("key", "rate", "at"),
    [
        ("alpha", Rate("exp_linear", 1.0, 0.0, 10.0, -0.5), "-120 mV it is -0.49"),
        ("beta", Rate("constant", -1e-9), "-120 mV it is -1e-09"),
        ("alpha", Rate("exponential", 1.0, -120.0, 0.2), "22 mV it is inf"),
        ("steady_state", Rate("constant", 1.001), "-120 mV it is 1.001"),
        ("steady_state", Rate("sigmoid", 1.0, 0.0, 10.0, -0.1), "-120 mV it is -0.0999"),
        ("time_constant", Rate("constant", 0.0), "-120 mV it is 0"),
        ("time_constant", Rate("exponential", -1.0, 0.0, 10.0, 100.0), "47 mV it is -9.9"),
    ],
)
def test_impossible_kinetics_are_refused(key, rate, at):
    """From -120 to 60 mV no rate may be negative, x∞ outside 0..1, or τ zero."""
    kinetics = PAIR if key in PAIR else CURVE
    with refused(key, rf"{key} of gate x must .*−120…60 mV; at {at}"):
        Gate("x", 1, **(kinetics | {key: rate}))


def test_a_gate_that_never_moves_is_refused():
    """α + β = 0 has no steady state."""
    never = Rate("constant", 0.0)
    with refused("beta", "must be above 0"):
        Gate("x", 1, never, never)


@pytest.mark.parametrize("initial", [-0.1, 1.1, math.nan, "0.5"])
def test_a_start_value_is_a_fraction(initial):
    """A gate's start value lies between 0 and 1."""
    with refused("initial", "gate x start value must be"):
        Gate("x", 1, **PAIR, initial=initial)


@pytest.mark.parametrize("name", ["", "1m", "a b", "µ", "m\n", "x" * 25, None, 5, "__import__()"])
def test_a_name_is_a_short_word(name):
    """Gates and currents head CSV columns: a letter, then letters, digits or _, at most 24."""
    for make in (lambda: Gate(name, 1, **PAIR), lambda: Current(name, 1.0, 0.0)):
        with refused("name", "must start with a letter"):
            make()


@pytest.mark.parametrize("name", ["V", "time_ms", "membrane", "I_Na", "I_"])
def test_a_gate_is_not_named_like_another_column(name):
    """The traces' own columns and the currents' keep their names."""
    with pytest.raises(ModelError, match="is taken by a column"):
        Gate(name, 1, **PAIR)


@pytest.mark.parametrize("name", ["stim", "membrane"])
def test_a_current_is_not_named_like_another_key(name):
    """I_stim is the stimulus and membrane.capacitance no current's."""
    with pytest.raises(ModelError, match="is taken"):
        Current(name, 1.0, 0.0)


@pytest.mark.parametrize(
    ("key", "value"),
    [("conductance", -1e-9), ("conductance", 10001.0), ("conductance", math.nan),
     ("reversal", 301.0), ("reversal", math.inf), ("reversal", "0"), ("conductance", None)],
)  # fmt: skip
def test_a_current_out_of_range_is_refused(key, value):
    """The error names the current and the key."""
    with refused(key, r"^Na .* must be "):
        Current("Na", **({"conductance": 1.0, "reversal": 0.0} | {key: value}))


@pytest.mark.parametrize(
    ("key", "value"),
    [("capacitance", 0.0), ("capacitance", -1.0), ("capacitance", math.nan),
     ("capacitance", 1001), ("initial_voltage", 151.0), ("initial_voltage", -math.inf),
     ("q10", 0.0), ("q10", 11.0), ("area", 0.0), ("area", True),
     ("temperature", 61.0), ("temperature", "6.3"),
     ("id", ""), ("id", "A"), ("id", "a/b"), ("id", "-a"), ("id", "a" * 65), ("id", 5),
     ("name", None), ("source", 3.0), ("notes", b"x")],
)  # fmt: skip
def test_a_membrane_out_of_range_is_refused(key, value):
    """The error names the key."""
    with pytest.raises(ModelError) as caught:
        membrane(**{key: value})
    assert caught.value.key == key
    assert key.replace("_", " ").split()[-1] in str(caught.value).lower()


def test_eight_currents_and_eight_gates_are_the_most():
    """Nine of either are refused, eight are not."""
    eight = tuple(Current(f"c{i}", 1.0, 0.0) for i in range(8))
    full = (*eight[:7], Current("full", 1.0, 0.0, gates(*"abcdefgh")))
    assert len(membrane(*full).gates) == len(membrane(*full).currents) == 8
    with pytest.raises(ModelError, match="at most 8 currents are allowed, not 9"):
        membrane(*eight, LEAK)
    with pytest.raises(ModelError, match="at most 8 gates are allowed, not 9"):
        membrane(Current("Na", 1.0, 0.0, gates(*"abcde")), Current("K", 1.0, 0.0, gates(*"fghi")))


def test_a_membrane_needs_a_current():
    """None at all is refused."""
    with pytest.raises(ModelError, match="at least one current"):
        Membrane(id="m", name="M", capacitance=1.0, currents=())


def test_names_differ():
    """Two currents, or two gates of any currents, must not have the same name."""
    with pytest.raises(ModelError, match="two currents are named 'L'"):
        membrane(LEAK, LEAK)
    with pytest.raises(ModelError, match="two gates are named 'm'"):
        membrane(Current("a", 1.0, 0.0, gates("m")), Current("b", 1.0, 0.0, gates("m")))


@pytest.mark.parametrize("part", [ALPHA, Curve((ALPHA,)), Gate("x", 1, **PAIR), LEAK, membrane()])
def test_parts_are_frozen(part):
    """Assigning to a part of a membrane raises an error."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(part, dataclasses.fields(part)[0].name, "y")


def test_replacing_validates_again():
    """An edit that is out of range raises, and the old membrane is as it was."""
    old = membrane()
    with pytest.raises(ModelError, match="capacitance"):
        replace(old, capacitance=0.0)
    with pytest.raises(ModelError, match="L maximal conductance"):
        old.with_current("L", conductance=-1.0)
    assert old == membrane()


def test_one_current_is_changed_by_name():
    """All other currents, and the rest of the membrane, stay equal."""
    other = Current("K", 36.0, -77.0, gates("n"))
    changed = membrane(LEAK, other).with_current("L", conductance=2.0)
    assert changed == membrane(Current("L", 2.0, -65.0), other)
    with pytest.raises(KeyError, match="Na"):
        changed.with_current("Na", conductance=1.0)


def test_gates_are_listed_in_the_order_of_the_currents():
    """Gates are in the order of their currents, as in columns and state."""
    first, second = Current("a", 1.0, 0.0, gates("z", "y")), Current("b", 1.0, 0.0, gates("x"))
    made = membrane(first, LEAK, second)
    assert [g.name for g in made.gates] == ["z", "y", "x"]
    assert made.structure == (("a", ("z", "y")), ("L", ()), ("b", ("x",)))


def test_gates_start_where_the_protocol_says_or_at_rest():
    """A start value of its own, else x∞ at the start voltage."""
    given = Gate("x", 1, **CURVE, initial=0.05)
    free = Gate("y", 1, **CURVE)
    made = membrane(Current("a", 1.0, 0.0, (given, free)), initial_voltage=-40.0)
    assert made.initial_gates().tolist() == [0.05, 0.5]


def test_currents_are_conductance_times_driving_force():
    """ḡ m³h (V - E), outward positive: Hodgkin & Huxley 1952, eqs. 3 to 5, 14 and 16."""
    sodium = Current("Na", 120.0, 50.0, (Gate("m", 3, **PAIR), Gate("h", 1, **PAIR)))
    voltage = np.array([-65.0, 0.0])
    x = np.array([[0.1, 0.5], [0.6, 0.2]])
    found = membrane(LEAK, sodium).ionic_currents(voltage, x)
    expected = [0.3 * (voltage + 65.0), 120.0 * x[0] ** 3 * x[1] * (voltage - 50.0)]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_without_a_temperature_rates_are_as_written():
    """Without a temperature the factor φ of the rates is 1."""
    assert membrane(q10=5.0).rate_factor == 1.0


def test_a_gates_q10_comes_before_its_currents_and_that_before_the_membranes():
    """φ = Q10^((T − T_ref)/10) with the nearest Q10: at 10 °C above, φ is Q10 itself."""
    own, plain = Gate("m", 1, **PAIR, q10=2.5), Gate("h", 1, **PAIR)
    sodium = Current("Na", 1.0, 50.0, (own, plain), q10=4.0)
    potassium = Current("K", 1.0, -77.0, gates("n"))
    warm = membrane(sodium, potassium, temperature=16.3, reference_temperature=6.3, q10=3.0)
    np.testing.assert_allclose(warm.rate_factors, [2.5, 4.0, 3.0], rtol=1e-14)
    assert replace(warm, temperature=6.3).rate_factors.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("part", [lambda: Gate("m", 1, **PAIR, q10=0.0),
                                  lambda: Current("Na", 1.0, 50.0, q10="3")])  # fmt: skip
def test_a_q10_out_of_range_is_refused(part):
    """A Q10 of a gate or current must be from 0.1 to 10, as the membrane's."""
    with refused("q10", r"from 0\.1 to 10"):
        part()


@pytest.mark.parametrize(
    ("given", "missing"),
    [("temperature", "reference_temperature"), ("reference_temperature", "temperature")],
)
def test_a_temperature_and_its_reference_need_each_other(given, missing):
    """A temperature without its reference, or the reverse, would silently do nothing."""
    with refused(missing, f"{missing} is missing: {given} "):
        membrane(**{given: 6.3})


def test_a_start_voltage_where_a_gate_is_nowhere_is_refused():
    """Both rates overflow there: α/(α + β) is no number. An initial value helps."""
    steep = Rate("exponential", 1.0, -65.0, 0.25)
    gate = Gate("m", 1, alpha=steep, beta=steep)
    current = Current("Na", 1.0, 50.0, (gate,))
    with refused("initial_voltage", "gate m has no steady state at 150 mV"):
        membrane(current, initial_voltage=150.0)
    known = replace(current, gates=(replace(gate, initial=0.5),))
    assert membrane(known, initial_voltage=150.0).initial_gates().tolist() == [0.5]
