"""The neuron's panel: its rows, its edits, and updates without signals."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QStyleOptionComboBox,
    QTextBrowser,
    QToolButton,
)

from hhgui.model.library import section_of
from hhgui.ui.neuron.panel import NeuronPanel
from hhgui.ui.widgets.currents import shown_currents
from tests.shipped import LIBRARY, SQUID
from tests.ui.controls import box, text

MODEL_1 = LIBRARY["lecture6-model1"]


@pytest.fixture
def panel(shown):
    """A shown panel with the whole library, on the squid giant axon."""
    widget = NeuronPanel()
    widget.set_library(list(LIBRARY.membranes.values()))
    widget.set_membrane(SQUID, SQUID)
    return shown(widget)


def fields(panel):
    """The names of all spin boxes."""
    return sorted(b.objectName() for b in panel.findChildren(QDoubleSpinBox))


def test_the_squid_has_three_rows(panel):
    """The panel has a row for each current, the membrane's numbers and the temperature."""
    assert fields(panel) == [
        "conductance.K", "conductance.L", "conductance.Na",
        "membrane.capacitance", "membrane.initial_voltage", "membrane.temperature",
        "reversal.K", "reversal.L", "reversal.Na",
    ]  # fmt: skip


def test_model_1_has_one_row_and_no_temperature(panel):
    """Rows of the model before are gone at once."""
    panel.set_membrane(MODEL_1, MODEL_1)
    assert fields(panel) == [
        "conductance.L", "membrane.capacitance", "membrane.initial_voltage", "reversal.L",
    ]  # fmt: skip


def test_every_value_of_every_set_is_shown_exactly(panel):
    """The fields hold the membrane to the last bit."""
    for membrane in LIBRARY.membranes.values():
        panel.set_membrane(membrane, membrane)
        assert box(panel, "membrane.capacitance").value() == membrane.capacitance
        for current in membrane.currents:
            assert box(panel, f"conductance.{current.name}").value() == current.conductance
            assert box(panel, f"reversal.{current.name}").value() == current.reversal


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("conductance.Na", 100.0, SQUID.with_current("Na", conductance=100.0)),
        ("reversal.L", -60.0, SQUID.with_current("L", reversal=-60.0)),
        ("membrane.capacitance", 2.0, replace(SQUID, capacitance=2.0)),
        ("membrane.initial_voltage", -70.0, replace(SQUID, initial_voltage=-70.0)),
        ("membrane.temperature", 18.5, replace(SQUID, temperature=18.5)),
    ],
)
def test_one_edit_is_one_new_membrane(panel, name, value, expected):
    """An edit announces the membrane that differs in that number, once, and named "…, changed"."""
    seen = []
    panel.membrane_changed.connect(seen.append)
    box(panel, name).setValue(value)
    assert seen == [replace(expected, name="Squid giant axon, changed")]
    assert panel.membrane == seen[0]


def test_the_dropdown_names_an_edited_neuron_and_its_list_the_set(panel):
    """The closed box says "…, changed" until the number is back."""

    def shown():
        option = QStyleOptionComboBox()
        panel.findChild(QComboBox, "model").initStyleOption(option)
        return option.currentText

    usual = box(panel, "conductance.Na").value()
    names = [shown()]
    for value in (100.0, usual):
        box(panel, "conductance.Na").setValue(value)
        names.append(shown())
    assert names == ["Squid giant axon", "Squid giant axon, changed", "Squid giant axon"]
    assert panel.findChild(QComboBox, "model").findText("Squid giant axon, changed") < 0


def test_edits_add_up(panel):
    """The second edit keeps the first."""
    box(panel, "conductance.Na").setValue(100.0)
    box(panel, "conductance.K").setValue(30.0)
    assert [c.conductance for c in panel.membrane.currents] == [100.0, 30.0, 0.3]


def test_a_refused_value_changes_no_membrane(qtbot, panel):
    """The error is shown in the row, and the membrane stays."""
    with qtbot.assertNotEmitted(panel.membrane_changed):
        box(panel, "conductance.K").setValue(-5)
    assert "not -5" in text(panel, "error.conductance.K")
    assert panel.membrane == SQUID


def test_syncing_emits_nothing(qtbot, panel):
    """Showing another set or other values emits no edit."""
    with qtbot.assertNotEmitted(panel.membrane_changed), qtbot.assertNotEmitted(panel.model_chosen):
        panel.set_membrane(MODEL_1, MODEL_1)
        panel.set_membrane(SQUID, SQUID)
        panel.set_membrane(SQUID.with_current("Na", conductance=7.0), SQUID)
        panel.set_library([MODEL_1, SQUID])
    assert box(panel, "conductance.Na").value() == 7.0


def test_same_rows_keep_their_widgets(panel):
    """Only the difference is applied: the focus and the typing survive."""
    before = box(panel, "conductance.Na")
    panel.set_membrane(replace(SQUID, capacitance=3.0), SQUID)
    assert box(panel, "conductance.Na") is before


def test_choosing_a_set_announces_its_id(qtbot, panel):
    """Choosing a set in the dropdown emits its id."""
    model = panel.findChild(QComboBox, "model")
    with qtbot.waitSignal(panel.model_chosen) as chosen:
        model.setCurrentIndex(model.findText("Model 1: leak only"))
    assert chosen.args == ["lecture6-model1"]


def test_the_dropdown_follows_the_membrane(panel):
    """Syncing selects the set that is shown."""
    panel.set_membrane(MODEL_1, MODEL_1)
    assert panel.findChild(QComboBox, "model").currentData() == "lecture6-model1"


