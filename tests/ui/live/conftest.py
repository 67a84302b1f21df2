"""The Live tab in the window."""

import pytest
from PySide6.QtWidgets import QCheckBox

from tests.ui.controls import choose


@pytest.fixture
def sweeping(desktop):
    """The tab in front at real time, with sweeps of 50 ms that the stimulus triggers."""
    page = desktop.window.pages["live"]
    desktop.window.show_tab("live")
    desktop.window.bar.choose_speed(1.0)
    choose(page, "live.window", 50)
    page.findChild(QCheckBox, "live.trigger").click()
    return page
