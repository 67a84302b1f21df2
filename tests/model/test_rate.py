"""Rates against their formulas, and at the voltages where the formula reads 0/0."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from hhgui.model.parameter import ModelError
from hhgui.model.rate import Combine, Curve, Form, Rate, as_curve
from tests.refusals import refused
from tests.shipped import LIBRARY

UNPRINTABLE = pytest.param(0xF << 20_000, id="unprintable")
VOLTAGES = np.linspace(-119.7, 59.9, 100)
FORMULAS = {
    "exponential": math.exp,
    "sigmoid": lambda x: 1.0 / (1.0 + math.exp(-x)),
    "exp_linear": lambda x: x / (1.0 - math.exp(-x)),
    "gaussian": lambda x: math.exp(-x * x),
    "constant": lambda x: 1.0,
}
# Limits at the removable 0/0: ground_truth.json, "removable_singularities" (from the formulas of
# Hodgkin & Huxley 1952, Traub & Miles 1991, Gerstner et al. 2014): gate, rate, voltage, limit.
SQUID = {("m", "alpha", -40.0, 1.0), ("n", "alpha", -55.0, 0.1)}
TRAUB_MILES = {
    ("m", "alpha", -54.0, 1.28), ("m", "beta", -27.0, 1.4), ("n", "alpha", -52.0, 0.16),
}  # fmt: skip
DESTEXHE = {(gate, key, v + 12.0, limit) for gate, key, v, limit in TRAUB_MILES}
LIMITS = {
    "squid-dayan-abbott": SQUID,
    "squid-1952": SQUID,
    "squid-textbook-euler": SQUID,
    "lecture7-as-printed": SQUID,
    "traub-miles-lab3": TRAUB_MILES,
    "cortical-pyramidal": {
        ("m", "alpha", -35.0, 1.638), ("m", "beta", -35.0, 1.116),
        ("n", "alpha", 25.0, 0.18), ("n", "beta", 25.0, 0.018),
    },
    # From the formulas in tests/published.py: the factor of V in the numerator times the scale
    "odeint-slides-as-coded": SQUID,
    "wang-buzsaki": {("m", "alpha", -35.0, 1.0), ("n", "alpha", -34.0, 0.5)},
    "connor-stevens": {("m", "alpha", -29.7, 3.8), ("n", "alpha", -45.7, 0.19)},
    "reduced-traub-miles": TRAUB_MILES,
    "pospischil-rs": DESTEXHE, "pospischil-fs": DESTEXHE, "pospischil-lts": DESTEXHE,
}  # fmt: skip
SETS = LIBRARY.membranes
SINGULAR = [
    pytest.param(getattr(gate, key), id=f"{name}-{gate.name}-{key}")
    for name, membrane in SETS.items()
    for gate in membrane.gates
    for key in ("alpha", "beta", "steady_state", "time_constant")
    if getattr(getattr(gate, key), "form", None) is Form.EXP_LINEAR
]


def exact_exp_linear(rate, voltage):
    """The form with 60 digits, from the very same binary numbers."""
    with localcontext() as context:
        context.prec = 60
        x = (Decimal(voltage) - Decimal(rate.midpoint)) / Decimal(rate.scale)
        return float(Decimal(rate.rate) * (x / (1 - (-x).exp()) if x else Decimal(1)))


@pytest.mark.parametrize("form", FORMULAS)
@pytest.mark.parametrize(("rate", "scale", "offset"), [(0.3, 8.0, 0.0), (2.5, -12.5, 0.125)])
def test_a_form_is_its_formula(form, rate, scale, offset):
    """A rate is rate times f((V - midpoint)/scale) plus offset, f as NeuroML 2 defines it."""
    value = Rate(form, rate, midpoint=-41.0, scale=scale, offset=offset)(VOLTAGES)
    expected = [rate * FORMULAS[form]((v + 41.0) / scale) + offset for v in VOLTAGES]
    np.testing.assert_allclose(value, expected, rtol=1e-13)


@pytest.mark.parametrize("form", FORMULAS)
def test_a_rate_has_the_shape_of_its_voltages(form):
    """A number gives a number, a grid gives a grid, an empty array an empty one."""
    rate = Rate(form, 1.0, 0.0, 10.0)
    for shape in ((), (3,), (2, 4), (0,)):
        assert rate(np.zeros(shape)).shape == shape
    assert float(rate(-20.0)) == rate(np.array([-20.0]))[0]


def test_whole_numbers_do_as_voltages():
    """An integer voltage is not rounded to integer rates."""
    assert float(Rate("exponential", 1, 0, 10)(5)) == pytest.approx(math.exp(0.5), rel=1e-15)


@pytest.mark.parametrize("rate", SINGULAR)
def test_a_rate_is_exact_at_and_next_to_its_0_over_0(rate):
    """At the midpoint and 1e-13 to 1 mV beside it, the 60-digit value is met to 4 roundings."""
    beside = [s * 10.0**-e for e in range(14) for s in (-1.0, 1.0)]
    for voltage in [rate.midpoint, *(rate.midpoint + d for d in beside)]:
        exact = exact_exp_linear(rate, voltage)
        assert float(rate(voltage)) == pytest.approx(exact, rel=1e-15, abs=0.0)


@pytest.mark.parametrize("rate", SINGULAR)
def test_a_rate_grows_smoothly_through_its_0_over_0(rate):
    """Doubles apart, the rate neither jumps nor wiggles: Taylor's 1 + x/2 + x²/12 describes it."""
    x = np.linspace(-1e-3, 1e-3, 201)
    taylor = rate.rate * (1.0 + x / 2.0 + x * x / 12.0)
    np.testing.assert_allclose(rate(rate.midpoint + x * rate.scale), taylor, rtol=1e-12)


