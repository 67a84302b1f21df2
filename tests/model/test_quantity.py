"""The quantities of a membrane: what they are called and how they are computed."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.model.parameter import ModelError
from hhgui.model.quantity import PANES, Rows, quantities, quantities_by_pane, recorded_keys
from tests.shipped import LIBRARY, SQUID

RECORDED = ("V", "I_stim", "m", "h", "n", "I_Na", "I_K", "I_L")


@pytest.fixture
def rows():
    """Six rows of made-up values."""
    made = np.random.default_rng(7).uniform(0.0, 1.0, (len(RECORDED), 6))
    made[0] = 150.0 * made[0] - 90.0
    return dict(zip(RECORDED, made, strict=True))


def values(membrane, rows, key, membranes=()):
    """A quantity's values in rows."""
    (of,) = (q.of for q in quantities(membrane) if q.key == key)
    return of(Rows(rows, [(0, membrane), *membranes]))


def test_the_recorded_ones_have_the_contracts_headers():
    """The headers are voltage, stimulus, gates and ionic currents with their units."""
    assert recorded_keys(SQUID) == RECORDED
    assert ",".join(q.header for q in quantities(SQUID) if q.recorded) == (
        "V_mV,I_stim_uA_per_cm2,m,h,n,I_Na_uA_per_cm2,I_K_uA_per_cm2,I_L_uA_per_cm2"
    )


@pytest.mark.parametrize("membrane", LIBRARY.membranes.values(), ids=lambda m: m.id)
def test_headers_are_ascii_and_differ(membrane):
    """Every set's headers and keys are plain ASCII names, no two alike."""
    described = quantities(membrane)
    for names in ([q.header for q in described], [q.key for q in described]):
        assert all(name.isascii() and name.isidentifier() for name in names)
        assert len(set(names)) == len(names)


def test_the_quantities_of_each_pane():
    """In the membrane's order; a current without gates has no open probability."""
    found = {name: [q.key for q in each] for name, each in quantities_by_pane(SQUID).items()}
    assert found == {
        "voltage": ["V"],
        "stimulus": ["I_stim"],
        "gates": ["m", "h", "n"],
        "currents": ["I_Na", "I_K", "I_L"],
        "conductances": ["g_Na", "g_K", "g_L"],
        "driving_forces": ["d_Na", "d_K", "d_L"],
        "open_probabilities": ["p_Na", "p_K"],
    }
    assert list(found) == list(PANES)


def test_open_probabilities_are_hodgkin_and_huxleys(rows):
    """The open probabilities are m³h and n⁴ (HH 1952, eq. 26)."""
    m, h, n = (rows[x] for x in "mhn")
    np.testing.assert_allclose(values(SQUID, rows, "p_Na"), m**3 * h, rtol=1e-14)
    np.testing.assert_allclose(values(SQUID, rows, "p_K"), n**4, rtol=1e-14)


def test_a_conductance_is_the_greatest_times_the_open_probability(rows):
    """120 m³h; the leak's is the same in every row."""
    expected = 120.0 * rows["m"] ** 3 * rows["h"]
    np.testing.assert_allclose(values(SQUID, rows, "g_Na"), expected, rtol=1e-14)
    assert values(SQUID, rows, "g_L").tolist() == [0.3] * 6


def test_a_driving_force_is_the_way_to_the_reversal_potential(rows):
    """The driving force is V − E, here with E_K = −77 mV."""
    assert np.array_equal(values(SQUID, rows, "d_K"), rows["V"] + 77.0)


def test_the_slope_is_the_equations(rows):
    """C dV/dt = I − I_Na − I_K − I_L, here with twice the capacitance."""
    net = rows["I_stim"] - rows["I_Na"] - rows["I_K"] - rows["I_L"]
    slope = values(replace(SQUID, capacitance=2.0), rows, "dV_dt")
    np.testing.assert_allclose(slope, net / 2.0, rtol=1e-12)


def test_each_row_has_the_membrane_that_made_it(rows):
    """An edit before row 4 is felt from there on, and only there."""
    edited = SQUID.with_current("L", conductance=0.5).with_current("Na", reversal=40.0)
    later = [(4, edited)]
    assert values(SQUID, rows, "g_L", later).tolist() == [0.3] * 4 + [0.5] * 2
    away = rows["V"] - values(SQUID, rows, "d_Na", later)
    np.testing.assert_allclose(away, [50.0] * 4 + [40.0] * 2)


def test_a_text_has_digits_and_unit():
    """A value is written with its digits, its unit and a typographic minus."""
    by_key = {q.key: q for q in quantities(SQUID)}
    assert by_key["V"].text(-65.0) == "−65.00 mV"
    assert by_key["p_K"].text(0.25) == "0.2500"


@pytest.mark.parametrize(
    "name", ["g_Na", "d_K", "p_Na", "V_mV", "g_K_mS_per_cm2", "driving_force_L_mV"]
)
def test_a_gate_is_not_named_like_another_quantity(name):
    """A gate may not have the key or the header of a quantity; the error names which."""
    sodium = SQUID.currents[0]
    gate = replace(sodium.gates[0], name=name)
    with pytest.raises(ModelError, match=f"{name}' is taken by a column of the traces: the"):
        replace(
            SQUID, currents=(replace(sodium, gates=(gate, sodium.gates[1])), *SQUID.currents[1:])
        )


def test_a_gate_may_be_named_like_what_this_membrane_has_not():
    """A gate may be named ``slow`` where no current has that name."""
    sodium = SQUID.currents[0]
    gate = replace(sodium.gates[0], name="d_slow")
    made = replace(
        SQUID, currents=(replace(sodium, gates=(gate, sodium.gates[1])), *SQUID.currents[1:])
    )
    assert "d_slow" in recorded_keys(made)
