"""Colours and type of a whole window, put on part by part: all at once would take too long."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QTabWidget, QToolTip, QWidget

from hhgui.ui.tab import Tab
from hhgui.ui.widgets.deferred import DeferredCalls
from hhgui.ui.widgets.theme import Theme

PRESENTATION_SCALE = 1.5


class WindowAppearance(QObject):
    """Dresses the tab in front first, those behind it last.

    tabs: its pages are ``Tab``s; bars: these have ``set_theme(theme)``; parts: what else has type
    of its own, from the top of the window; fit: called after a change of type.
    """

    def __init__(
        self, window: QMainWindow, tabs: QTabWidget, bars: Sequence[Any],
        parts: Sequence[QWidget], fit: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._tabs, self._fit = window, tabs, fit
        self._bars, self._parts = bars, parts
        self._theme: Theme | None = None
        self._scale = 1.0
        self._plain_size = window.font().pointSizeF()
        self._theme_calls, self._font_calls = DeferredCalls(self), DeferredCalls(self)

    def set_theme(self, theme: Theme) -> None:
        """Everything that draws itself in other colours."""
        self._theme = theme
        pages = [partial(page.set_theme, theme, self._scale) for page in self._pages()]
        if not self._window.isVisible():
            pages.pop(0)()  # or the first frame would flash in other colours
        bars = [partial(bar.set_theme, theme) for bar in self._bars]
        self._theme_calls.run(*pages[:1], *bars, *pages[1:])

    def set_presentation(self, on: bool) -> None:
        """Large type, thick lines, full screen, for a projector; or back."""
        self._scale = PRESENTATION_SCALE if on else 1.0
        font = self._window.font()
        font.setPointSizeF(self._plain_size * self._scale)
        widgets = (*self._parts, *self._pages(), self._window)
        restyle: tuple[Callable[[], object], ...] = (
            # with another type the status bar would show what its notice covers
            self._window.statusBar().clearMessage,
            partial(self._set_popup_font, font),
            *(partial(widget.setFont, font) for widget in widgets),
            partial(self._set_styled_size, font.pointSizeF()),
            self._fit,
        )
        # large type needs the whole screen first; the window can shrink only once its type has
        if on:
            self._font_calls.run(self._window.showFullScreen, *restyle, self._redraw)
        else:
            self._font_calls.run(*restyle, self._window.showNormal, self._redraw)

    def _pages(self) -> list[Tab]:
        """The tabs' pages, that in front first."""
        pages = [cast(Tab, self._tabs.widget(place)) for place in range(self._tabs.count())]
        return sorted(pages, key=lambda page: page is not self._tabs.currentWidget())

    def _set_popup_font(self, font: QFont) -> None:
        """Of menus and tool tips: windows of their own take no other's type."""
        # of those to come; the stub is wrong, only text is taken
        QApplication.setFont(font, "QMenu")  # type: ignore[arg-type]
        QToolTip.setFont(font)
        for menu in self._window.findChildren(QMenu):
            menu.setFont(font)

    def _set_styled_size(self, size: float) -> None:
        """Of widgets with a style sheet, which take no one's type."""
        for widget in self._window.findChildren(QWidget):
            if widget.testAttribute(Qt.WidgetAttribute.WA_StyleSheet):
                font = widget.font()
                font.setPointSizeF(size)
                widget.setFont(font)

    def _redraw(self) -> None:
        if self._theme is not None:
            self.set_theme(self._theme)
