"""The way of an edit: from its field to the simulation it takes three hops, and no detour."""

import re
import sys
from pathlib import Path

import pytest

from hhgui.document.fi_curve import GrowingFiCurve
from hhgui.engine.recording import Recording
from hhgui.experiments import fi
from hhgui.ui.fi.trace import FiTrace
from hhgui.ui.live.lines import TraceLines
from tests.ui.controls import box, choose


def modules_on_stack(depth):
    """The modules of hhgui on the stack, in the order of the calls, up to this file's own code.

    The frames beyond are the test runner's and stay untouched. A timer of deferred calls, which
    only begins a pass of the event loop, is no station.
    """
    frame, modules = sys._getframe(depth + 1), []
    while frame is not None and frame.f_globals.get("__name__") != __name__:
        modules.append(frame.f_globals.get("__name__", ""))
        frame = frame.f_back
    modules = [m.removeprefix("hhgui.") for m in reversed(modules) if m.startswith("hhgui.")]
    return tuple(dict.fromkeys(m for m in modules if m != "ui.widgets.deferred"))


def stations(trigger, signal):
    """The modules of the window on the stack when ``signal`` is emitted."""
    found = []

    def look(*_values):
        found.append(modules_on_stack(1))

    signal.connect(look)
    trigger()
    signal.disconnect(look)
    (way,) = found
    return [module.removeprefix("ui.") for module in way if module.startswith("ui.")]


@pytest.mark.parametrize(
    ("name", "value", "signal", "way"),
    [
        ("conductance.Na", 80.0, "membrane_requested", ["neuron.panel"]),
        ("stimulus.holding", 3.0, "stimulus_requested", ["stimulus.panel"]),
        ("dt", 0.01, "method_requested", ["window.run_bar"]),
    ],
)
def test_an_edit_goes_by_panel_and_document(desktop, name, value, signal, way):
    """An edit goes through field, panel and document to the simulation's thread."""
    field = box(desktop.window, name)
    found = stations(lambda: field.setValue(value), getattr(desktop.controllers["live"], signal))
    fields = ["widgets.parameter_spin_box", "widgets.number_field"]
    assert found == [*fields, *way, "editor", "live.controller"]


def test_a_panel_does_not_show_its_own_edit_again(desktop, monkeypatch):
    """The echo of an edit goes to every view but the one that made it."""
    emitted = []
    panel = desktop.window.neuron
    monkeypatch.setattr(panel, "set_membrane", lambda *args: emitted.append(args))
    box(desktop.window, "conductance.Na").setValue(80.0)
    assert emitted == []
    desktop.editor.history.undo()
    assert [membrane for membrane, _ in emitted] == [desktop.editor.document.membrane]
    monkeypatch.undo()
    panel.set_membrane(*emitted[0])  # or the next test would find the undone number in the field


def test_another_method_is_requested_once(desktop):
    """A single request carries the new method and the dt of the run bar."""
    emitted = []
    desktop.controllers["live"].method_requested.connect(lambda *args: emitted.append(args))
    choose(desktop.window, "method", "euler")
    assert emitted == [("euler", 0.025)]


def way_of_call():
    """The modules of hhgui on the stack of a patched function.

    ``failures`` is on it with its guard around a slot, which decides nothing.
    """
    return tuple(module for module in modules_on_stack(2) if module != "failures")


def watched(monkeypatch, owner, name):
    """Patch a function so that it notes each way by which it is called; return the ways."""
    ways, does = set(), getattr(owner, name)

    def noting(*args, **options):
        ways.add(way_of_call())
        return does(*args, **options)

    monkeypatch.setattr(owner, name, noting)
    return ways


def documented(name):
    """The ways of an edit, a sample or a point of a sweep that docs/architecture.md names."""
    text = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {name} \| (.*) \|$", text, re.MULTILINE)
    return [tuple(re.findall(r"`([\w.]+)`", way)) for way in row.split("⇢")]


def test_a_sample_goes_by_the_ring(desktop, qtbot, monkeypatch):
    """The worker appends it to the ring; the display timer takes it from there to its curve."""
    appended = watched(monkeypatch, Recording, "append")
    drawn = watched(monkeypatch, TraceLines, "set_data")
    desktop.window.draw_frame()
    qtbot.waitUntil(lambda: bool(appended and drawn))
    assert [appended, drawn] == [{way[:-1]} for way in documented("a sample")]


def test_a_point_of_a_sweep_goes_by_its_runner(desktop, qtbot, monkeypatch):
    """The generator yields it to the runner, the runner to the tab; the plot draws at its tick."""
    measured = watched(monkeypatch, fi, "_point")
    taken = watched(monkeypatch, GrowingFiCurve, "put")
    drawn = watched(monkeypatch, FiTrace, "draw")
    tab = desktop.window.pages["fi"]
    desktop.window.show_tab("fi")
    tab.run()
    drawn.clear()  # the curve began empty
    qtbot.waitUntil(lambda: not tab.running and bool(drawn))
    ways = documented("a point of a sweep")
    assert [measured, taken, drawn] == [{ways[0]}, {ways[1][:-1]}, {ways[2][:-1]}]


def test_the_way_of_an_edit_is_documented():
    """docs/architecture.md names the stations that the first test of this file holds."""
    way, worker = documented("an edit")
    assert way == (
        "widgets.parameter_spin_box", "widgets.number_field", "neuron.panel", "editor",
        "live.controller",
    )  # fmt: skip
    assert worker == ("jobs.simulation",)
