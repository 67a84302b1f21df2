"""Annotations around one spike, drawn in a figure."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hhgui.experiments.marked import mark_action_potential
from hhgui.experiments.single_run import run_once
from hhgui.figures.drawing import FigureSize, figure_bytes
from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.figures.marked import figure_marks
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Step
from tests.ui.run.samples import SETUP


@pytest.fixture(scope="module")
def spike():
    """The squid axon's spike from its start state, with its annotations."""
    run = run_once(replace(SETUP, stimulus=Stimulus((Step(10.0, 5.0, 40.0),)), duration=20.0))
    marks = figure_marks(mark_action_potential(run).marks, "#0072b2")
    curve = FigureCurve("", run.times, run.column("V"))
    return Figure("", (FigurePanel("V (mV)", (-90.0, 60.0), (curve,), marks=marks),),
                  "time (ms)", (0.0, 20.0))  # fmt: skip


def labels(svg):
    """Each text of a drawing with its place."""
    found = re.findall(r'<text[^>]*?transform="translate\(([\d.]+) ([\d.]+)\)[^>]*>([^<]+)', svg)
    found += re.findall(r'<text[^>]*? x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)', svg)
    return {text: (float(x), float(y)) for x, y, text in found}


@pytest.mark.parametrize("width", [174.0, 85.0])
def test_every_label_is_there_and_apart(spike, width):
    """Every label is shown, with its value if there is room; no two lie over each other."""
    svg = figure_bytes(spike, "svg", FigureSize(width, 110.0)).decode()
    found = labels(svg)
    marks = spike.panels[0].marks
    wanted = [mark.text if width > 100.0 else mark.short for mark in marks]
    assert set(wanted) <= found.keys(), found
    places = np.array([found[text] for text in wanted])
    apart = np.abs(places[:, None] - places[None])
    np.fill_diagonal(apart[..., 1], np.inf)
    assert not ((apart[..., 1] < 6.0) & (apart[..., 0] < 20.0)).any()
