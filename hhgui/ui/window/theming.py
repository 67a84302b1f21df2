"""Apply colours and fonts to the whole window, in several calls so that it is never blocked."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabWidget, QToolTip, QWidget

from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls, paint_again
from hhgui.ui.widgets.theme import LIGHT, Theme

LARGEST_TYPE, LEAST_TYPE = 2.0, 1.25
_PLAIN_SCREEN = QSize(853, 480)  # for which the ordinary type is large


def presentation_scale(screen: QSize) -> float:
    """Return by how much type is larger in presentation mode, for a screen of this size (px).

    It is 1.5 at 1280×720 and in proportion on other screens, so that what fits on one fits on all.
    """
    room = min(screen.width() / _PLAIN_SCREEN.width(), screen.height() / _PLAIN_SCREEN.height())
    return min(max(round(room, 2), LEAST_TYPE), LARGEST_TYPE)


class WindowAppearance(QObject):
    """Applies themes and fonts to the tab in front first and to hidden tabs last.

    tabs: the widget with the ``Tab`` pages. bars: widgets with ``set_theme(theme)``. parts: other
    widgets with a font of their own, from the top of the window. fit: called after a change of
    font.
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
        """Return whether some part does not have its new colours or font yet."""
        return self._calls.busy

    def set_theme(self, theme: Theme) -> None:
        """Give the theme to all parts that draw colours of their own."""
        self._theme = theme
        self._restyle()

    def set_presentation(self, on: bool) -> None:
        """Switch presentation mode on or off: large type, thick lines and full screen."""
        if on:
            self._was_maximized = self._window.isMaximized()
        screen = self._window.screen().size()
        self._scale = presentation_scale(screen) if on else 1.0
        self._fonts_due = True
        self._restyle()

    def _restyle(self) -> None:
        """Schedule the calls that are due; paint only when all that is visible has been restyled.

        Painting the window takes as long as one call may, and would be repeated for each part
        otherwise.
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
        """Let the window be painted again."""
        paint_again(self._window)

    def _font_calls(self) -> tuple[Callable[[], object], ...]:
        """Return the calls that set the font of all parts."""
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
        """Return the pages of all tabs, the one in front first."""
        pages = [cast(Tab, self._tabs.widget(place)) for place in range(self._tabs.count())]
        return sorted(pages, key=lambda page: page is not self._tabs.currentWidget())

    def _set_popup_font(self, font: QFont) -> None:
        """Set the font of menus and tooltips, which inherit none because they are windows."""
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
