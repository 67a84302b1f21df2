"""The field of one number: what it takes, what it refuses, how it shows and steps."""

import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QWheelEvent
from PySide6.QtWidgets import QLabel, QToolButton

from hhgui.model.parameter import CAPACITANCE, CONDUCTANCE, REVERSAL, Parameter
from hhgui.ui.widgets import error_label
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.parameter_spin_box import format_number, parse_number, stepped
from tests.ui.controls import box

COUNT = Parameter("count", "count", "count", "", 1, 100, 10, 0, "How many.", whole=True)


@pytest.fixture
def field(shown):
    """A shown field of sodium's conductance at 120 mS/cm²."""
    widget = NumberField(CONDUCTANCE, "conductance.Na", owner="Na")
    widget.set_value_silently(120.0)
    return shown(widget)


def type_in(qtbot, field, text, key=Qt.Key.Key_Return):
    """Replace the text of a field by keys, and commit it."""
    field.spin_box.setFocus()
    field.spin_box.selectAll()
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Delete)
    qtbot.keyClicks(field.spin_box, text)
    qtbot.keyClick(field.spin_box, key)


def error_of(field):
    """The message beside the field, "" if none shows."""
    label = field.findChild(QLabel, "error.conductance.Na")
    return label.text() if label.isVisible() else ""


def wheel_up(box):
    """Turn the wheel one notch over ``box``."""
    center = QPointF(box.rect().center())
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        center, center, QPoint(), QPoint(0, 120), *none, Qt.ScrollPhase.NoScrollPhase, False
    )
    box.wheelEvent(event)


BAD_TEXTS = ("", "nan", "inf", "-inf", "1e999", "1e308", "-1", "abc", "1,000.5", "1_0", "0x10")


@pytest.mark.parametrize("text", BAD_TEXTS)
def test_a_bad_text_is_answered_and_the_last_good_value_stays(qtbot, field, text):
    """A text that is no allowed number is refused beside the field, naming what is allowed."""
    type_in(qtbot, field, text)
    assert field.value == 120.0
    assert field.spin_box.text() == "120"
    assert "from 0 to 10000 mS/cm²" in error_of(field)


@pytest.mark.parametrize(
    ("text", "value"), [("1,5", 1.5), (" 36 ", 36.0), ("1e-3", 0.001), (".5", 0.5), ("+7", 7.0)]
)
def test_a_number_may_be_typed_in_any_usual_way(qtbot, field, text, value):
    """Decimal comma, spaces around and exponents are read."""
    type_in(qtbot, field, text)
    assert field.value == value


def test_a_typed_minus_sign_is_a_minus():
    """The typographic minus of a copied text counts."""
    assert parse_number("−65") == -65.0


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_commits_once(qtbot, field, key):
    """The Enter key emits value_committed once."""
    seen = []
    field.value_committed.connect(seen.append)
    type_in(qtbot, field, "100", key)
    assert seen == [100.0]


@pytest.mark.parametrize(("text", "seen"), [("100", [100.0]), ("abc", [])])
def test_leaving_the_field_commits(qtbot, field, text, seen):
    """Tab and clicks elsewhere end an entry like Enter, good or bad."""
    committed = []
    field.value_committed.connect(committed.append)
    field.activateWindow()
    field.spin_box.setFocus()
    qtbot.waitUntil(field.spin_box.hasFocus)
    field.spin_box.selectAll()
    qtbot.keyClicks(field.spin_box, text)
    field.spin_box.clearFocus()
    assert committed == seen
    assert bool(error_of(field)) == (not seen)


def test_typing_alone_commits_nothing(qtbot, field):
    """Half-typed numbers never reach the neuron."""
    with qtbot.assertNotEmitted(field.value_committed):
        field.spin_box.selectAll()
        qtbot.keyClicks(field.spin_box, "10")


def test_the_same_value_again_is_no_commit(qtbot, field):
    """Only a value that differs is announced."""
    with qtbot.assertNotEmitted(field.value_committed):
        type_in(qtbot, field, "120.0")
        field.spin_box.setValue(120.0)