@pytest.mark.parametrize("name", SETS)
def test_the_limits_are_the_published_ones(name):
    """The 0/0 voltages of a set, and the limits there, are the published ones, and no others."""
    found = {
        (gate.name, key, rate.midpoint, float(rate(rate.midpoint)))
        for gate in SETS[name].gates
        for key, rate in (("alpha", gate.alpha), ("beta", gate.beta))
        if isinstance(rate, Rate) and rate.form is Form.EXP_LINEAR
    }
    rounded = {(g, k, round(v, 9), round(limit, 12)) for g, k, v, limit in found}
    assert rounded == LIMITS.get(name, set())


@pytest.mark.parametrize("form", ["sigmoid", "exp_linear", "gaussian"])
@pytest.mark.parametrize("voltage", [-1e6, 1e6])
def test_far_away_a_bounded_form_stays_a_number(form, voltage):
    """However far V is, no overflow turns a rate into NaN, and no warning is given."""
    value = float(Rate(form, 2.0, 0.0, 1.0)(voltage))
    assert value in (0.0, 2.0, 2e6)


def test_a_form_is_known_by_its_name():
    """The text of a file and the enum's member are the same thing."""
    assert Rate("gaussian", 1.0).form is Form.GAUSSIAN


@pytest.mark.parametrize("form", ["Exponential", "", "exp(V)", None, 3, ["sigmoid"], UNPRINTABLE])
def test_an_unknown_form_is_refused(form):
    """The message lists the forms there are, and quotes at most 40 letters of the wrong one."""
    with pytest.raises(ModelError, match="one of exponential, sigmoid, exp_linear") as caught:
        Rate(form, 1.0)
    assert caught.value.key == "form"
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("key", ["rate", "midpoint", "scale", "offset"])
@pytest.mark.parametrize(
    ("problem", "value"),
    [("finite", value) for value in (math.nan, math.inf, -math.inf, 10**400)]
    + [("a number", value) for value in ("1", True, None, [1.0], 1j)],
    ids=lambda value: str(value)[:9],
)
def test_what_is_no_finite_number_is_refused(key, problem, value):
    """NaN, infinities, integers beyond doubles, and what Python could convert: each by its key."""
    with refused(key, f"{key} must be {problem}"):
        Rate("sigmoid", **({"rate": 1.0} | {key: value}))


def test_a_scale_of_0_is_refused():
    """A scale of 0, by which x would be divided, raises ModelError."""
    with refused("scale", "must not be 0"):
        Rate("sigmoid", 1.0, scale=0)


