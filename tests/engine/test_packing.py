"""The membrane as the flat arrays that kernels take."""

import numpy as np

from hhgui.engine.packing import FORM_CODES, RATES, RATES_AND_STEADY, RELAXATION, pack
from hhgui.model.membrane import Current, Gate, Membrane
from hhgui.model.rate import Curve, Form, Rate

ALPHA = Rate("exp_linear", 0.1, -55.0, 10.0, 0.5)
BETA = Rate("constant", 0.25)
STEADY = Rate("sigmoid", 1.0, -40.0, 5.0)
TAU = Rate("gaussian", 4.0, -50.0, 60.0, 1.0)
MEMBRANE = Membrane("m", "", 2.0, (
    Current("a", 3.0, 60.0, (Gate("x", 3, ALPHA, BETA), Gate("y", 0, ALPHA, BETA))),
    Current("L", 0.5, -70.0),
    Current("b", 1.0, -80.0, (Gate("z", 8, steady_state=STEADY, time_constant=TAU),)),
), temperature=16.3, reference_temperature=6.3, q10=2.0)  # fmt: skip


def test_numbers_follow_the_order_of_currents_and_gates():
    """Every number of the membrane is at its place."""
    packed = pack(MEMBRANE)
    assert packed.capacitance == 2.0
    assert packed.rate_factor.tolist() == [2.0, 2.0, 2.0]
    assert packed.conductance.tolist() == [3.0, 0.5, 1.0]
    assert packed.reversal.tolist() == [60.0, -70.0, -80.0]
    assert packed.first_gate.tolist() == [0, 2, 2, 3]
    assert packed.power.tolist() == [3, 0, 8]


def test_gates_that_v_does_not_feel_are_listed():
    """Gates of power 0 and gates of a current without conductance are listed."""
    assert pack(MEMBRANE).unused_gates.tolist() == [1]
    assert pack(MEMBRANE.with_current("a", conductance=0.0)).unused_gates.tolist() == [0, 1]
    assert pack(MEMBRANE.with_current("b", conductance=0.0)).unused_gates.tolist() == [1, 2]


def test_each_gate_has_its_curves():
    """Forms as codes, numbers as they are, and what the curves of a gate are."""
    packed = pack(MEMBRANE)
    assert packed.kinetics.tolist() == [RATES, RATES, RELAXATION]
    assert packed.curve[:, 0].tolist() == [0, 2, 4]
    codes = [FORM_CODES[Form(form)] for form in ("sigmoid", "gaussian")]
    assert packed.form[4:].tolist() == codes
    assert packed.number[:2].tolist() == [[0.1, -55.0, 10.0, 0.5], [0.25, 0.0, 1.0, 0.0]]
    assert packed.shape.tolist() == [[1.0, 0.0, -np.inf, np.inf]] * 6


def test_a_curve_of_terms_has_them_in_order():
    """A packed curve has its terms in order, its exponent, offset and bounds."""
    curve = Curve((STEADY, STEADY, TAU), "product", -0.5, 0.25, minimum=0.1)
    gate = Gate("x", 1, alpha=BETA, beta=curve, steady_state=STEADY)
    packed = pack(Membrane("m", "", 1.0, (Current("a", 1.0, 0.0, (gate,)),)))
    assert packed.kinetics.tolist() == [RATES_AND_STEADY]
    assert packed.curve.tolist() == [[0, 1, 2]]
    assert packed.first_term.tolist() == [0, 1, 4, 5]
    assert packed.product.tolist() == [False, True, False]
    assert packed.shape[1].tolist() == [-0.5, 0.25, 0.1, np.inf]


def test_every_form_has_a_code_of_its_own():
    """No two forms have the same code."""
    assert sorted(FORM_CODES.values()) == list(range(len(Form)))


def test_a_membrane_without_gates_packs(library):
    """Arrays of length 0, of the kernels' types and dimensions."""
    packed = pack(library["lecture6-model1"])
    assert packed.form.shape == (0,)
    assert packed.number.shape == (0, 4)
    assert packed.first_gate.tolist() == [0, 0]
    full = pack(MEMBRANE)
    for empty, array in zip(packed[2:], full[2:], strict=True):
        assert (empty.dtype, empty.ndim) == (array.dtype, array.ndim)
        assert array.dtype in (np.float64, np.int64, np.bool_)