@pytest.mark.parametrize("value", [-5, float("nan"), float("inf"), 1e308])
def test_a_bad_value_set_by_a_program_is_refused(qtbot, field, value):
    """SetValue obeys the same rule as typing."""
    with qtbot.waitSignal(field.value_refused) as refused:
        box(field, "conductance.Na").setValue(value)
    assert field.value == 120.0
    assert error_of(field) == refused.args[0]


def test_a_refused_value_names_its_owner(field):
    """The message says whose number it is and what it was."""
    field.spin_box.setValue(-5)
    expected = "Na maximal conductance must be from 0 to 10000 mS/cm², not -5"
    assert error_of(field) == expected


@pytest.mark.parametrize("good", [100.0, 120.0])
def test_the_next_good_value_takes_the_message_away(field, good):
    """A valid value removes the message about an invalid one, even if it is the old value."""
    field.spin_box.setValue(-5)
    field.spin_box.setValue(good)
    assert error_of(field) == ""


def test_the_message_goes_away_by_itself(qtbot, field, monkeypatch):
    """The message beside a field disappears by itself after a while."""
    monkeypatch.setattr(error_label, "ERROR_SHOWN_MS", 20)
    brief = NumberField(CONDUCTANCE, "conductance.Na")
    qtbot.addWidget(brief)
    brief.show()
    brief.show_error("no")
    assert error_of(brief) == "no"
    qtbot.waitUntil(lambda: error_of(brief) == "")


def test_an_error_from_elsewhere_is_shown(field):
    """``show_error`` shows a message of the panel beside the field."""
    field.show_error("stop must not be before start")
    assert error_of(field) == "stop must not be before start"


def test_every_bit_of_a_value_is_kept(field):
    """``value()`` returns the value that was set, without rounding to the shown digits."""
    for _ in range(200):
        value = random.uniform(0.0, 10000.0) * 10.0 ** random.randint(-12, 0)
        field.spin_box.setValue(value)
        assert field.value == value


def test_committing_an_untouched_field_keeps_its_hidden_digits(qtbot, field):
    """Enter on 0.333333333333 does not cut one third short."""
    field.set_value_silently(1 / 3)
    field.spin_box.setFocus()
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Return)
    assert field.value == 1 / 3


@pytest.mark.parametrize(
    ("value", "text"),
    [(120.0, "120"), (0.3, "0.3"), (-54.387, "-54.387"), (0.1 + 0.2, "0.3"), (-0.0, "0"),
     (1e7, "10000000"), (0.00001, "0.00001")],
)  # fmt: skip
def test_a_number_shows_no_needless_digits(value, text):
    """A number has no trailing zeros, no floating-point dust and rarely an exponent."""
    assert format_number(value) == text


def test_a_silent_value_is_shown_and_not_announced(qtbot, field):
    """A view's setter never writes the model."""
    with qtbot.assertNotEmitted(field.value_committed):
        field.set_value_silently(36.0)
    assert field.spin_box.text() == "36"


def test_a_silent_old_value_leaves_the_typing_alone(qtbot, field):
    """Syncing what has not changed does not take a half-typed number away."""
    field.spin_box.selectAll()
    qtbot.keyClicks(field.spin_box, "99")
    field.set_value_silently(120.0)
    assert field.spin_box.text() == "99"


@pytest.mark.parametrize(
    ("parameter", "value", "direction", "result"),
    [
        (CONDUCTANCE, 120.0, 1, 121.0),
        (CONDUCTANCE, 0.3, 1, 0.4),
        (CONDUCTANCE, 0.3, -1, 0.2),
        (CONDUCTANCE, 1.0, -1, 0.9),
        (CONDUCTANCE, 0.1, -1, 0.09),
        (CONDUCTANCE, 0.0, 1, 1.0),
        (CONDUCTANCE, 0.0, -1, 0.0),
        (CONDUCTANCE, 10000.0, 1, 10000.0),
        (CAPACITANCE, 0.001, -1, 0.001),
        (REVERSAL, 1.0, -1, 0.0),
        (REVERSAL, 0.0, -1, -1.0),
        (REVERSAL, -54.387, 1, -53.387),
        (COUNT, 10, -1, 9),
        (COUNT, 1, -1, 1),
    ],
)
def test_a_step_suits_the_size_of_the_value(parameter, value, direction, result):
    """The step is the parameter's, finer below it, and never leads out of the range."""
    assert stepped(parameter, value, direction) == result


