r"""Typeset equations: each that the program brings along, and the lines of ``aligned``."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hhgui.figures.equation import equation_svg
from hhgui.paths import resource_dir

_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


def box(latex, size=32.0):
    """Return width and height of the equation."""
    root = ElementTree.fromstring(equation_svg(latex, size))
    return tuple(float(number) for number in root.attrib["viewBox"].split()[2:])


@pytest.mark.parametrize("page", sorted(resource_dir().glob("*/*.md")), ids=lambda p: p.stem)
def test_every_equation_that_comes_along_is_typeset(page: Path):
    """No display equation of the help and the lessons is beyond mathtext."""
    found = _DISPLAY.findall(page.read_text(encoding="utf-8"))
    for latex in found:
        width, height = box(latex)
        assert width > 32.0
        assert height > 16.0


def test_an_equation_grows_with_its_type():
    """Twice the size of the type makes the equation twice as wide and high."""
    small, large = box(r"\frac{dV}{dt} = I", 16.0), box(r"\frac{dV}{dt} = I", 32.0)
    assert large == pytest.approx([2.0 * side for side in small], rel=0.02)


def test_the_lines_of_aligned_stand_below_each_other():
    """Two lines are as wide as the wider one and more than twice as high as one."""
    one = box(r"x = a + b")
    two = box("\\begin{aligned} x &= a + b \\\\ &= c \\end{aligned}")
    assert two[0] == pytest.approx(one[0], rel=0.1)
    assert two[1] > 2.0 * one[1]


def test_a_low_fraction_is_lower_than_a_displayed_one():
    r"""``\tfrac`` is smaller than ``\frac``, as in LaTeX's displayed equations."""
    assert box(r"\tfrac{dt}{2}")[1] < box(r"\frac{dt}{2}")[1]


@pytest.mark.parametrize("wrong", [r"\frac{a", r"\nonsense{x}", "x^^2"])
def test_what_is_no_latex_is_refused(wrong):
    """The error is a ValueError, which the window answers with the text as it was written."""
    with pytest.raises(ValueError, match=r"\S"):
        equation_svg(wrong, 32.0)
