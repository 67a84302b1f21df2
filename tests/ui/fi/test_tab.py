"""The f-I tab: from the fields to a protocol, from points to curves."""

from dataclasses import astuple, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar

from hhgui.document import fi_protocol as fi
from hhgui.document.fi_protocol import LAB_3, LAB_3_MODEL, FiPoint, FiProtocol
from hhgui.engine.methods import DT
from hhgui.engine.spikes import Oscillations
from hhgui.ui.fi.style import look_of
from hhgui.ui.fi.tab import FiTab
from hhgui.ui.widgets.theme import LIGHT
from tests.shipped import LIBRARY
from tests.ui.controls import box, button, choose, text

LAB_3_NEURON = LIBRARY[LAB_3_MODEL]
PROTOCOL = FiProtocol(0.0, 4.0, 5)
POINTS = [
    FiPoint(i, float(i), n, 2.0 * n, 1.5 if n else None) for i, n in enumerate((0, 0, 3, 5, 6))
]

PARAMETERS = (fi.FROM, fi.TO, fi.POINTS, fi.ON, fi.OFF, fi.DURATION, fi.THRESHOLD, DT,
              fi.REARM)  # fmt: skip


@pytest.fixture
def tab(shown):
    """A shown tab that knows the library."""
    widget = FiTab()
    widget.set_library(LIBRARY.membranes.values())
    return shown(widget, 940, 560)


def sweep(tab, membrane=LAB_3_NEURON, points=POINTS, message="", protocol=PROTOCOL):
    """Show a complete sweep in the tab."""
    tab.begin(membrane, protocol)
    tab.add_points(points)
    tab.finish(message)


def test_start_asks_for_what_the_fields_say(qtbot, tab):
    """The default fields are the default protocol."""
    with qtbot.waitSignal(tab.sweep_requested) as asked:
        button(tab, "fi.start").click()
    assert asked.args == [FiProtocol()]


def test_the_lab_3_preset_is_exactly_the_courses_protocol(qtbot, tab):
    """Lab 3 fills in its protocol, asks for its neuron, and Start runs that."""
    with qtbot.waitSignal(tab.model_requested) as model:
        button(tab, "fi.preset.lab3").click()
    with qtbot.waitSignal(tab.sweep_requested) as asked:
        button(tab, "fi.start").click()
    assert (model.args, asked.args) == ([LAB_3_MODEL], [LAB_3])


def test_every_field_reaches_the_protocol(qtbot, tab):
    """The numbers typed into the fields are those of the requested protocol."""
    wanted = FiProtocol(-1.5, 8.0, 20, 10.0, 60.0, 80.0, -20.0, "rk4", 0.01, 4.0)
    values = (*astuple(wanted)[:7], wanted.dt, wanted.rearm)
    for parameter, value in zip(PARAMETERS, values, strict=True):
        box(tab, f"fi.{parameter.key}").setValue(value)
    choose(tab, "fi.method", "rk4")
    with qtbot.waitSignal(tab.sweep_requested) as asked:
        button(tab, "fi.start").click()
    assert asked.args == [wanted]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.key)
def test_every_parameter_has_its_field(tab, parameter):
    """Each has a spin box of its name, with its range."""
    spin_box = box(tab, f"fi.{parameter.key}")
    assert (spin_box.minimum(), spin_box.maximum()) == (parameter.minimum, parameter.maximum)


def test_a_step_that_ends_before_it_starts_is_refused(qtbot, tab):
    """The reason stands beside the field, nothing starts, and the curve before remains."""
    sweep(tab)
    before = tab.curve
    box(tab, "fi.off").setValue(40.0)
    with qtbot.assertNotEmitted(tab.sweep_requested):
        button(tab, "fi.start").click()
    assert "after step start (50 ms)" in text(tab, "error.fi.off")
    assert tab.findChild(QLabel, "error.fi.off").isVisible()
    assert text(tab, "fi.result").startswith("Not started: ")
    assert tab.curve == before


def test_a_value_out_of_range_is_refused(qtbot, tab):
    """The field says what is allowed; the click that committed it starts nothing, the next does."""
    box(tab, "fi.to").setValue(5000.0)
    with qtbot.assertNotEmitted(tab.sweep_requested):
        button(tab, "fi.start").click()
    assert "from -1000 to 1000" in text(tab, "error.fi.to")
    with qtbot.waitSignal(tab.sweep_requested) as asked:
        button(tab, "fi.start").click()
    assert asked.args == [FiProtocol()]


