"""Units of model files, and the 1952 sign convention."""

import math

import pytest

from hhgui.model.records import Reader
from hhgui.model.units import CAPACITANCE_UNITS, CONDUCTANCE_UNITS, FileUnits
from tests.refusals import refused

# By dimension: exponent of ten of the prefix, and how many of the areas make up one cm².
PREFIX = {
    "F": 6,
    "uF": 0,
    "nF": -3,
    "S": 3,
    "mS": 0,
    "uS": -3,
    "nS": -6,
    "pF": -6,
    "fF": -9,
    "pS": -9,
}  # to µF, to mS
AREAS_PER_CM2 = {"cm2": 1.0, "mm2": 100.0, "m2": 1e-4, "um2": 1e8}
# a hexadecimal integer of a file may have more digits than Python will write in decimal
UNPRINTABLE = pytest.param(0xF << 20_000, id="unprintable")


def file_units(table):
    """The units of a file's table ``[units]``."""
    return Reader().read(FileUnits, table)


@pytest.mark.parametrize("unit", [*CAPACITANCE_UNITS, *CONDUCTANCE_UNITS])
def test_a_factor_follows_from_prefix_and_area(unit):
    """A unit's factor to µF/cm² or mS/cm² is that of its prefix times that of its area."""
    quantity, area = unit.split("/")
    expected = 10.0 ** PREFIX[quantity] * AREAS_PER_CM2[area]
    factor = (CAPACITANCE_UNITS | CONDUCTANCE_UNITS)[unit]
    assert factor == pytest.approx(expected, rel=1e-15)


def test_without_units_numbers_are_canonical():
    """µF/cm², mS/cm² and absolute mV need no [units]."""
    assert file_units({}) == FileUnits()
    assert FileUnits().membrane_voltage(-65.0) == -65.0


def test_the_units_of_a_file_are_looked_up():
    """Each key is taken by itself."""
    units = file_units({"capacitance": "nF/mm2", "conductance": "S/m2"})
    assert (units.capacitance.factor, units.conductance.factor) == (0.1, 0.1)


@pytest.mark.parametrize(("then", "now"), [(0.0, -65.0), (-115.0, 50.0), (12.0, -77.0)])
def test_voltages_of_1952_become_todays(then, now):
    """V = -65 - V₁₉₅₂: rest, E_Na and E_K of Hodgkin & Huxley 1952, table 3."""
    units = file_units({"voltage_sign": -1, "voltage_reference": -65.0})
    assert units.membrane_voltage(then) == now


def test_a_difference_of_voltages_only_changes_sign():
    """The scale of a rate knows no reference."""
    assert file_units({"voltage_sign": -1, "voltage_reference": -65}).difference(18.0) == -18.0


@pytest.mark.parametrize(
    ("written", "same"),
    [("mho/cm2", "S/cm2"), ("mmho/cm^2", "mS/cm2"), ("pS/µm²", "pS/um2"), ("S/m^2", "S/m2"),
     ("mS / cm²", "mS/cm2"), ("μS/mm2", "uS/mm2")],
)  # fmt: skip
def test_a_unit_may_be_spelled_as_people_do(written, same):
    """A mho is a siemens; ^2, ² and both signs for micro are understood."""
    assert file_units({"conductance": written}) == file_units({"conductance": same})


def test_volts_apply_to_the_reference_and_to_differences():
    """A file in volts scales reference voltages and differences alike: −0.065 V, 18 mV."""
    units = file_units({"voltage": "V", "voltage_reference": -0.065})
    assert units.membrane_voltage(0.0) == pytest.approx(-65.0, rel=1e-15)
    assert units.difference(0.018) == pytest.approx(18.0, rel=1e-15)


@pytest.mark.parametrize("key", ["capacitance", "conductance"])
@pytest.mark.parametrize("unit", ["parsec", "uf/cm2", "", 1.0, None, ["uF/cm2"], UNPRINTABLE])
def test_an_unknown_unit_is_refused(key, unit):
    """The message lists the units there are."""
    with refused(key, f"unit of {key} must be one of .*/cm2, "):
        file_units({key: unit})


@pytest.mark.parametrize(
    ("key", "problem", "value"),
    [("voltage_sign", "must be 1 or -1", v) for v in (0, 2, "-1", True, None, math.nan)]
    + [("voltage_reference", "from -200 to 200 mV", v)
       for v in (201, -201.0, math.nan, math.inf, "0", False, 10**400)],
    ids=lambda value: str(value)[:19],
)  # fmt: skip
def test_another_sign_or_reference_is_refused(key, problem, value):
    """The voltage's sign would be a scale otherwise, and its reference no membrane voltage."""
    with refused(key, problem):
        file_units({key: value})
