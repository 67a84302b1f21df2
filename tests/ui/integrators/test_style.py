"""Colours and dashes of trials differ and are visible on both backgrounds."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtGui import QColor

from hhgui.engine.methods import METHODS, Trial
from hhgui.ui.integrators.controls import LECTURE_7
from hhgui.ui.integrators.result import TrialResult
from hhgui.ui.integrators.style import trial_name, trial_style
from hhgui.ui.widgets.theme import DARK, LIGHT
from tests.contrast import contrast


def result(trial, reference=False):
    """A result of which only the trial counts."""
    nothing = np.empty(0)
    return TrialResult(trial, True, "", 0, None, 0.0, nothing, nothing, reference)


def test_every_method_s_hue_is_a_color_of_the_theme():
    """Each method of ``METHODS`` names a colour of the theme."""
    assert all(QColor(getattr(LIGHT, method.hue)).isValid() for method in METHODS.values())


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_trials_of_lecture_7_look_alike(theme):
    """The twelve curves of lecture 7 and the reference all differ in colour or dash."""
    results = [result(Trial("adaptive", 0.01), True), *map(result, LECTURE_7)]
    looks = [trial_style(theme, each, LECTURE_7) for each in results]
    for a, b in combinations(looks, 2):
        assert (a.color.name(), a.line) != (b.color.name(), b.line)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_shade_stands_out_from_the_background(theme):
    """Every colour has a contrast of at least 3 (WCAG 2.1 for graphics)."""
    for trial in LECTURE_7:
        shade = trial_style(theme, result(trial), LECTURE_7).color
        assert contrast(shade, QColor(theme.plot_background)) >= 3.0


def test_dash_tells_dt_the_same_way_for_every_method():
    """Trials of equal dt have equal dashes under every method."""
    for dt in (0.1, 0.05, 0.025, 0.01):
        same = [t for t in LECTURE_7 if t.dt == dt]
        assert len({trial_style(LIGHT, result(t), LECTURE_7).line for t in same}) == 1


def test_names_say_method_and_dt():
    """A trial's name has method and dt: "Forward Euler, dt 0.1 ms"."""
    assert trial_name(result(Trial("euler", 0.025))) == "Forward Euler, dt 0.025 ms"
