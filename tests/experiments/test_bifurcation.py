"""Bifurcation diagrams and fixed points against an independent continuation."""

import json
from pathlib import Path

import numpy as np
import pytest

from hhgui.analysis.stability import STABILITIES
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.contract import Subject
from hhgui.experiments.fixed_points import FixedPoints
from hhgui.model.parameter import ModelError
from tests.measuring import measured
from tests.shipped import SQUID

DATA = Path(__file__).parents[1] / "data" / "bifurcations.json"
REFERENCE = json.loads(DATA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [name for name in REFERENCE if name != "about"])
def test_every_point_of_the_reference_is_found(diagram, name):
    """Hopf points agree in all digits, folds of cycles to 1e-4 in current, 1e-3 in period."""
    points = diagram(name).listings["points"].entries
    for wanted in REFERENCE[name]:
        near = [p for p in points if p["kind"] == wanted["kind"]]
        found = min(near, key=lambda p: abs(p["parameter"] - wanted["current"]))
        assert found["parameter"] == pytest.approx(wanted["current"], rel=1e-5, abs=1e-4)
        if "period" in wanted:
            assert found["period_ms"] == pytest.approx(wanted["period"], abs=1e-3)


def test_the_squid_is_bistable_between_the_fold_and_the_hopf_point(diagram):
    """The squid both rests and fires from 6.26 to 9.775 µA/cm² (Rinzel & Miller 1980)."""
    (interval,) = diagram("squid-dayan-abbott").listings["bistable"].entries
    assert interval == pytest.approx([6.26032, 9.77537], abs=1e-3)


def test_the_lower_hopf_point_is_subcritical_and_the_upper_supercritical(diagram):
    """The signs of l1 agree with Hassard (1978) and Rinzel & Miller (1980)."""
    points = diagram("squid-dayan-abbott").listings["points"].entries
    kinds = [p["criticality"] for p in points if p["kind"] == "hopf"]
    assert kinds == ["subcritical", "supercritical"]


def test_the_lab_3_neuron_begins_to_fire_on_an_invariant_circle(diagram):
    """The cycles end where rest does, with a period that grows without bound."""
    points = diagram("traub-miles-lab3").listings["points"].entries
    (snic,) = [p for p in points if p["kind"] == "snic"]
    (fold,) = [p for p in points if p["kind"] == "fold"]
    assert snic["parameter"] == fold["parameter"]
    assert diagram("traub-miles-lab3").rows.column("period")[-1] > 2000.0


@pytest.mark.parametrize("name", ["pospischil-rs", "cortical-pyramidal"])
def test_cycles_that_end_where_the_folds_equilibria_still_are_end_at_a_homoclinic(library, name):
    """Beside the fold lie a stable node and a saddle, to which the long cycles come near."""
    found = measured(Bifurcation(last=5.0), Subject(library[name]))
    points = found.listings["points"].entries
    assert {p["kind"] for p in points} == {"hopf", "fold", "homoclinic"}
    for point in (p for p in points if p["kind"] == "homoclinic"):
        at = measured(FixedPoints(current=point["parameter"]), Subject(library[name]))
        kinds = dict(zip(at.rows.column("V"), at.rows.column("stability"), strict=True))
        saddle = min(kinds, key=lambda volts: abs(volts - point["V_mV"]))
        assert saddle == pytest.approx(point["V_mV"], abs=1e-6)
        assert STABILITIES[int(kinds[saddle])] == "saddle"


def test_a_branch_that_ends_before_its_period_is_long_has_no_end_point(library):
    """At 50 ms the cortical cell's cycles are far from both of its homoclinic orbits."""
    found = measured(Bifurcation(last=5.0, longest=50.0), Subject(library["cortical-pyramidal"]))
    assert {p["kind"] for p in found.listings["points"].entries} == {"hopf", "fold"}
    assert any("it grows on" in result.problem for result in found.results)


def test_the_squids_cycles_double_their_period_between_two_folds(diagram):
    """Each fold of the unstable cycles has a period doubling beside it."""
    points = diagram("squid-dayan-abbott").listings["points"].entries
    kinds = [p["kind"] for p in points if 7.0 < p["parameter"] < 8.0]
    assert kinds == ["fold_of_cycles", "period_doubling", "period_doubling", "fold_of_cycles"]


