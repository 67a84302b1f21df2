"""Show every key of the window, collected from its menus."""

from collections.abc import Iterator
from html import escape
from typing import cast

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QTextBrowser,
)

from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.page import Page
from hhgui.ui.window.actions import key_text

# Keys and mouse gestures that are not actions of a menu.
_ELSEWHERE = (
    ("Esc", "Take back what was typed; clear the plots; leave presentation mode; hide a note"),
    ("↑ ↓, Page ↑ ↓", "In a number: a step, or ten"),
    ("Double click", "On a plot: its axes back"),
    ("Right click", "On a number of the side panel: pin it for presentation mode"),
    ("Drag", "A number's name, or an edge of the stimulus: Shift fine"),
)


class KeysSheet(Page):
    """A page beside the window with the keys of all menus."""

    def __init__(self, parent: QMainWindow) -> None:
        super().__init__("keys.dialog", "Keyboard", parent, QSize(460, 640))
        self._menus = parent.menuBar()
        self._text = named(QTextBrowser(), "keys.text", "Keys and what they do")
        self.fill(self._text)
        self._text.setHtml(self._html())

    def _html(self) -> str:
        menus = [
            (plain(each.text()), list(keys_of(cast(QMenu, each.menu()))))
            for each in self._menus.actions()
        ]
        menus.append(("Elsewhere", list(_ELSEWHERE)))
        tables = (f"<h3>{escape(title)}</h3><table>{''.join(map(_row, keys))}</table>"
                  for title, keys in menus if keys)  # fmt: skip
        return "".join(tables)


def keys_of(menu: QMenu) -> Iterator[tuple[str, str]]:
    """Yield keys and text of every action with a key in a menu and its submenus."""
    for action in menu.actions():
        if action.menu() is not None:
            yield from keys_of(cast(QMenu, action.menu()))
        elif not action.shortcut().isEmpty():
            yield key_text(action), plain(action.text())


def plain(text: str) -> str:
    """Return the text of an action without "&" and "…"."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")


def _row(pair: tuple[str, str]) -> str:
    """Return keys and text as a row of an HTML table."""
    key, does = (escape(each) for each in pair)
    return f"<tr><td style='padding: 1px 18px 1px 0'><b>{key}</b></td><td>{does}</td></tr>"
