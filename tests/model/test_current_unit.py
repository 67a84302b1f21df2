"""Currents of a whole cell: 1 µA/cm² through 1 µm² is 0.01 pA."""

import pytest

from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.model.stimulus.component import AMPLITUDE, START

PA = CurrentUnit.of("pA", 1256.6)
ROUND = CurrentUnit.of("pA", 1000.0)


@pytest.mark.parametrize(("text", "factor"), [("pA", 12.566), ("nA", 0.012566)])
def test_a_density_times_the_area_is_a_current(text, factor):
    """1e-6 A over 1e8 µm² is 1e-14 A, a hundredth of a picoampere, for each µm²."""
    unit = CurrentUnit.of(text, 1256.6)
    assert unit.factor == pytest.approx(factor)
    assert unit.factor_of("µA/cm²/ms") == unit.factor_of("nC/cm²") == unit.factor
    assert unit.factor_of("mV") == unit.factor_of("mS/cm²") == 1.0


def test_without_an_area_currents_stay_densities():
    """Currents stay densities for a neuron without an area, and by default."""
    assert CurrentUnit.of("pA", None) == CurrentUnit.of("µA/cm²", 1000.0) == DENSITY
    assert DENSITY.sentence("2 µA/cm²") == "2 µA/cm²"


def test_units_and_headers_have_the_current_in_them():
    """Slopes and charges too, and what has no current is left alone."""
    pairs = {"µA/cm²": "pA", "µA/cm²/ms": "pA/ms", "nC/cm²": "fC", "kΩ·cm²": "kΩ·cm²", "Hz": "Hz"}
    assert {unit: PA.unit(unit) for unit in pairs} == pairs
    assert CurrentUnit.of("nA", 1.0).unit("nC/cm²") == "pC"
    names = ["I_Na_uA_per_cm2", "threshold_uA_cm2", "slope_uA_cm2_ms", "charge_nC_cm2", "V_mV"]
    shown = ["I_Na_pA", "threshold_pA", "slope_pA_per_ms", "charge_fC", "V_mV"]
    assert [PA.header(name) for name in names] == shown


def test_a_field_shows_the_range_and_moves_in_round_steps():
    """The field of an amplitude has the unit's range and steps; that of a time is unchanged."""
    shown = PA.parameter(AMPLITUDE)
    assert (shown.unit, shown.minimum, shown.maximum) == ("pA", -125660.0, 125660.0)
    assert (shown.step, shown.decimals) == (10.0, 2)
    assert PA.parameter(START) == START


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("I ionic (µA/cm²)", "I ionic (pA)"),
        ("Step: 10 µA/cm² · 5–60 ms", "Step: 100 pA · 5–60 ms"),
        ("4 × 10 µA/cm² · every 3 ms", "4 × 100 pA · every 3 ms"),
        ("1.5 ± 2 µA/cm² · τ 3 ms", "15 ± 20 pA · τ 3 ms"),
        ("30 + 25 × noise µA/cm² · 0–100 ms", "300 + 250 × noise pA · 0–100 ms"),
        ("41 steps, 0 to −20 µA/cm² on 50–550 ms", "41 steps, 0 to −200 pA on 50–550 ms"),
        ("at 2…3.4 µA/cm² V oscillates", "at 20…34 pA V oscillates"),
        ("between 2.24 and 6.4 and above 9 µA/cm²", "between 22.4 and 64 and above 90 pA"),
        ("no pulse up to 1e+04 µA/cm² passes 0 mV", "no pulse up to 1e+05 pA passes 0 mV"),
        ("at 5 µA/cm²/ms: up to 40.125 µA/cm²", "at 50 pA/ms: up to 401.25 pA"),
        ("step amplitude 10 → 12.5 µA/cm²", "step amplitude 100 → 125 pA"),
        ("to 2.417719814 µA/cm²", "to 24.1772 pA"),
    ],
)
def test_amounts_in_a_sentence_are_converted(text, shown):
    """All numbers of a range or list before the unit are converted, and no other number."""
    assert ROUND.sentence(text) == shown
