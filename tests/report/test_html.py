"""A report as HTML and as pages."""

import re
from dataclasses import replace

import numpy as np
import pytest

from hhgui.figures.figure import Figure, FigureCurve, FigurePanel
from hhgui.model.membrane import Membrane
from hhgui.model.rate import Curve, Form, Rate
from hhgui.report.html import report_html
from hhgui.report.neuron import neuron_tables
from hhgui.report.repeat import Repeat
from hhgui.report.report import MOST_ROWS, Head, Report, Section, Table, thinned
from tests.shipped import LIBRARY, SQUID

X = np.linspace(0.0, 1.0, 5)
FIGURE = Figure("a <figure>", (FigurePanel("V (mV)", (0.0, 1.0), (FigureCurve("", X, X),)),),
                "time (ms)", (0.0, 1.0))  # fmt: skip
HOSTILE = 'Jürgen "Ö" <script>alert(1)</script> & \ud800\x07'
WHOLE = Report(
    Head(HOSTILE, "2026-11-29", "x" * 400, "one\n<b>two</b>"),
    (
        Section(HOSTILE, ((HOSTILE, HOSTILE),), (FIGURE,),
                (Table((HOSTILE, "b"), (("c", HOSTILE),), HOSTILE, (1,)),), (HOSTILE,),
                Repeat(("run", "--from-json", "record.json"), '{"a": "</a>"}'), SQUID),
    ),
)  # fmt: skip


def test_nothing_of_the_user_becomes_markup():
    """Whatever a name, a title, a fact, a cell and a note hold, they are text."""
    page = report_html(WHOLE)
    page.encode()
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 8
    assert "one<br>&lt;b&gt;two" in page
    assert "default-src 'none'" in page
    assert 'download="run-1.json"' in page
    assert "hhgui run --from-json run-1.json" in re.sub("</?span>", "", page)


def test_a_neuron_is_listed_once():
    """However many sections were computed with it."""
    section = replace(WHOLE.sections[0], figures=())
    report = Report(Head(), (section, section, replace(section, neuron=LIBRARY["wang-buzsaki"])))
    assert [each.id for each in report.neurons] == [SQUID.id, "wang-buzsaki"]
    assert report_html(report).count(f"<h3>{SQUID.name}</h3>") == 1


def cells(membrane: Membrane) -> set[str]:
    """Every cell of the neuron's tables."""
    return {cell for table in neuron_tables(membrane) for row in table.rows for cell in row}


@pytest.mark.parametrize("membrane", LIBRARY.membranes.values(), ids=lambda each: each.id)
def test_the_tables_have_every_number_of_a_neuron(membrane):
    """The tables have conductances, reversals and all numbers of rates and curves."""
    shown = cells(membrane)

    def text(value):
        return f"{value:.10g}".replace("-", "−")

    for current in membrane.currents:
        assert {text(current.conductance), text(current.reversal)} <= shown
    for gate in membrane.gates:
        for curve in filter(None, (gate.alpha, gate.beta, gate.steady_state, gate.time_constant)):
            for term in curve.terms if isinstance(curve, Curve) else (curve,):
                numbers = [term.rate, term.offset]
                if term.form is not Form.CONSTANT:
                    numbers += [term.midpoint, term.scale]
                assert {text(number) for number in numbers} <= shown, Rate


def test_a_long_table_is_thinned_and_says_so():
    """A short one is whole."""
    rows = tuple((str(n),) for n in range(3 * MOST_ROWS - 1))
    some, note = thinned(rows)
    assert len(some) <= MOST_ROWS
    assert some[0] == rows[0]
    assert f"{len(rows)} rows, of which one in 3" in note
    assert thinned(rows[:MOST_ROWS]) == (rows[:MOST_ROWS], "")
