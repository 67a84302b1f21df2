"""Tables of the gates: right at their rows, close between them."""

from dataclasses import replace

import numpy as np
import pytest

from hhgui.engine.tables import V_MAX_MV, V_MIN_MV, rate_table, relaxation_tables
from hhgui.model.library import ORDER
from hhgui.model.rate import AnyCurve, as_curve

ROWS = np.arange(30001)
VOLTAGES = np.round(-150.0 + ROWS / 100.0, 2)
INSIDE = (VOLTAGES >= -120.0) & (VOLTAGES <= 60.0)


def curves(membrane):
    """x∞ and τ of each gate at the rows."""
    return [(g.steady_state_at(VOLTAGES), g.time_constant_at(VOLTAGES)) for g in membrane.gates]


def test_rows_are_a_hundredth_of_a_millivolt_apart(squid):
    """-150 to 150 mV, both ends included, two columns a gate."""
    assert (V_MIN_MV, V_MAX_MV) == (-150.0, 150.0)
    assert rate_table(squid).shape == relaxation_tables(squid, 0.025)[0].shape == (30001, 6)


@pytest.mark.parametrize("name", ORDER)
def test_rates_are_right_at_every_row(library, name):
    """The tables hold α and β of each gate, the 0/0 rows included."""
    table = rate_table(library[name])
    assert np.isfinite(table).all()
    for q, (steady, tau) in enumerate(curves(library[name])):
        if library[name].gates[q].instantaneous:  # 0 and x∞ stand for a gate without rates
            assert table[:, 2 * q].max() == 0.0
            np.testing.assert_allclose(table[:, 2 * q + 1], steady, rtol=1e-11)
            continue
        np.testing.assert_allclose(table[:, 2 * q], steady / tau, rtol=1e-11)
        np.testing.assert_allclose(table[:, 2 * q + 1], (1 - steady) / tau, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ORDER)
@pytest.mark.parametrize("dt", [0.0001, 0.025, 1.0])
def test_relaxation_is_right_at_every_row(library, name, dt):
    """x ← a x + b brings a gate from 0 and from 1 to where it is after dt, and dt/2, at fixed V."""
    for table, width in zip(relaxation_tables(library[name], dt), (dt, dt / 2.0), strict=True):
        for q, (steady, tau) in enumerate(curves(library[name])):
            a, b = table[:, 2 * q], table[:, 2 * q + 1]
            for start in (0.0, 1.0):
                with np.errstate(divide="ignore"):  # a gate at once keeps exp(-∞) of its value
                    exact = steady + (start - steady) * np.exp(-width / tau)
                np.testing.assert_allclose(a * start + b, exact, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ORDER)
def test_interpolation_is_close_between_rows(library, name):
    """Half-way between rows, where it is worst, rates are off by less than 3e-6 of their value.

    In the one row in which a bound of a curve sets in, the kink costs up to 2e-5.
    """
    membrane = library[name]
    table = rate_table(membrane)
    middles = (VOLTAGES[:-1] + VOLTAGES[1:]) / 2.0
    for q, gate in enumerate(membrane.gates):
        if gate.instantaneous:
            continue
        alpha, beta = gate.rates_at(middles)
        bounded = any(np.isfinite(as_curve(c).bounds).any() for c in vars(gate).values()
                      if isinstance(c, AnyCurve))  # fmt: skip
        allowed = 2e-5 if bounded else 3e-6
        for column, exact in ((2 * q, alpha), (2 * q + 1, beta)):
            between = (table[:-1, column] + table[1:, column]) / 2.0
            error = np.abs(between - exact)[INSIDE[:-1]]
            assert error.max(initial=0.0) <= allowed * np.abs(exact[INSIDE[:-1]]).max(initial=0.0)


def test_temperature_multiplies_the_rates(squid):
    """The factor φ of the temperature is in both kinds of table."""
    warm = replace(squid, temperature=16.3)
    np.testing.assert_allclose(rate_table(warm), 3.0 * rate_table(squid), rtol=1e-13)
    same = relaxation_tables(squid, 0.075)[0]
    np.testing.assert_allclose(relaxation_tables(warm, 0.025)[0], same, rtol=1e-11, atol=1e-15)


def test_an_edited_rate_makes_another_table(squid):
    """The cache of curves knows every number of a gate."""
    gate = squid.gates[0]
    edited = replace(gate, beta=replace(gate.beta, rate=5.0))
    sodium, *others = squid.currents
    changed = replace(squid, currents=(replace(sodium, gates=(edited, *sodium.gates[1:])), *others))
    before, after = rate_table(squid), rate_table(changed)
    np.testing.assert_allclose(after[:, 1], 1.25 * before[:, 1], rtol=1e-13)
    assert np.array_equal(np.delete(after, 1, axis=1), np.delete(before, 1, axis=1))


def test_a_table_is_its_callers_own(squid):
    """Writing into one does not spoil the next."""
    rate_table(squid)[:] = np.nan
    relaxation_tables(squid, 0.025)[0][:] = np.nan
    assert np.isfinite(rate_table(squid)).all()
    assert np.isfinite(relaxation_tables(squid, 0.025)[0]).all()


def test_without_gates_a_table_has_no_columns(library):
    """The table of a membrane without gates has all rows and no column."""
    assert rate_table(library["lecture6-model1"]).shape == (30001, 0)
    assert relaxation_tables(library["lecture6-model1"], 0.025)[0].shape == (30001, 0)