def test_a_mended_field_clears_its_reason(tab):
    """The message goes once the combination of fields is allowed again."""
    box(tab, "fi.off").setValue(40.0)
    box(tab, "fi.on").setValue(20.0)
    assert text(tab, "error.fi.off") == ""


def test_cancel_is_enabled_only_while_running(tab):
    """Start is enabled before and after a sweep, Cancel during it."""
    states = []
    for act in (lambda: None, lambda: tab.begin(LAB_3_NEURON, PROTOCOL),
                lambda: tab.finish("cancelled")):  # fmt: skip
        act()
        states.append([button(tab, f"fi.{n}").isEnabled() for n in ("start", "cancel")])
    assert states == [[True, False], [False, True], [True, False]]


def test_cancel_asks_to_cancel(qtbot, tab):
    """A click on Cancel only emits cancel_requested; the controller stops the sweep."""
    tab.begin(LAB_3_NEURON, PROTOCOL)
    with qtbot.waitSignal(tab.cancel_requested):
        button(tab, "fi.cancel").click()
    assert tab.running


def test_points_after_the_end_are_dropped(tab):
    """A point on its way when the sweep is over changes nothing."""
    tab.begin(LAB_3_NEURON, PROTOCOL)
    tab.add_points([POINTS[3]])
    tab.finish("cancelled")
    tab.add_points([POINTS[4]])
    assert tab.curve.points == (POINTS[3],)


def test_out_of_order_points_are_placed_by_index(tab):
    """The curve is in the order of its currents."""
    sweep(tab, points=[POINTS[i] for i in (4, 0, 2, 1, 3)])
    assert tab.curve.points == tuple(POINTS)


def test_progress_counts_the_points(qtbot, tab):
    """The bar goes to the number of points."""
    tab.begin(LAB_3_NEURON, PROTOCOL)
    tab.add_points([POINTS[0]])
    bar = tab.findChild(QProgressBar, "fi.progress")
    qtbot.waitUntil(lambda: bar.text().startswith("1 of"))
    assert bar.value() / bar.maximum() == pytest.approx(1 / 5)


def test_a_finished_curve_is_summed_up(tab):
    """The result names the most spikes and the first step with a spike."""
    sweep(tab)
    assert text(tab, "fi.title") == LAB_3_NEURON.name
    assert text(tab, "fi.description").startswith("5 steps, 0 to 4 µA/cm² on 50–550 ms")
    assert text(tab, "fi.result") == "At most 6 spikes · smallest step with a spike 2 µA/cm²"


def test_a_cancelled_curve_says_so(tab):
    """A cancelled curve stays, and the result says how many points it has."""
    sweep(tab, points=POINTS[:3], message="cancelled")
    assert text(tab, "fi.result").startswith("Cancelled after 3 of 5 points. At most 3 spikes")
    assert len(tab.curve.points) == 3


def test_a_problem_is_shown(tab):
    """The message of a failed sweep is shown unchanged."""
    sweep(tab, points=POINTS[:1], message="the kernel failed.")
    assert text(tab, "fi.result").startswith("The kernel failed. No spikes")


def test_earlier_curves_stay_until_cleared(tab):
    """Clear removes every curve except the newest."""
    for _ in range(3):
        sweep(tab)
    assert len(tab.curves) == 3
    button(tab, "fi.clear").click()
    assert tab.curves == (tab.curve,)
    assert not button(tab, "fi.clear").isEnabled()


def test_a_curve_without_points_is_not_kept(tab):
    """A sweep cancelled at once leaves nothing behind."""
    sweep(tab, points=[], message="cancelled")
    sweep(tab)
    assert len(tab.curves) == 1


def test_earlier_curves_are_distinguished_by_name(tab):
    """A name says what was changed in the neuron."""
    sweep(tab)
    sweep(tab, LAB_3_NEURON.with_current("Na", conductance=80.0))
    sweep(tab)
    name = LAB_3_NEURON.name
    assert [c.name for c in tab.curves] == [name, f"{name} · ḡNa 50 → 80", f"{name} #2"]


def test_there_is_nothing_to_export_at_first(tab):
    """Export waits for the first point; a partial curve can be exported."""
    assert not button(tab, "fi.export").isEnabled()
    tab.begin(LAB_3_NEURON, PROTOCOL)
    assert not button(tab, "fi.export").isEnabled()
    tab.add_points([POINTS[0]])
    tab.finish("cancelled")
    assert button(tab, "fi.export").isEnabled()


