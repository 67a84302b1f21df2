"""The light and dark themes: contrast, distinct curves, and the system's choice."""

from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QToolTip

from hhgui.ui.widgets import theme as themes
from hhgui.ui.widgets.theme import (
    DARK,
    LIGHT,
    OTHERS,
    ROLES,
    ThemeWatcher,
    apply_theme,
    current_theme,
    curve_style,
    palette,
)
from tests.contrast import contrast


@pytest.fixture(autouse=True)
def restored_look(qapp):
    """The application looks as before when the test is over."""
    look, tips = QPalette(qapp.palette()), QPalette(QToolTip.palette())
    yield
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Unknown)
    qapp.setPalette(look)
    QToolTip.setPalette(tips)


@pytest.fixture
def system(monkeypatch):
    """Lets a test say which theme the system has."""

    def pretend(theme):
        of_choice = {"system": theme, "light": LIGHT, "dark": DARK}
        monkeypatch.setattr(themes, "theme_for", of_choice.__getitem__)

    pretend(LIGHT)
    return pretend


def contrast_of(one, other):
    """The contrast ratio of two colours by their names."""
    return contrast(QColor(one), QColor(other))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_text_can_be_read(theme):
    """Text, faint text and errors reach 4.5 on every surface, disabled text 2.5."""
    for surface in (theme.window, theme.base):
        for text in (theme.text, theme.faint_text, theme.error):
            assert contrast_of(text, surface) >= 4.5, (text, surface)
        assert contrast_of(theme.disabled_text, surface) >= 2.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_every_curve_can_be_seen(theme):
    """Each shade of the palette reaches 3 on the plots' background, in light and dark."""
    for hue, _line in (*ROLES.values(), *OTHERS):
        assert contrast_of(getattr(theme, hue), theme.plot_background) >= 3.0, hue


def test_no_two_other_curves_look_alike():
    """Curves without a role differ from each other and from those with one."""
    assert len(set(OTHERS)) == len(OTHERS)
    assert not set(OTHERS) & set(ROLES.values())


@pytest.mark.parametrize("group", [("m", "h", "n"), ("I_Na", "I_K", "I_L"), ("V", "I_stim")])
def test_curves_of_one_plot_differ_in_hue(group):
    """The curves of a pane differ in hue; gates and currents differ in dash too."""
    for one, other in combinations(group, 2):
        assert ROLES[one][0] != ROLES[other][0]
        assert ROLES[one][1] != ROLES[other][1] or group == ("V", "I_stim")


def test_a_name_without_a_role_is_styled_by_its_place():
    """The second unknown gate looks unlike the first."""
    assert curve_style(DARK, "a_act", 0) != curve_style(DARK, "a_inact", 1)
    assert curve_style(DARK, "a_act", 0).color == QColor(DARK.purple)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_applying_a_theme_styles_the_application(qapp, theme):
    """``apply_theme`` sets the Fusion style and the palette, which identifies the theme."""
    assert apply_theme(qapp, theme.name) is theme
    assert qapp.style().objectName() == "fusion"
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert QToolTip.palette().color(QPalette.ColorRole.ToolTipText) == QColor(theme.text)
    assert current_theme() is theme


def test_disabled_text_is_fainter():
    """Text of a disabled field has another colour than that of an enabled one."""
    disabled = palette(LIGHT).color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled == QColor(LIGHT.disabled_text)


def test_an_unknown_choice_is_refused(qapp):
    """A theme that does not exist is refused with a message that lists those that do."""
    with pytest.raises(ValueError, match="system, light, dark"):
        apply_theme(qapp, "blue")


def test_system_means_light_where_the_system_does_not_say(qapp):
    """If the system has no colour scheme, as offscreen, the theme is light."""
    assert apply_theme(qapp, "system") is LIGHT


def test_the_watcher_follows_the_system(qtbot, qapp, system):
    """A change of the system's scheme changes the application at once."""
    watcher = ThemeWatcher(qapp)
    system(DARK)
    with qtbot.waitSignal(watcher.theme_changed) as changed:
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert changed.args == [DARK]
    watcher.deleteLater()


def test_a_chosen_theme_ignores_the_system(qtbot, qapp, system):
    """A theme that the user chose stays when the system's scheme changes."""
    watcher = ThemeWatcher(qapp)
    assert watcher.choose("dark") is DARK
    with qtbot.assertNotEmitted(watcher.theme_changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert watcher.theme is DARK
    watcher.deleteLater()
