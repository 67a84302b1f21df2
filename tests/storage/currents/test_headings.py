"""Headings and units as people write them."""

import pytest

from hhgui.storage.currents.heading import Kind, heading
from hhgui.storage.currents.units import Dimension, unit_of


@pytest.mark.parametrize(
    ("text", "dimension", "size"),
    [
        ("ms", "TIME", 1.0), ("s", "TIME", 1e3), ("Sec", "TIME", 1e3), ("µs", "TIME", 1e-3),
        ("μs", "TIME", 1e-3), ("us", "TIME", 1e-3), ("milliseconds", "TIME", 1.0),
        ("uA/cm2", "DENSITY", 1.0), ("µA/cm²", "DENSITY", 1.0), ("μA cm⁻²", "DENSITY", 1.0),
        ("uA*cm^-2", "DENSITY", 1.0), ("uA_per_cm2", "DENSITY", 1.0), ("uA_cm2", "DENSITY", 1.0),
        ("mA/cm^2", "DENSITY", 1e3), ("A/m²", "DENSITY", 100.0), ("nA/mm2", "DENSITY", 0.1),
        ("pA/µm²", "DENSITY", 100.0), ("pA", "CURRENT", 1.0), ("nA", "CURRENT", 1e3),
        ("A", "CURRENT", 1e12), ("picoamps", "CURRENT", 1.0), ("mV", "VOLTAGE", 1.0),
        ("V", "VOLTAGE", 1e3),
    ],
)  # fmt: skip
def test_a_unit_is_known(text, dimension, size):
    """1 A/m² = 100 µA/cm², 1 nA/mm² = 0.1 µA/cm², 1 pA/µm² = 100 µA/cm²."""
    unit = unit_of(text)
    assert unit.dimension is Dimension[dimension]
    assert unit.size == pytest.approx(size, rel=1e-14)


@pytest.mark.parametrize(
    "text", ["", "mS", "S", "MS", "mS/cm2", "na", "Na", "uA/cm", "h", "m", "%"]
)
def test_another_unit_is_not(text):
    """A text in other capitals, or of another quantity, is no unit of current."""
    assert unit_of(text) is None


@pytest.mark.parametrize(
    ("cell", "kind", "unit"),
    [
        ("time (ms)", "TIME", "ms"), ("t[s]", "TIME", "s"), ("Time, s", "TIME", "s"),
        ("Zeit_ms", "TIME", "ms"), ("ms", "TIME", "ms"), ("time_ms_2", "TIME", "ms"),
        ("I/pA", "STIMULUS", "pA"), ("current in nA", "STIMULUS", "nA"),
        ("I_1 (pA)", "STIMULUS", "pA"),
        ("I_stim_uA_per_cm2", "STIMULUS", "uA_per_cm2"), ("Strom (µA/cm²)", "STIMULUS", "µA/cm²"),
        ("Trace #1 (pA)", "UNIT_ONLY", "pA"), ("IN 0 (pA)", "UNIT_ONLY", "pA"),
        ("I_Na_uA_per_cm2", "OTHER", "uA_per_cm2"), ("I_A_uA_per_cm2", "OTHER", "uA_per_cm2"),
        ("I_s", "OTHER", ""), ("Im (pA)", "OTHER", "pA"), ("V_mV", "VOLTAGE", "mV"),
        ("V", "VOLTAGE", ""), ("current (mV)", "VOLTAGE", "mV"), ("Trace #1 (mV)", "VOLTAGE", "mV"),
        ("", "OTHER", ""), ("m", "OTHER", ""),
    ],
)  # fmt: skip
def test_a_heading_says_what_its_column_is(cell, kind, unit):
    """The kind follows from the name, else from the unit; an ionic current is not injected."""
    found = heading(cell)
    assert found.kind is Kind[kind]
    assert found.unit_text == unit
