"""Thresholds of other neurons and temperatures, as ``hhgui measure`` prints them, against SciPy.

The references in ``tests/data/scipy_thresholds.json`` come from plain Python equations and DOP853.
"""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data" / "scipy_thresholds.json"
NEURONS = json.loads(DATA.read_text(encoding="utf-8"))["neurons"]
PAIRED = [key for key in NEURONS if NEURONS[key]["paired"]]
TOLERANCE = 0.002  # as the facts' own thresholds


@pytest.fixture(params=NEURONS)
def neuron(request):
    """A neuron's references."""
    return NEURONS[request.param]


@pytest.fixture
def measure(measure, neuron):
    """What ``hhgui measure`` prints of the neuron."""
    model = ["--model", neuron["model"], "--threshold", str(neuron["threshold_mV"])]
    for path, value in neuron["set"].items():
        model += ["--set", f"{path}={value}"]
    return lambda *arguments: measure(*arguments, *model)


def test_pulse_thresholds_rheobase_and_chronaxie(measure, neuron):
    """Six widths from 0.1 to 20 ms, the 200 ms step, and the width of twice its strength."""
    widths = sorted(map(float, neuron["pulse"]))
    found = measure("strength-duration", "--durations", ",".join(map(str, widths)))
    expected = [neuron["pulse"][str(width)] for width in widths]
    assert found["columns"]["threshold_uA_cm2"] == pytest.approx(expected, rel=TOLERANCE)
    results = found["results"]
    assert results["rheobase_uA_cm2"] == pytest.approx(neuron["rheobase"], rel=TOLERANCE)
    assert results["chronaxie_ms"] == pytest.approx(neuron["chronaxie"], rel=TOLERANCE)


def test_displacement_threshold(measure, neuron):
    """The smallest sudden shift of V that fires, also where a gate follows V at once."""
    found = measure("displacement", "--displacements", "1")
    assert found["results"]["threshold_mV"] == pytest.approx(neuron["displacement"], abs=0.01)


@pytest.mark.parametrize(
    "neuron", [key for key in NEURONS if NEURONS[key]["paired"]], indirect=True
)
def test_paired_pulses(measure, neuron):
    """The shortest interval of two pulses of twice the threshold is the reference's."""
    found = measure("paired-pulses", "--strengths", "2")["columns"]
    assert found["interval_ms"] == pytest.approx([neuron["paired"]["2.0"]], abs=0.01)
    assert found["regenerative_ms"] == found["interval_ms"]
