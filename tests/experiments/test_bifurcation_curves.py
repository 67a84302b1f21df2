"""Hopf and fold curves in the current and a second number, and where they merge."""

import pytest

from hhgui.experiments.bifurcation_curves import BifurcationCurves
from hhgui.experiments.contract import Subject
from hhgui.model.parameter import ModelError
from tests.measuring import measured


def test_the_squids_hopf_points_merge_at_28_858_degrees(squid):
    """Warmer than that, rest is stable at every current (Rinzel & Miller 1980)."""
    found = measured(BifurcationCurves(first=28.5, last=29.0, points=2), Subject(squid))
    (merge,) = found.listings["merges"].entries
    assert merge["kind"] == "hopf"
    assert merge["parameter"] == pytest.approx(28.858, abs=1e-3)
    (result,) = found.results
    assert result.unit == "°C"
    assert list(found.rows.column("parameter")) == [28.5, 28.5]


def test_at_6_3_degrees_they_are_the_squids_hopf_points(squid):
    """The curves pass through the points of the diagram in the current."""
    found = measured(BifurcationCurves(first=6.3, last=7.0, points=2), Subject(squid))
    currents = [
        row for row, at in zip(found.rows.column("current"), found.rows.column("parameter"),
                               strict=True) if at == 6.3
    ]  # fmt: skip
    assert currents == pytest.approx([9.77537, 154.522], rel=1e-5)


def test_two_folds_merge_in_a_cusp(library):
    """Of Connor and Stevens' four folds two vanish as the A current is taken away."""
    membrane = library["connor-stevens"]
    names = [current.name for current in membrane.currents]
    path = f"{next(n for n in names if n.startswith('A'))}.conductance"
    value = {c.name: c.conductance for c in membrane.currents}[path.partition(".")[0]]
    found = measured(BifurcationCurves(path, 0.0, value, 2), Subject(membrane))
    kinds = [merge["kind"] for merge in found.listings["merges"].entries]
    assert "fold" in kinds


def test_what_cannot_be_varied_is_refused(squid):
    """The current is the first parameter; the message lists the others."""
    with pytest.raises(ModelError, match=r"there are Na\.conductance"):
        list(BifurcationCurves("m.alpha.rate", 1.0, 2.0).run(Subject(squid)))
    with pytest.raises(ModelError, match="to must be above from"):
        BifurcationCurves(first=3.0, last=2.0)