def test_a_range_that_is_upside_down_is_refused():
    """The message names the field."""
    with pytest.raises(ModelError, match="to must be above from"):
        Bifurcation(first=10.0, last=5.0)


@pytest.mark.parametrize(
    ("current", "kinds"), [(0.0, ["stable spiral"]), (10.0, ["unstable spiral"])]
)
def test_the_squids_rest_loses_its_stability(squid, current, kinds):
    """Rest is a stable spiral without current, and an unstable one at 10 µA/cm²."""
    found = measured(FixedPoints(current=current), Subject(squid))
    assert [STABILITIES[int(k)] for k in found.rows.column("stability")] == kinds
    if current == 0.0:  # it rings at 61 Hz and decays in 5 ms
        assert found.rows.column("frequency")[0] == pytest.approx(61.0, abs=1.0)
        assert found.rows.column("time_constant")[0] == pytest.approx(-4.94, abs=0.05)
    eigenvalues = found.listings["eigenvalues"].entries[0]
    assert len(eigenvalues) == 4
    assert (max(real for real, _ in eigenvalues) > 0.0) == (current == 10.0)


def test_below_its_onset_the_lab_3_neuron_has_a_saddle(library):
    """At 0 µA/cm² a stable node, a saddle and an unstable point lie one above the other."""
    found = measured(FixedPoints(), Subject(library["traub-miles-lab3"]))
    kinds = [STABILITIES[int(k)] for k in found.rows.column("stability")]
    assert kinds[0].startswith("stable")
    assert kinds[1] == "saddle"
    assert kinds[2].startswith("unstable")


def test_a_rest_that_capacitance_makes_unstable_fires_from_a_fold_of_cycles():
    """Against another number the table has its unit; JSON names the points as for the current."""
    from hhgui.model.stimulus.stimulus import Stimulus

    experiment = Bifurcation("membrane.capacitance", 0.5, 10.0)
    found = measured(experiment, Subject(SQUID, Stimulus(holding=20.0)))
    points = {p["kind"]: p for p in found.listings["points"].entries}
    assert set(points) == {"hopf", "fold_of_cycles"}
    assert points["hopf"]["criticality"] == "subcritical"
    assert points["hopf"]["parameter"] < points["fold_of_cycles"]["parameter"]
    assert experiment.columns[1].name == "parameter_uF_cm2"


@pytest.mark.parametrize("path", ["m.alpha.rate", "X.conductance", "membrane.q10"])
def test_a_number_along_which_equilibria_cannot_be_followed_is_refused(squid, path):
    """The message lists those that can."""
    with pytest.raises(ModelError, match=r"there are current, Na\.conductance"):
        list(Bifurcation(path, 1.0, 5.0).run(Subject(squid)))


def test_cycles_that_are_born_beyond_the_range_are_followed_into_it(library):
    """Below the Hopf point of the lab 3 neuron at 85 µA/cm² the range holds its cycles."""
    found = measured(Bifurcation(last=20.0), Subject(library["traub-miles-lab3"]))
    periods = found.rows.column("period")
    assert len([p for p in periods if p == p and p is not None]) > 20
    assert [p["kind"] for p in found.listings["points"].entries] == ["fold", "snic"]


def test_long_cycles_are_resolved_up_to_the_longest(diagram):
    """Near the invariant circle the mesh has more intervals: V keeps its peak and its stability."""
    found = diagram("traub-miles-lab3").rows
    period, high = found.column("period"), found.column("V_max")
    long = period > 100.0
    assert np.nanmax(period) > 2900.0
    assert np.ptp(high[long]) < 0.05
    assert found.column("stable")[long].all()


def test_lines_reach_the_borders_of_the_range(library):
    """Steep parts are drawn from end to end: equilibria exactly, cycles by one beyond."""
    found = measured(Bifurcation(first=-1.0, last=5.0), Subject(library["traub-miles-lab3"])).rows
    branch, current = found.column("branch"), found.column("current")
    upper = current[(branch == 0) & (found.column("V_max") > -40.0)]
    assert (upper.min(), upper.max()) == pytest.approx((-1.0, 5.0), abs=1e-6)
    assert upper.size >= 40
    assert current[branch > 0].max() > 5.0