UP, DOWN = Rate("exponential", 2.0, -40.0, 30.0), Rate("exponential", 0.5, -40.0, -20.0)
SIGMOIDS = (Rate("sigmoid", 1.0, -60.0, 7.0), Rate("sigmoid", 1.0, -20.0, -9.0))
# Each curve beside the formula that it is, of V in mV
WRITTEN_OUT = {
    "1 / (e^x + e^-y)": (
        Curve((UP, DOWN), "sum", -1.0),
        lambda V: 1 / (2 * math.exp((V + 40) / 30) + 0.5 * math.exp(-(V + 40) / 20)),
    ),
    "1 / cosh": (
        Curve((Rate("exponential", 0.5, -2.0, 34.0), Rate("exponential", 0.5, -2.0, -34.0)),
              exponent=-1.0),
        lambda V: 1 / math.cosh((V + 2) / 34),
    ),
    "a product of sigmoids and an offset": (
        Curve(SIGMOIDS, "product", offset=0.125),
        lambda V: 1 / (1 + math.exp(-(V + 60) / 7)) / (1 + math.exp((V + 20) / 9)) + 0.125,
    ),
    "a cube root": (
        Curve((Rate("exponential", 0.0761, -94.22, 31.84), Rate("sigmoid", 1.0, -1.17, -28.93)),
              "product", 1 / 3),
        lambda V: (0.0761 * math.exp((V + 94.22) / 31.84) / (1 + math.exp((V + 1.17) / 28.93)))
        ** (1 / 3),
    ),
    "a time constant with a floor": (
        Curve((UP, DOWN), "sum", -1.0, 0.1, 0.25),
        lambda V: max(
            0.25, 0.1 + 1 / (2 * math.exp((V + 40) / 30) + 0.5 * math.exp(-(V + 40) / 20))
        ),
    ),
    "bounded on both sides": (
        Curve((UP,), minimum=1.0, maximum=3.0),
        lambda V: min(3.0, max(1.0, 2 * math.exp((V + 40) / 30))),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("curve", "formula"), WRITTEN_OUT.values(), ids=WRITTEN_OUT)
def test_a_curve_is_its_formula(curve, formula):
    """A curve is its formula written out: terms, how they combine, exponent, offset and bounds."""
    np.testing.assert_allclose(curve(VOLTAGES), [formula(v) for v in VOLTAGES], rtol=1e-13)


def test_a_rate_is_a_curve_of_one_term():
    """A rate as a curve of one term has its values to the last bit; a curve stays itself."""
    curve = as_curve(UP)
    assert curve == Curve((UP,))
    assert curve(VOLTAGES).tolist() == UP(VOLTAGES).tolist()
    assert as_curve(curve) is curve


def test_a_product_of_exp_linear_terms_keeps_the_limit_at_its_0_over_0():
    """x/(1 - exp(-x)) is 1 at 0, in a product too."""
    term = Rate("exp_linear", 2.0, -40.0, 10.0)
    assert float(Curve((term, term), "product")(-40.0)) == 4.0


@pytest.mark.parametrize(
    ("changes", "key", "problem"),
    [
        ({"terms": ()}, "terms", "from 1 to 8 terms"),
        ({"terms": (UP,) * 9}, "terms", "from 1 to 8 terms"),
        ({"combine": "difference"}, "combine", "one of sum, product"),
        ({"combine": None}, "combine", "one of sum, product"),
        ({"exponent": math.nan}, "exponent", "must be finite"),
        ({"exponent": None}, "exponent", "must be a number"),
        ({"offset": "1"}, "offset", "must be a number"),
        ({"minimum": True}, "minimum", "must be a number"),
        ({"maximum": math.inf}, "maximum", "must be finite"),
        ({"minimum": 2.0, "maximum": 1.0}, "minimum", "not be above maximum"),
    ],
)
def test_an_impossible_curve_is_refused(changes, key, problem):
    """The error names the key and says what is allowed."""
    with refused(key, problem):
        Curve(**({"terms": (UP,)} | changes))


def test_a_way_to_combine_is_known_by_its_name():
    """The text of a file and the enum's member are the same thing."""
    assert Curve((UP,), "product").combine is Combine.PRODUCT


def test_a_curve_may_be_held_at_one_value():
    """A minimum that equals the maximum is allowed."""
    assert Curve((UP,), minimum=2.0, maximum=2.0)(VOLTAGES).tolist() == [2.0] * VOLTAGES.size