def test_export_asks_for_an_export(qtbot, tab):
    """A click on Export only emits the request; the tab writes no file."""
    sweep(tab)
    with qtbot.waitSignal(tab.export_requested):
        qtbot.mouseClick(button(tab, "fi.export"), Qt.MouseButton.LeftButton)


def test_count_or_rate(tab):
    """The switch between spike count and rate relabels the axis of the plot."""
    sweep(tab)
    switch = tab.findChild(QComboBox, "fi.show_rate")
    labels = []
    for index in (1, 0):
        switch.setCurrentIndex(index)
        labels.append(tab.plot.getAxis("left").labelText)
    assert labels == ["rate (Hz)", "spikes"]


def test_nothing_is_clipped_at_the_smallest_window(tab):
    """At 940 × 560 every control is inside the tab."""
    for name in ("fi.start", "fi.cancel", "fi.export", "fi.clear", "fi.preset.lab3"):
        control = button(tab, name)
        corner = control.mapTo(tab, control.rect().bottomRight())
        assert tab.rect().contains(corner), name


def test_a_fraction_of_the_work_moves_the_bar(tab):
    """If points come in groups, the bar moves with the work between them."""
    tab.begin(LAB_3_NEURON, FiProtocol(points=11))
    tab.show_progress(0.5)
    bar = tab.findChild(QProgressBar, "fi.progress")
    assert bar.value() / bar.maximum() == 0.5


def test_following_replaces_the_curve_in_place(tab):
    """A followed curve takes new points and a new name; no overlay is left behind."""
    protocol = FiProtocol(points=2)
    tab.begin_following(LAB_3_NEURON, protocol)
    tab.replace_points((FiPoint(0, 0.0, 1, 2.0, None), FiPoint(1, 20.0, 5, 10.0, 1.0)))
    edited = LAB_3_NEURON.with_current("Na", conductance=100.0)
    tab.begin_following(edited, protocol)
    tab.replace_points((FiPoint(0, 0.0, 3, 6.0, None), FiPoint(1, 20.0, 7, 14.0, 1.0)))
    assert [p.count for p in tab.curve.points] == [3, 7]
    assert (len(tab.curves), tab.curve.membrane) == (1, edited)


def test_inaccurate_settings_are_named_with_the_result(tab):
    """The result of the curve is followed by the inaccuracy and its remedy."""
    tab.begin(LAB_3_NEURON, PROTOCOL)
    tab.add_points(POINTS)
    tab.finish("", "at 4 µA/cm² 10 spikes in 200 ms, but 14 at half the dt")
    shown = text(tab, "fi.result")
    assert "inaccurate here: at 4 µA/cm² 10 spikes in 200 ms, but 14 at half the dt" in shown
    assert "try a smaller dt" in shown


def test_a_figure_has_the_colours_of_the_screen(tab):
    """Three curves have the screen's colours, also after the oldest was removed."""
    for amount in (1.0, 2.0, 3.0):
        sweep(tab, LAB_3_NEURON.with_current("L", conductance=amount))
    for _ in range(2):
        lines = tab.figure().panels[0].curves
        shown = {t.curve.name: getattr(LIGHT, look_of(t.place)[0]) for t in tab.plot._traces}
        assert {line.name: line.color for line in lines} == shown
        tab.plot.removal_clicked.emit(tab.plot._traces[0].curve)
    assert len(tab.figure().panels[0].curves) == 1


def test_one_click_counts_what_makes_no_spike(qtbot, tab):
    """The result says where V oscillates uncounted; its button sets the threshold and runs."""
    count = button(tab, "fi.count")
    sweep(tab)
    assert count.isHidden()
    oscillations = [Oscillations(20, -8.0, -60.0), Oscillations(30, -12.0, -50.0)]
    sweep(
        tab,
        points=[
            *POINTS[:3],
            *(replace(p, oscillations=s) for p, s in zip(POINTS[3:], oscillations, strict=True)),
        ],
    )
    assert "at 3…4 µA/cm² V oscillates below the threshold of 0 mV" in text(tab, "fi.result")
    assert count.isVisible()
    assert count.text() == "Count them: a threshold of −30 mV"
    with qtbot.waitSignal(tab.sweep_requested) as asked:
        count.click()
    assert asked.args == [replace(PROTOCOL, threshold=-30.0)]
    sweep(tab)
    assert count.isHidden()