def test_a_set_outside_the_library_is_named(panel):
    """A membrane from a session shows its name without being an item."""
    panel.set_membrane(replace(SQUID, id="mine", name="My axon"), SQUID)
    model = panel.findChild(QComboBox, "model")
    assert (model.currentIndex(), model.placeholderText()) == (-1, "My axon")


def test_the_wheel_over_the_dropdown_chooses_nothing(qtbot, panel):
    """Scrolling past never switches the neuron."""
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    end = Qt.ScrollPhase.NoScrollPhase, False
    event = QWheelEvent(QPointF(5, 5), QPointF(5, 5), QPoint(), QPoint(0, -120), *none, *end)
    with qtbot.assertNotEmitted(panel.model_chosen):
        panel.findChild(QComboBox, "model").event(event)
    assert event.type() == QEvent.Type.Wheel
    assert not event.isAccepted()


def test_the_note_and_the_source_can_be_read(panel):
    """A student finds what the set is and where it comes from."""
    text = panel.findChild(QTextBrowser, "model.note").toPlainText()
    assert "The axon that started it all" in text
    assert "Hodgkin & Huxley 1952" in text


def test_the_note_says_what_its_currents_are_in_pa(panel, library):
    """The note keeps µA/cm², as its bare numbers are: 1 µA/cm² through 1,000 µm² is 10 pA."""
    note = panel.findChild(QTextBrowser, "model.note")
    shown = shown_currents()
    assert "per area" not in note.toPlainText()
    shown.choose("pA")
    shown.set_area(1000.0)
    try:
        assert "1 µA/cm² is 10 pA." in note.toPlainText()
    finally:
        shown.choose("µA/cm²")
        shown.set_area(None)
    assert "per area" not in note.toPlainText()


def test_a_changed_value_is_reset_by_one_click(qtbot, panel):
    """The reset button restores the set's own number and emits an edit."""
    box(panel, "conductance.Na").setValue(100.0)
    qtbot.mouseClick(
        panel.findChild(QToolButton, "reset.conductance.Na"), Qt.MouseButton.LeftButton
    )
    assert panel.membrane == SQUID


def test_reset_all_restores_everything_at_once(qtbot, panel):
    """A click is one announcement; with nothing to reset the button is disabled."""
    button = panel.findChild(QPushButton, "reset.all")
    assert not button.isEnabled()
    box(panel, "conductance.Na").setValue(100.0)
    box(panel, "membrane.capacitance").setValue(2.0)
    seen = []
    panel.membrane_changed.connect(seen.append)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert seen == [SQUID]
    assert not button.isEnabled()
    assert box(panel, "conductance.Na").value() == 120.0


def test_tab_walks_the_fields_in_reading_order(panel):
    """Tab goes through the membrane's fields first, then row by row."""
    names, widget = [], box(panel, "membrane.capacitance")
    while isinstance(widget, QDoubleSpinBox) and widget.objectName() not in names:
        names.append(widget.objectName())
        widget = widget.nextInFocusChain()
        while not isinstance(widget, QDoubleSpinBox):
            widget = widget.nextInFocusChain()
    assert names[3:] == [
        f"{what}.{current}" for current in ("Na", "K", "L") for what in ("conductance", "reversal")
    ]


def test_the_panel_fits_a_narrow_column(panel):
    """The panel needs at most 320 pixels for every set."""
    for membrane in LIBRARY.membranes.values():
        panel.set_membrane(membrane, membrane)
        panel.layout().activate()
        assert panel.minimumSizeHint().width() <= 320


def test_large_type_widens_the_columns(panel):
    """In presentation mode the numbers stay whole, and the note keeps its five lines."""
    note = panel.findChild(QTextBrowser, "model.note")
    before = box(panel, "reversal.L").width(), note.sizeHint().height()
    font = panel.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    panel.setFont(font)
    panel.adjustSize()
    assert box(panel, "reversal.L").width() > 1.3 * before[0]
    assert note.sizeHint().height() > 1.3 * before[1]


def test_a_long_name_of_a_current_stands_in_whole(panel):
    """The name stands above its fields and does not widen the panel."""
    name = "calcium_activated_K_slow"
    long = replace(SQUID, currents=(replace(SQUID.currents[0], name=name), *SQUID.currents[1:]))
    panel.set_membrane(long, long)
    panel.layout().activate()
    assert any(label.text() == name for label in panel.findChildren(QLabel))
    assert panel.minimumSizeHint().width() <= 320


def test_the_sets_stand_under_the_titles_of_their_sections(panel):
    """A title can't be chosen; a set's tooltip says when to take it."""
    combo = panel.findChild(QComboBox, "model")
    titles = [combo.itemText(i) for i in range(combo.count()) if combo.itemData(i) is None]
    assert titles == list(dict.fromkeys(map(section_of, LIBRARY.membranes)))
    assert not combo.model().item(combo.findText("Build-up")).isEnabled()
    tip = combo.itemData(combo.findData("lecture6-model1"), Qt.ItemDataRole.ToolTipRole)
    assert tip == "Only a leak: charging and discharging."


def test_an_area_is_a_field_of_a_set_that_has_one(panel):
    """Only a set with an area shows it as a field."""
    assert box(panel, "membrane.area") is None
    cell = replace(SQUID, id="cell", area=1000.0)
    panel.set_membrane(cell, cell)
    box(panel, "membrane.area").setValue(2000.0)
    assert panel.membrane == replace(cell, area=2000.0, name="Squid giant axon, changed")
