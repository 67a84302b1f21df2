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


@pytest.fixture(scope="module")
def shown_once(qapp):
    """Show a widget in which a test can restore what others changed, until the module ends."""
    from PySide6.QtTest import QTest

    made = []

    def show(widget, *size):
        widget.resize(*size)
        widget.show()
        assert QTest.qWaitForWindowExposed(widget)
        made.append(widget)
        return widget

    yield show
    for widget in made:
        widget.close()
        widget.deleteLater()
