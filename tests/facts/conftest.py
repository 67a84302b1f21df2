"""The facts' bookkeeping: each fact with its margin, and how much of it the program's error takes.

A test asks ``fact("name")`` and compares what the program finds. The fraction is |found - expected|
over the fact's own tolerance; above 1 the test fails. At the end a line tells the worst of them,
and ``pytest -v tests/facts`` the whole table.
"""

import json
import re
from collections import defaultdict

import numpy as np
import pytest

from hhgui.cli import command_line
from hhgui.experiments.preparation import at_rest

FACT = "fact"  # the property of a test's report that holds a comparison


def margins(tolerance, expected):
    """What |found - expected| may be: absolute for a number, relative for "0.2 % (remark)"."""
    if isinstance(tolerance, list):
        pairs = zip(tolerance, expected, strict=True)
        return np.array([margins(t, e) for t, e in pairs], dtype=float)
    if isinstance(tolerance, int | float):
        return np.full(np.shape(expected), float(tolerance))
    percent = re.match(r"([\d.]+) %", tolerance)
    assert percent, f"a tolerance in words, for its test to read: {tolerance!r}"
    return float(percent[1]) / 100.0 * np.abs(expected)


class Fact:
    """One entry of ground_truth.json; ``note`` takes each comparison with it."""

    def __init__(self, entry, note):
        self.name, self.value, self.tolerance = entry["name"], entry["value"], entry["tolerance"]
        self.parameters, self.published = entry["parameters"], entry["published"]
        self.description, self.note = entry["description"], entry["note"]
        self._note = note

    def compare(self, found, expected=None, tolerance=None):
        """``found`` against the fact's value (or a part of it), within its tolerance."""
        expected = np.asarray(self.value if expected is None else expected)
        allowed = margins(self.tolerance if tolerance is None else tolerance, expected)
        assert np.shape(found) == expected.shape
        self.take(np.abs(np.asarray(found) - expected) / allowed)

    def take(self, fractions):
        """Note errors as fractions of the tolerance, and fail above 1 (or at NaN)."""
        self._note(FACT, [self.name, np.ravel(fractions).astype(float).tolist()])
        assert np.all(np.asarray(fractions) <= 1.0), f"{self.name}: {fractions} of what is allowed"


@pytest.fixture
def fact(facts, record_property):
    """A fact by its name."""
    return lambda name: Fact(facts[name], record_property)


def comparisons(terminalreporter):
    """The errors of this run's tests as fractions of their tolerances, by fact."""
    fractions = defaultdict(list)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                for name, value in report.user_properties:
                    if name == FACT:
                        fractions[value[0]] += value[1]
    return fractions


def pytest_terminal_summary(terminalreporter, config):
    """Print how many facts were compared, and the worst error as a fraction of its tolerance."""
    fractions = comparisons(terminalreporter)
    if not fractions:
        return
    ranked = sorted(((max(each), name) for name, each in fractions.items()), reverse=True)
    if config.get_verbosity() >= 0:
        terminalreporter.section("facts: worst error as a fraction of the fact's tolerance")
        for fraction, name in ranked:
            terminalreporter.line(
                f"{100 * fraction:9.4f} %  {name} ({len(fractions[name])} numbers)"
            )
    fraction, name = ranked[0]
    numbers = sum(map(len, fractions.values()))
    line = (
        f"{len(fractions)} facts ({numbers} numbers) compared; worst error {100 * fraction:.1f} % "
    )
    terminalreporter.line(f"{line}of its tolerance: {name}")


@pytest.fixture(scope="session")
def squid(library):
    """The axon of ground_truth.json: E_L = -54.4 mV."""
    return library["squid-dayan-abbott"].with_current("L", reversal=-54.4)


@pytest.fixture(scope="session")
def proven_squid(squid):
    """The axon of the computer-assisted proof and of the tutorials: E_L = -54.387 mV."""
    return squid.with_current("L", reversal=-54.387)


@pytest.fixture(scope="session")
def resting_squid(squid):
    """The axon at its true equilibrium, as the facts' step protocols start."""
    return at_rest(squid)


@pytest.fixture(scope="session")
def traub_miles(library, facts):
    """The reduced Traub-Miles cell: the lab's rates with the facts' conductances."""
    given, membrane = facts["RTM_Ic"]["parameters"], library["traub-miles-lab3"]
    for name in ("Na", "K", "L"):
        values = {"conductance": given[f"g{name}"], "reversal": given[f"E{name}"]}
        membrane = membrane.with_current(name, **values)
    return membrane


@pytest.fixture
def measure(capsys):
    """What ``hhgui measure`` prints with --json, without the check of the time step."""

    def run(*arguments):
        assert command_line(["measure", *arguments, "--json", "--no-check"]) == 0
        return json.loads(capsys.readouterr().out)

    return run