def test_an_arrow_key_steps_and_commits(qtbot, field):
    """Arrow up is one step, page up ten."""
    field.spin_box.setFocus()
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Up)
    qtbot.keyClick(field.spin_box, Qt.Key.Key_PageUp)
    assert field.value == 131.0


def test_the_wheel_over_an_unfocused_field_changes_nothing(field):
    """Scrolling the panel with the wheel over a field without focus keeps its value."""
    field.spin_box.clearFocus()
    wheel_up(field.spin_box)
    assert field.value == 120.0


def test_the_wheel_over_the_focused_field_steps(qtbot, field):
    """The wheel changes the number of a field that has the focus."""
    field.activateWindow()
    field.spin_box.setFocus()
    qtbot.waitUntil(field.spin_box.hasFocus)
    wheel_up(field.spin_box)
    assert field.value == 121.0


def test_a_whole_number_refuses_a_fraction(qtbot):
    """Half a pulse is refused, saying that it must be whole."""
    field = NumberField(COUNT, "count")
    qtbot.addWidget(field)
    field.spin_box.setValue(3)
    type_in(qtbot, field, "3.5")
    assert field.value == 3.0
    assert "whole number" in field.error_label.text()


def test_a_changed_value_is_marked_and_reset_by_one_click(qtbot, field):
    """The reset button shows only on a difference and goes back to the default."""
    reset = field.findChild(QToolButton, "reset.conductance.Na")
    field.set_default(120.0)
    assert not reset.isVisible()
    field.spin_box.setValue(100.0)
    assert reset.isVisible()
    assert reset.accessibleName() == "Reset Na maximal conductance to 120 mS/cm²"
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert field.value == 120.0
    assert not reset.isVisible()


def test_the_marker_moves_nothing(qtbot, field):
    """The field is as wide with the marker as without."""
    field.set_default(120.0)
    field.layout().activate()
    before = field.spin_box.width(), field.minimumSizeHint()
    field.spin_box.setValue(100.0)
    field.layout().activate()
    assert (field.spin_box.width(), field.minimumSizeHint()) == before


def test_the_field_says_what_it_is(field):
    """Name and unit for assistive technology, help and range in the tooltip."""
    assert field.spin_box.accessibleName() == "Na maximal conductance (mS/cm²)"
    assert "from 0 to 10000 mS/cm²" in field.spin_box.toolTip()


def test_keys_typed_in_a_field_stay_there(qtbot):
    """A space, a p or a c in "7 uA/cm2 p" does nothing else; the text is refused as a whole.

    But a letter that nothing was typed before is a key of the window, as after Return.
    """
    field = NumberField(CONDUCTANCE, "conductance.Na")
    qtbot.addWidget(field)
    fired: list[bool] = []
    for key in ("Space", "K"):
        QShortcut(QKeySequence(key), field, lambda: fired.append(True))
    field.show()
    field.activateWindow()
    qtbot.waitUntil(field.isActiveWindow)
    field.spin_box.setFocus()
    field.spin_box.selectAll()
    qtbot.keyClicks(field.spin_box, "7 p")
    assert (fired, field.spin_box.text()) == ([], "7 p")
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Return)
    assert "must be a number" in field.error_label.text()
    qtbot.keyClicks(field.spin_box, "60")
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Return)
    qtbot.keyClicks(field.spin_box, "k ")  # nothing was typed since: no number begins so
    assert (len(fired), field.value) == (2, 60.0)


def test_escape_takes_back_what_was_typed(qtbot, field):
    """Esc restores the text of the present value."""
    field.spin_box.setFocus()
    before = field.spin_box.text()
    field.spin_box.selectAll()
    qtbot.keyClicks(field.spin_box, "12x")
    qtbot.keyClick(field.spin_box, Qt.Key.Key_Escape)
    assert field.spin_box.text() == before
    assert field.error_label.isHidden()
