"""The window: its tabs by keys, and what it remembers of itself."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QWidget

from hhgui.desktop import Desktop
from hhgui.model.library import load_library
from hhgui.ui.tab import Tab
from hhgui.ui.tabs import TABS


def test_every_tab_has_a_name_a_title_and_a_state():
    """The names are those of session files, so none is there twice."""
    names = [tab.name for tab, _ in TABS]
    assert len(set(names)) == len(names)
    for tab, _ in TABS:
        assert issubclass(tab, Tab)
        assert tab.title
        tab.State()


def test_every_tab_comes_back_from_its_own_state(desktop):
    """``restore`` of a tab's own state gives the same state."""
    for page in desktop.window.pages.values():
        state = page.state()
        page.restore(state)
        assert page.state() == state


def test_no_field_has_the_focus_at_first(desktop):
    """Space runs and pauses instead of being typed into the first field."""
    assert not isinstance(desktop.window.focusWidget(), QAbstractSpinBox)


def test_keys_bring_any_tab_to_the_front(qtbot, desktop):
    """Ctrl and its number, from anywhere; Ctrl+Tab the next, around the end."""
    window = desktop.window
    for number, name in enumerate(list(window.pages)[:9], 1):
        qtbot.keyClick(window.neuron, getattr(Qt.Key, f"Key_{number}"),
                       Qt.KeyboardModifier.ControlModifier)  # fmt: skip
        assert window.front.name == name
    window.show_tab(list(window.pages)[-1])
    window.actions_by_name["tab.next"].trigger()
    assert window.front.name == next(iter(window.pages))
    window.actions_by_name["tab.previous"].trigger()
    assert window.front.name == list(window.pages)[-1]


def test_a_narrow_window_keeps_the_buttons(desktop, qapp):
    """First the tools go behind the bar's arrow, then the method's name is cut."""
    window, bar = desktop.window, desktop.window.bar
    tool = bar.findChild(QWidget, "annotate.laser.button")
    buttons = [bar.findChild(QWidget, f"{name}.button") for name in ("run", "reset", "pulse")]
    whole, seen = bar.method.sizeHint().width(), []
    for width in (1600, 1100, 960, 853):
        window.resize(width, 720)
        qapp.processEvents()
        assert all(each.isVisible() for each in buttons), width
        seen.append((tool.isVisible(), bar.method.isVisible() and bar.method.width() >= whole))
    assert (True, False) not in seen  # the name is whole as long as a tool is there
    assert (seen[0], seen[-1]) == ((True, True), (False, False))
    window.resize(1600, 900)


def test_each_plot_of_a_low_window_can_be_seen(desktop, settle):
    """Where all plots have no room the tab scrolls; the lowest plot vanished."""
    window = desktop.window
    window.resize(853, 420)
    for name in ("live", "experiment"):
        window.show_tab(name)
        settle(window)
        plots = window.front.plots
        heights = [plots.panes[pane].view.height() for pane in plots.laid_out]
        assert min(heights) > 20.0, (name, heights)
    window.show_tab("live")
    window.resize(1600, 900)


def test_axes_are_reset_and_a_figure_made_in_every_tab(desktop):
    """A tab that shows nothing so far has no figure; any other figure has panels."""
    for name in desktop.window.pages:
        desktop.window.show_tab(name)
        desktop.window.actions_by_name["reset.axes"].trigger()
        figure = desktop.window.front.figure()
        assert figure is None or figure.panels, name


def test_a_window_is_as_the_one_before_was_left(qtbot, qapp, new_desktop):
    """The lessons' dock, the hidden side panel and the theme are kept."""
    window = new_desktop.window
    window.show_lessons(True)
    assert window.neuron.isVisible()
    QTest.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not window.neuron.isVisible()
    new_desktop.themes.choose("dark")
    window.close()
    again = Desktop(qapp, load_library())
    qtbot.addWidget(again.window)
    again.start()
    qtbot.waitUntil(lambda: again.running)
    assert again.themes.choice == "dark"
    assert not again.window.neuron.isVisible()
    screen = again.window.screen().availableSize()
    assert again.window.height() <= screen.height() < window.height()  # which was larger than it
    assert again.window.findChild(QWidget, "lesson.dock").isVisible()
    again.themes.choose("system")
    again.window.close()


def cut_texts(window):
    """The names of visible labels that show less than their text."""
    cut = []
    for label in window.findChildren(QLabel):
        if not label.isVisible() or not label.text():
            continue
        wide = label.width() + 1 < label.sizeHint().width() and not label.wordWrap()
        high = label.wordWrap() and label.heightForWidth(label.width()) > label.height() + 1
        if wide or high:
            cut.append((label.objectName(), label.text()))
    return cut


def test_no_text_is_cut_in_any_tab(desktop, qtbot, settle):
    """At 1280 × 720, with the neuron of the most currents: one line or two, each is whole."""
    window = desktop.window
    window.resize(1280, 720)
    desktop.panels.choose_model("golomb-ca1")
    for name, page in window.pages.items():
        window.show_tab(name)
        qtbot.waitUntil(lambda: not any(runner.running for runner in desktop.runners))
        settle(page)
        assert [each for each in cut_texts(window) if not each[0].startswith("status.")] == [], name
    window.resize(1600, 900)
