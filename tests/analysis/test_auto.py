"""The squid's cycles against AUTO, through the package xpplab (pip install -e ".[peers]")."""

import numpy as np
import pytest
import scipy

from hhgui.analysis.system import Neuron
from hhgui.experiments.diagram import CyclePoint, SpecialPoint, diagram

xpplab = pytest.importorskip("xpplab")
MODEL = """
par i=0
am(v)=if(abs(v+40)<1e-6)then(1)else(0.1*(v+40)/(1-exp(-(v+40)/10)))
an(v)=if(abs(v+55)<1e-6)then(0.1)else(0.01*(v+55)/(1-exp(-(v+55)/10)))
v'=i-120*m^3*h*(v-50)-36*n^4*(v+77)-0.3*(v+54.387)
m'=am(v)*(1-m)-4*exp(-(v+65)/18)*m
h'=0.07*exp(-(v+65)/20)*(1-h)-h/(1+exp(-(v+35)/10))
n'=an(v)*(1-n)-0.125*exp(-(v+65)/80)*n
init v=-65,m=.053,h=.596,n=.318
@ total=100,dt=.01,xlo=0,xhi=100,ylo=-80,yhi=50
done
"""


@pytest.fixture(scope="module")
def auto(tmp_path_factory):
    """AUTO's Hopf points and its cycles from the lower to the upper one, on 100 intervals."""
    path = tmp_path_factory.mktemp("auto") / "squid.ode"
    path.write_text(MODEL, encoding="utf-8")
    model = xpplab.load(str(path))
    steps = {"ntst": 100, "ds": 0.02, "dsmax": 2.0, "dsmin": 1e-5}
    rest = model.auto.equilibria(
        "i", parmin=-5, parmax=200, nmax=2000, epsl=1e-7, epsu=1e-7, epss=1e-5, **steps
    )
    hopfs = [point for point in rest if point.type == "HB"]
    cycles = list(model.auto.continue_from(hopfs[0], "periodic", nmax=200, **steps))
    end = next(n for n, point in enumerate(cycles) if point.type == "BP")
    return hopfs, cycles[:end]


@pytest.fixture(scope="module")
def own(squid):
    """The program's diagram of the same neuron."""
    return list(diagram(Neuron(squid), -5.0, 200.0, 3000.0))


def test_hopf_points_and_folds_of_cycles_are_autos(auto, own):
    """AUTO finds Hopf points and folds of cycles at the same currents with the same periods."""
    hopfs, cycles = auto
    points = [piece for piece in own if isinstance(piece, SpecialPoint)]
    mine = sorted(p.parameter for p in points if p.kind == "hopf")
    assert mine == pytest.approx([point.value for point in hopfs], rel=1e-5)
    folds = [p for p in points if p.kind == "fold_of_cycles"]
    for fold, theirs in zip(folds, (p for p in cycles if p.type == "LP"), strict=True):
        assert fold.parameter == pytest.approx(theirs.value, abs=2e-3)
        assert fold.period == pytest.approx(theirs.period, abs=0.03)


def test_the_stable_branch_is_autos(auto, own):
    """Periods and highest V are AUTO's between 10 and 150 µA/cm²."""
    mine = sorted(
        (p.cycle.parameter, p.cycle.period, p.high)
        for p in own
        if isinstance(p, CyclePoint) and p.cycle.is_stable and p.cycle.parameter > 7.0
    )
    currents, periods, highs = np.array(mine).T
    theirs = [p for p in auto[1] if p.stable and 10.0 < p.value < 150.0]
    at = np.array([p.value for p in theirs])
    assert len(theirs) > 20
    np.testing.assert_allclose(
        scipy.interpolate.PchipInterpolator(currents, periods)(at),
        [p.period for p in theirs],
        rtol=2e-3,
    )
    np.testing.assert_allclose(
        scipy.interpolate.PchipInterpolator(currents, highs)(at),
        [p.umax["V"] for p in theirs],
        atol=0.3,
    )
