"""Define the light and the dark theme: the palette, and a colour and dash pattern for every curve.

Curves have the palette of Okabe & Ito (2008), which colour-blind eyes can distinguish. Its light
tones are hard to see on white and its blue on black, so that each theme has a shade of its own of
each hue; dash patterns tell curves apart even in grey. ``test_theme`` requires a contrast of 3 for
every shade.
"""

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QToolTip

CHOICES = ("system", "light", "dark")
_Line = Qt.PenStyle


@dataclass(frozen=True)
class Theme:
    """Colours as ``#rrggbb``; the last eight are shades of the hues of Okabe and Ito."""

    name: str
    window: str
    base: str
    button: str
    text: str
    faint_text: str
    disabled_text: str
    accent: str
    error: str
    outline: str
    plot_background: str
    grid: str
    axis: str
    black: str
    orange: str
    sky: str
    green: str
    yellow: str
    blue: str
    vermillion: str
    purple: str


LIGHT = Theme(
    name="light",
    window="#f4f5f6",
    base="#ffffff",
    button="#fafbfb",
    text="#1c2126",
    faint_text="#5c666f",
    disabled_text="#8f979e",
    accent="#0072b2",
    error="#b3261e",
    outline="#c3c9ce",
    plot_background="#ffffff",
    grid="#e4e7ea",
    axis="#5c666f",
    black="#1c2126",
    orange="#b87d00",
    sky="#2b8cc4",
    green="#008a64",
    yellow="#8f8500",
    blue="#0072b2",
    vermillion="#d55e00",
    purple="#b8558c",
)
DARK = Theme(
    name="dark",
    window="#1f2327",
    base="#31383f",
    button="#3a424a",
    text="#e4e7ea",
    faint_text="#9aa4ad",
    disabled_text="#6d767e",
    accent="#56b4e9",
    error="#ff8a7a",
    outline="#434a52",
    plot_background="#14171a",
    grid="#2a2f34",
    axis="#9aa4ad",
    black="#eceff1",
    orange="#e69f00",
    sky="#8fd0f5",
    green="#1fb58a",
    yellow="#f0e442",
    blue="#56b4e9",
    vermillion="#f07830",
    purple="#d98cb8",
)


class CurveStyle(NamedTuple):
    """The colour and the dash pattern of a curve."""

    color: QColor
    line: Qt.PenStyle


# Role -> hue and dash. A gate shares the hue of the current it opens: m with Na, n with K.
ROLES: dict[str, tuple[str, Qt.PenStyle]] = {
    "V": ("black", _Line.SolidLine),
    "I_stim": ("green", _Line.SolidLine),
    "m": ("vermillion", _Line.SolidLine),
    "h": ("purple", _Line.DashLine),
    "n": ("blue", _Line.DashDotLine),
    "I_Na": ("vermillion", _Line.SolidLine),
    "I_K": ("blue", _Line.DashLine),
    "I_L": ("orange", _Line.DotLine),
}
# For what has no role, by its place; none of these is the style of a role.
OTHERS: tuple[tuple[str, Qt.PenStyle], ...] = (
    ("purple", _Line.SolidLine),
    ("sky", _Line.DashLine),
    ("green", _Line.DashDotLine),
    ("yellow", _Line.DotLine),
    ("sky", _Line.SolidLine),
    ("orange", _Line.DashLine),
    ("purple", _Line.DotLine),
    ("yellow", _Line.DashDotLine),
)


def curve_style(theme: Theme, role: str, index: int = 0) -> CurveStyle:
    """Return the colour and dash pattern for a role, such as ``V``, ``m`` or ``I_Na``.

    index: for a role that has none of its own, the index of the curve among those of its kind, by
    which they are chosen.
    """
    hue, line = ROLES.get(role, OTHERS[index % len(OTHERS)])
    return CurveStyle(QColor(getattr(theme, hue)), line)


def current_theme() -> Theme:
    """Return the theme in use, recognised by the application's palette."""
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if dark else LIGHT


