"""Fixtures of the tests of windows and widgets."""

import pytest


@pytest.fixture
def shown(qtbot):
    """Show a widget, of this size or as large as it wishes, until the end of the test."""

    def show(widget, *size):
        qtbot.addWidget(widget)
        if size:
            widget.resize(*size)
        with qtbot.waitExposed(widget):
            widget.show()
        return widget

    return show
