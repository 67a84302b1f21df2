"""What the courses do with the window, for the tests and for ``run.py bench --window``.

Each use in ``WORK`` is a generator that acts as the user does, one action at a time, and yields
how long the event loop then runs: in milliseconds, or a condition until which it runs.
"""

import time

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QPushButton

PATIENCE_S = 300.0  # only something that never happens takes so long


def wait_until(condition):
    """Handle events until ``condition()`` holds. AssertionError if it never does."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        QTest.qWait(1)


def perform(steps):
    """Carry out the steps of a use."""
    for wait in steps:
        run_loop(wait)


def run_loop(wait):
    """Handle events for ``wait`` milliseconds, or until ``wait()`` holds if it is a condition."""
    if callable(wait):
        wait_until(wait)
    else:
        QTest.qWait(wait)


def turn(desktop, name, values):
    """Set a spin box twenty times a second, as a knob is turned."""
    yield lambda: desktop.window.findChild(QDoubleSpinBox, name) is not None
    box = desktop.window.findChild(QDoubleSpinBox, name)
    for value in values:
        box.setValue(value)
        yield 50


def mark(desktop):
    """Turn a knob while the phases of the action potential are marked."""
    desktop.guide.show_protocol("lab3-step")
    yield 300
    yield from turn(desktop, "conductance.Na", range(50, 60))


def clamp(desktop):
    """Clamp by every protocol, and turn a knob while the currents follow."""
    desktop.window.show_tab("clamp")
    yield 50  # nobody chooses before the tab is painted
    box = desktop.window.findChild(QComboBox, "clamp.preset")
    for place in [*range(1, box.count()), 0]:
        box.setCurrentIndex(place)
        box.activated.emit(place)
        yield 50
    yield from turn(desktop, "conductance.Na", range(110, 130))
    desktop.window.show_tab("live")
    yield 50


def edit_rates(desktop):
    """Edit a rate beside the drawn thermal rates."""
    desktop.guide.show_protocol("thermal-potassium")
    yield 300
    yield from turn(desktop, "gating.alpha.midpoint", range(-40, -30))


def compare(desktop):
    """Compare six integrators on a second of noise."""
    tab = desktop.window.pages["integrators"]
    desktop.guide.show_protocol("noise-correct-capacitance")
    yield lambda: tab.running
    yield lambda: not tab.running


def learn(desktop):
    """Walk through a lesson with equations, step by step."""
    desktop.window.show_lessons(True)
    desktop.window.lessons.open_lesson("from-leak-to-spike")
    for _ in range(4):
        yield 150
        desktop.window.findChild(QPushButton, "lesson.next").click()
    yield 300
    desktop.window.show_lessons(False)
    yield 50


def project(desktop):
    """Switch to large type and the dark theme in one tab, back in the next, and so on."""
    act = desktop.window.actions_by_name
    for number, name in enumerate(desktop.window.pages):
        desktop.window.show_tab(name)
        yield 20
        for action in (act["presentation"], act.themes["light" if number % 2 else "dark"]):
            action.trigger()
            yield lambda: not desktop.window.appearance.busy
            yield 20
    desktop.window.show_tab("live")
    yield 50


def rearrange(desktop):
    """Hide and show every pane, and open the page of equations."""
    for action in desktop.window.actions_by_name.panes.values():
        for _ in range(2):
            action.toggle()
            yield 50
    desktop.window.actions_by_name["equations"].trigger()
    yield 300
    for dialog in desktop.window.findChildren(QDialog):
        dialog.close()
    yield 50


def switch_models(desktop):
    """Choose one neuron after another, and look at the f-I tab and at Live."""
    for model in ("traub-miles-lab3", "lecture6-model6", "squid-1952", "lecture6-model1"):
        desktop.panels.choose_model(model)
        yield 200
        for tab in ("fi", "live"):
            desktop.window.show_tab(tab)
            yield 50


def edit_fast(desktop):
    """Turn the sodium conductance a hundred times a second, for one second."""
    desktop.panels.choose_model("squid-dayan-abbott")
    yield 200
    box = desktop.window.findChild(QDoubleSpinBox, "conductance.Na")
    for number in range(100):
        box.setValue(80.0 + number % 61)
        yield 10


WORK = [project, mark, clamp, edit_rates, compare, learn, rearrange, switch_models, edit_fast]