def switch_style(theme: Theme) -> str:
    """Return the style sheet of a button that stays down, so that one sees that it is."""
    return (
        f"QToolButton {{ border: 1px solid {theme.outline}; border-radius: 3px;"
        f" padding: 2px; background: {theme.button}; }}"
        f" QToolButton:checked, QToolButton:hover {{ border-color: {theme.accent}; }}"
        f" QToolButton:checked {{ color: {theme.accent}; }}"
        f" QToolButton:disabled {{ color: {theme.disabled_text}; border-color: {theme.outline}; }}"
    )


def theme_for(choice: str) -> Theme:
    """Return the theme for the choice "light", "dark" or "system".

    If the system has no preference, it is the light one.
    """
    if choice not in CHOICES:
        raise ValueError(f"theme must be one of {', '.join(CHOICES)}, not {choice!r}")
    if choice == "system":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return DARK if dark else LIGHT
    return {"light": LIGHT, "dark": DARK}[choice]


def apply_theme(app: QApplication, choice: str = "system") -> Theme:
    """Give the application the Fusion style and the palette of the choice; return the theme."""
    # Also colours what the system draws: title bar, file dialogs. Unknown follows the system.
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    app.styleHints().setColorScheme(schemes.get(choice, Qt.ColorScheme.Unknown))
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    if choice == "system" and prefers_contrast():
        app.setPalette(QPalette())  # the system's own colours
        QToolTip.setPalette(QPalette())
        return current_theme()
    theme = theme_for(choice)
    colors = palette(theme)
    app.setPalette(colors)
    QToolTip.setPalette(colors)
    return theme


def prefers_contrast() -> bool:
    """Return whether the system is set to high contrast."""
    hints = QGuiApplication.styleHints()  # PySide deletes what it gives with it
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def palette(theme: Theme) -> QPalette:
    """Return a palette with every colour role of ``theme``, including disabled widgets."""
    role = QPalette.ColorRole
    light = theme.name == "light"
    colors = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.base,
        role.AlternateBase: theme.window,
        role.Text: theme.text,
        role.PlaceholderText: theme.faint_text,
        role.Button: theme.button,
        role.ButtonText: theme.text,
        role.BrightText: theme.error,
        role.ToolTipBase: theme.base if light else theme.button,
        role.ToolTipText: theme.text,
        role.Highlight: theme.accent,
        role.HighlightedText: "#ffffff" if light else "#10151a",
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.purple,
        role.Light: "#ffffff" if light else "#454d55",
        role.Midlight: "#eceef0" if light else "#3d444b",
        role.Mid: theme.outline,
        role.Dark: "#a4abb1" if light else "#15181b",
        role.Shadow: "#7b838a" if light else "#0c0e10",
    }
    result = QPalette()
    for each, color in colors.items():
        result.setColor(each, QColor(color))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(theme.disabled_text))
    for each, color in ((role.Base, theme.window), (role.Highlight, theme.outline)):
        result.setColor(QPalette.ColorGroup.Disabled, each, QColor(color))
    return result


class ThemeWatcher(QObject):
    """Applies the chosen theme to the application; with "system" it follows the system's setting.

    ``theme_changed(Theme)``: Emitted with the new theme after it has been applied.
    """

    theme_changed = Signal(object)

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self._theme = apply_theme(app, choice)
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow_system)
        hints.accessibility().contrastPreferenceChanged.connect(self._follow_system)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def choice(self) -> str:
        return self._choice

    def choose(self, choice: str) -> Theme:
        """Choose "system", "light" or "dark"; return the theme that results."""
        theme_for(choice)  # refuses an unknown choice while nothing has changed yet
        self._choice = choice
        self._apply()
        return self._theme

    def _follow_system(self, _preference: object) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        before, self._theme = self._theme, apply_theme(self._app, self._choice)
        if self._theme != before:
            self.theme_changed.emit(self._theme)
