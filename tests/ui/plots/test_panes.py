"""The panes of traces: what is in them, their key, the axis of the voltage."""

from dataclasses import replace

import pytest

from hhgui.ui.plots.panes import column_style, first_range, key_html, pane_columns, voltage_range
from hhgui.ui.widgets.theme import LIGHT
from tests.ui.run.samples import SQUID


def test_the_columns_of_each_pane():
    """Six panes, the currents in the membrane's order."""
    assert pane_columns(SQUID) == {
        "voltage": ("V",),
        "stimulus": ("I_stim",),
        "gates": ("m", "h", "n"),
        "currents": ("I_Na", "I_K", "I_L"),
        "conductances": ("g_Na", "g_K", "g_L"),
        "driving_forces": ("d_Na", "d_K", "d_L"),
    }


def test_the_key_names_what_is_drawn():
    """Subscripts for ions, values only where the mouse is."""
    styles = [column_style(LIGHT, "driving_forces", f"d_{ion}", 0) for ion in ("Na", "K")]
    html = key_html("driving_forces", ["d_Na", "d_K"], styles, LIGHT, {})
    assert "V−E<sub>Na</sub>" in html
    assert "mV" not in html
    assert "12.50 mV" in key_html("driving_forces", ["d_Na"], styles[:1], LIGHT, {"d_Na": 12.5})


def test_a_single_curve_has_no_key():
    """Its axis says what it is."""
    styles = [column_style(LIGHT, "voltage", "V", 0)]
    assert key_html("voltage", ["V"], styles, LIGHT, {}) == ""


@pytest.mark.parametrize("reversal", [-120.0, 55.0, 90.0])
def test_the_voltage_axis_holds_every_reversal_potential(reversal):
    """With 10 mV to spare, in the live traces as in a run's."""
    membrane = SQUID.with_current("L", reversal=reversal)
    for low, high in (voltage_range(membrane), first_range("voltage", membrane, -65.0, 40.0)):
        assert low <= min(-90.0, reversal) - 10.0
        assert high >= max(50.0, reversal) + 10.0


def test_the_voltage_axis_ends_where_no_neuron_goes():
    """A reversal potential of 300 mV is nothing that V reaches."""
    assert voltage_range(SQUID.with_current("L", reversal=300.0))[1] == 160.0
    assert voltage_range(replace(SQUID, initial_voltage=-150.0))[0] == -160.0
