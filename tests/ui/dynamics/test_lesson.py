"""The lesson Why neurons fire sets the Dynamics tab."""

import pytest

from tests.ui.controls import button


@pytest.fixture
def lesson(desktop, qtbot):
    """The lesson, open at its first step."""
    window = desktop.window
    window.show_lessons(True)
    window.lessons.open_lesson("why-neurons-fire")
    qtbot.waitUntil(lambda: window.front.name == "dynamics")
    yield window
    window.show_lessons(False)


def test_its_steps_set_neuron_current_and_diagram(lesson, desktop, qtbot):
    """The first asks for the squid's diagram from -5 to 200; the second holds 5 µA/cm²."""
    page = lesson.pages["dynamics"]
    qtbot.waitUntil(lambda: page.diagram.question.ends == (-5.0, 200.0))
    assert page.diagram.question.path == "current"
    button(lesson, "lesson.next").click()
    qtbot.waitUntil(lambda: desktop.editor.document.stimulus.holding == 5.0)
    assert lesson.front is page
    button(lesson, "lesson.next").click()
    measure = lesson.pages["measure"]
    qtbot.waitUntil(lambda: lesson.front is measure and measure.experiment().id == "hysteresis")


def test_the_window_is_painted_after_a_step(lesson, qtbot):
    """A window that is about to be painted as a step begins does not stand still for ever."""
    painted = []
    lesson.state.paintEvent = lambda _event: painted.append(True)
    lesson.update()
    button(lesson, "lesson.next").click()
    qtbot.waitUntil(lesson.updatesEnabled)
    painted.clear()
    lesson.state.update()
    qtbot.waitUntil(lambda: bool(painted))
    del lesson.state.paintEvent
