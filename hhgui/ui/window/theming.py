"""Apply colours and fonts to a whole window in deferred calls.

All at once would block the window for too long.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabWidget, QToolTip, QWidget

from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.widgets.theme import LIGHT, Theme

LARGEST_TYPE, LEAST_TYPE = 2.0, 1.25
_PLAIN_SCREEN = QSize(853, 480)  # for which the ordinary type is large


def presentation_scale(screen: QSize) -> float:
    """Return how much larger type is in presentation mode on a screen of this size.

    It is 1.5 at 1280×720, and in proportion at others, so that what fits one fits all.
    """
    room = min(screen.width() / _PLAIN_SCREEN.width(), screen.height() / _PLAIN_SCREEN.height())
    return min(max(round(room, 2), LEAST_TYPE), LARGEST_TYPE)


class WindowAppearance(QObject):
    """Apply themes and fonts to the tab in front first and to hidden tabs last.

    tabs: Contains ``Tab`` pages. bars: Widgets with ``set_theme(theme)``. parts: Other widgets with
    their own font, from the top of the window. fit: Called after a change of the font.
    """

    def __init__(
        self, window: QMainWindow, tabs: QTabWidget, bars: Sequence[Any],
        parts: Sequence[QWidget], fit: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._tabs, self._fit = window, tabs, fit
        self._bars, self._parts = bars, parts
        self._theme = LIGHT
        self._scale = 1.0
        self._was_maximized = False
        self._plain_size = window.font().pointSizeF()
        self._fonts_due = False
        self._calls = DeferredCalls(self)

    @property
    def busy(self) -> bool:
        """Return whether a part has yet to take its colours or font."""
        return self._calls.busy

    def set_theme(self, theme: Theme) -> None:
        """Apply the theme to all parts that draw their own colours."""
        self._theme = theme
        self._restyle()

    def set_presentation(self, on: bool) -> None:
        """Use large type, thick lines and full screen for a projector, or return to normal."""
        if on:
            self._was_maximized = self._window.isMaximized()
        screen = self._window.screen().size()
        self._scale = presentation_scale(screen) if on else 1.0
        self._fonts_due = True
        self._restyle()

    def _restyle(self) -> None:
        """Schedule what is due; nothing is painted until all that is visible has been restyled.

        Painting the window takes as long as a turn may, and each part would have it painted again.
        """
        themes = [partial(page.set_theme, self._theme, self._scale) for page in self._pages()]
        if self._window.isVisible():
            self._window.setUpdatesEnabled(False)
        else:
            themes.pop(0)()  # or the first frame would flash in other colours
        fonts = self._font_calls() if self._fonts_due else ()
        bars = [partial(bar.set_theme, self._theme) for bar in self._bars]
        self._calls.run(*fonts, *themes[:1], *bars, self._show, *themes[1:])

    def _show(self) -> None:
        self._window.setUpdatesEnabled(True)
        # Not update(): if one was under way as updates were switched off, Qt still waits for it and
        # the window would never be painted again.
        self._window.repaint()

    def _font_calls(self) -> tuple[Callable[[], object], ...]:
        font = self._window.font()
        font.setPointSizeF(self._plain_size * self._scale)
        restyle: tuple[Callable[[], object], ...] = (
            # with another type the status bar would show what its notice covers
            self._window.statusBar().clearMessage,
            partial(self._set_popup_font, font),
            *(partial(part.setFont, font) for part in (*self._parts, *self._pages(), self._window)),
            partial(self._set_styled_size, font.pointSizeF()),
            self._fit,
            partial(setattr, self, "_fonts_due", False),
        )
        # large type needs the whole screen first; the window can shrink only once its type has
        if self._scale > 1.0:
            return (self._window.showFullScreen, *restyle)
        leave = self._window.showMaximized if self._was_maximized else self._window.showNormal
        return (*restyle, leave)

    def _pages(self) -> list[Tab]:
        """Return the pages of the tabs, the one in front first."""
        pages = [cast(Tab, self._tabs.widget(place)) for place in range(self._tabs.count())]
        return sorted(pages, key=lambda page: page is not self._tabs.currentWidget())

    def _set_popup_font(self, font: QFont) -> None:
        """Set the font of menus and tool tips, which inherit none because they are windows."""
        # of later tool tips; the stub is wrong, Qt accepts text only
        QApplication.setFont(font, "QMenu")  # type: ignore[arg-type]
        QToolTip.setFont(font)
        for menu in self._window.findChildren(QMenu):
            menu.setFont(font)

    def _set_styled_size(self, size: float) -> None:
        """Set the font size of widgets with a style sheet, which do not inherit it."""
        for widget in self._window.findChildren(QWidget):
            if widget.testAttribute(Qt.WidgetAttribute.WA_StyleSheet):
                font = widget.font()
                font.setPointSizeF(size)
                widget.setFont(font)
