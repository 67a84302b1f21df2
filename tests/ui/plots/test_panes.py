"""The panes of traces: their contents, their key and their value axes."""

from dataclasses import replace

import pytest

from hhgui.model.quantity import quantities, quantities_by_pane
from hhgui.ui.plots.panes import first_range, key_html, quantity_style, voltage_range
from hhgui.ui.widgets.theme import LIGHT, curve_style
from tests.ui.run.samples import SQUID

BY_PANE = quantities_by_pane(SQUID)


def test_the_key_names_what_is_drawn():
    """Subscripts for ions, values only where the mouse is."""
    html = key_html(BY_PANE["driving_forces"], LIGHT, {})
    assert "V−E<sub>Na</sub>" in html
    assert "mV" not in html
    assert "12.50&nbsp;mV" in key_html(BY_PANE["driving_forces"], LIGHT, {"d_Na": 12.5})


def test_a_single_curve_has_no_key():
    """A pane of one curve has no key, as the label of its axis names the curve."""
    assert key_html(BY_PANE["voltage"], LIGHT, {}) == ""


def test_what_belongs_to_a_current_looks_like_it():
    """Potassium's conductance, driving force and open probability have the current's hue."""
    for quantity in quantities(SQUID):
        if quantity.key in ("I_K", "g_K", "d_K", "p_K"):
            assert quantity_style(LIGHT, quantity) == curve_style(LIGHT, "I_K")


@pytest.mark.parametrize("reversal", [-120.0, 55.0, 90.0])
def test_the_voltage_axis_holds_every_reversal_potential(reversal):
    """The axis goes 10 mV beyond them, in the live traces as in a run's."""
    membrane = SQUID.with_current("L", reversal=reversal)
    for low, high in (voltage_range(membrane), first_range("voltage", membrane, -65.0, 40.0)):
        assert low <= min(-90.0, reversal) - 10.0
        assert high >= max(50.0, reversal) + 10.0


def test_the_voltage_axis_ends_where_no_neuron_goes():
    """A reversal potential of 300 mV is nothing that V reaches."""
    assert voltage_range(SQUID.with_current("L", reversal=300.0))[1] == 160.0
    assert voltage_range(replace(SQUID, initial_voltage=-150.0))[0] == -160.0
