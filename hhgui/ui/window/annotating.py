"""Let the user point, draw, write and zoom on the plots of any tab."""

from functools import partial
from typing import cast

import pyqtgraph as pg
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QCursor, QPainter, QPixmap, QRadialGradient
from PySide6.QtWidgets import QTabWidget

from hhgui.ui.tab import Tab
from hhgui.ui.widgets.ink import Ink, Note, Stroke
from hhgui.ui.window.actions import ANNOTATING, Actions

LASER = "laser"
_DOT = 22  # px


class Annotating(QObject):
    """Gives the tools of the menu View → Annotate to the plots of the tab in front.

    What is drawn stays on its plot, in presentation mode or not, until Esc clears it.
    """

    def __init__(self, tabs: QTabWidget, actions: Actions) -> None:
        super().__init__(tabs)
        self._tabs, self._actions = tabs, actions
        self._tool = ""
        self._inks: dict[pg.GraphicsView, Ink] = {}
        self._cleared: dict[Ink, list[Stroke | Note]] = {}
        for tool in ANNOTATING:
            actions[f"annotate.{tool}"].triggered.connect(self._choose)
        actions["annotate.clear"].triggered.connect(self.clear)
        actions["annotate.back"].triggered.connect(self.bring_back)
        tabs.currentChanged.connect(self._apply)

    @property
    def active(self) -> bool:
        """Return whether a tool is chosen or something is drawn."""
        return bool(self._tool) or any(ink.marks for ink in self._inks.values())

    def follow_plots(self) -> None:
        """Give the chosen tool also to plots that were made later, as by a measurement."""
        if self._tool:
            self._apply()

    @Slot(bool)
    def _choose(self, on: bool) -> None:
        """Choose the tool of the action that was clicked if ``on``, else no tool."""
        name = self.sender().objectName().removeprefix("annotate.")
        self._take(name if on else "")

    def _take(self, tool: str) -> None:
        """Choose a tool, "" for none."""
        self._tool = tool
        for each in ANNOTATING:
            self._actions[f"annotate.{each}"].setChecked(each == tool)
        self._apply()

    @Slot()
    def _apply(self) -> None:
        """Give the chosen tool to the plots of the tab in front, and take it from all others."""
        front = self._front.findChildren(pg.GraphicsView)
        if self._tool not in ("", LASER):
            for view in front:
                if view not in self._inks:
                    self._inks[view] = ink = Ink(view.viewport())
                    ink.box_chosen.connect(self._zoom)
                    ink.destroyed.connect(partial(self._forget, view))
        for view, ink in self._inks.items():
            tool = self._tool if view in front and self._tool != LASER else ""
            if tool != ink.tool:
                ink.set_tool(tool)
        dot = laser_cursor(self._tabs.devicePixelRatioF())
        for page in range(self._tabs.count()):
            for view in cast(Tab, self._tabs.widget(page)).findChildren(pg.GraphicsView):
                if self._tool == LASER:
                    view.viewport().setCursor(dot)
                else:
                    view.viewport().unsetCursor()

    @property
    def _front(self) -> Tab:
        return cast(Tab, self._tabs.currentWidget())

    @Slot(QRectF)
    def _zoom(self, box: QRectF) -> None:
        """Show the part of a plot inside the box (px), and choose no tool any more."""
        ink = self.sender()
        view = next(view for view, each in self._inks.items() if each is ink)
        self._take("")
        plot = view_box_at(view, box.center())
        if plot is not None:
            shown = plot.mapSceneToView(view.mapToScene(box.toRect())).boundingRect()
            self._front.zoom_to(plot, shown)

    def _forget(self, view: pg.GraphicsView, *_destroyed: object) -> None:
        """Forget a plot that has been deleted, as those of an earlier measurement are."""
        self._cleared.pop(self._inks.pop(view), None)

    @Slot()
    def clear(self) -> None:
        """Remove all that is drawn on any plot, and choose no tool."""
        marked = {ink: ink.marks for ink in self._inks.values() if ink.marks}
        self._cleared = marked or self._cleared
        for ink in marked:
            ink.set_marks([])
        self._take("")

    @Slot()
    def bring_back(self) -> None:
        """Restore what was last cleared."""
        for ink, marks in self._cleared.items():
            ink.set_marks([*marks, *ink.marks])
        self._cleared = {}


def view_box_at(view: pg.GraphicsView, place: QPointF) -> pg.ViewBox | None:
    """Return the plot at a position (px) of a view, None if there is none."""
    at = view.mapToScene(place.toPoint())
    found = (item for item in view.scene().items() if isinstance(item, pg.ViewBox))
    return next((box for box in found if box.isVisible() and box.sceneBoundingRect().contains(at)),
                None)  # fmt: skip


def laser_cursor(ratio: float) -> QCursor:
    """Return a mouse pointer that is a red dot; it needs no painting by the window."""
    picture = QPixmap(round(_DOT * ratio), round(_DOT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    glow = QRadialGradient(_DOT / 2.0, _DOT / 2.0, _DOT / 2.0)
    for place, alpha in ((0.0, 255), (0.45, 255), (0.6, 110), (1.0, 0)):
        glow.setColorAt(place, QColor(255, 30, 30, alpha))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(glow))
    painter.drawEllipse(QRectF(0.0, 0.0, _DOT, _DOT))
    painter.end()
    return QCursor(picture)
