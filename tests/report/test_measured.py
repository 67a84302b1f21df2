"""Measurements in a report: tables, commands and what went wrong."""

import json
import shlex

import pytest

from hhgui.cli import command_line
from hhgui.experiments.clamp_presets import PRESETS
from hhgui.experiments.contract import Subject
from hhgui.model.current_unit import DENSITY, CurrentUnit
from hhgui.report.measured import measured_now
from hhgui.report.report import MOST_ROWS
from tests.shipped import SQUID


@pytest.mark.parametrize("preset", PRESETS)
def test_a_clamp_family_is_measured_again_by_its_command(preset, capsys):
    """The family's table in the report has the numbers that its command prints."""
    section = measured_now("A family", PRESETS[preset].staircase, Subject(SQUID), DENSITY)
    assert not section.repeat.record
    words = shlex.split(section.repeat.text)[1:]
    assert command_line([*words, "--json", "--no-check"]) == 0
    columns = list(json.loads(capsys.readouterr().out)["columns"].values())
    shown = section.tables[-1].rows
    rows = list(zip(*columns, strict=True))
    for row, values in zip(shown, rows[:: -(-len(rows) // MOST_ROWS)], strict=True):
        for text, value in zip(row, values, strict=False):
            if isinstance(value, float | int):
                assert float(text.replace("−", "-")) == pytest.approx(value, rel=1e-5)


def test_currents_are_in_the_unit_of_the_window():
    """Of a cell of 1000 µm², 1 µA/cm² is 10 pA, in headings, cells and results alike."""
    unit = CurrentUnit.of("pA", 1000.0)
    family = PRESETS["iv"].staircase
    dense = measured_now("", family, Subject(SQUID), DENSITY)
    shown = measured_now("", family, Subject(SQUID), unit)
    column = next(n for n, head in enumerate(dense.tables[-1].headings) if "µA/cm²" in head)
    assert "pA" in shown.tables[-1].headings[column]
    one, other = (float(s.tables[-1].rows[3][column].replace("−", "-")) for s in (dense, shown))
    assert other == pytest.approx(10.0 * one, rel=1e-4)
