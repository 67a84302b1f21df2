"""A clamp behind an amplifier, as ``hhgui measure`` prints it, against SciPy.

The references in ``tests/data/scipy_clamp.json`` come from plain Python rates and LSODA:
``tests/clamp_references.py``.
"""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data" / "scipy_clamp.json"
CASES = json.loads(DATA.read_text(encoding="utf-8"))["cases"]
# Promised are 0.2 % and 0.1 mV.
TOLERANCE, ERROR_MV, TIME_MS = 2e-5, 0.01, 2e-3
CHOSEN = {"tails": "K"}  # the current whose peak the error of V is told at


def name_of(case):
    """Neuron, protocol, resistance and area."""
    keys = ("model", "protocol", "series_resistance", "area")
    return "-".join(str(case[key]) for key in keys)


@pytest.fixture
def measure(measure):
    """The columns that ``hhgui measure voltage-clamp --json`` prints of a case."""

    def run(case):
        options = ["protocol", "hold", "test", "duration", "conditioning_duration", "area",
                   "series_resistance", "compensation"]  # fmt: skip
        swept = "gaps" if case["protocol"] == "recovery" else "commands"
        arguments = ["--model", case["model"], f"--{swept}=" + ",".join(map(str, case["values"]))]
        arguments += [f"--{key.replace('_', '-')}={case[key]}" for key in options]
        return measure("voltage-clamp", *arguments)["columns"]

    return run


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_peaks_late_currents_and_the_error_of_v(measure, case):
    """Each current's peak, its time and its late value, and how far V is from the command."""
    columns = measure(case)
    for place, sweep in enumerate(case["sweeps"]):
        for name, wanted in sweep.items():
            peak, time, late = (
                columns[key][place]
                for key in (
                    f"peak_I_{name}_uA_cm2",
                    f"peak_time_{name}_ms",
                    f"late_I_{name}_uA_cm2",
                )
            )
            assert peak == pytest.approx(wanted["peak"], rel=TOLERANCE), (place, name)
            least = 1e-9 * abs(wanted["peak"])
            assert late == pytest.approx(wanted["late"], rel=TOLERANCE, abs=least), (place, name)
            if wanted["time"] is not None:
                assert time == pytest.approx(wanted["time"], abs=TIME_MS), (place, name)
        error = sweep[CHOSEN.get(case["protocol"], "Na")]["error_mV"]
        assert columns["voltage_error_at_peak_mV"][place] == pytest.approx(error, abs=ERROR_MV)
