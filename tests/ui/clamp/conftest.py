"""The Voltage clamp tab in the window."""

import pytest


@pytest.fixture
def tab(desktop, settle):
    """The tab in front, with the usual family of the squid."""
    desktop.panels.choose_model("squid-dayan-abbott")
    desktop.window.show_tab("clamp")
    page = desktop.window.pages["clamp"]
    settle(page)
    return page
