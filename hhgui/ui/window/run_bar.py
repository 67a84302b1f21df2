"""Provide the tool bar with the commands that run, and the fields for speed, method and dt."""

from typing import cast

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLayout,
    QSizePolicy,
    QStyle,
    QToolBar,
    QToolButton,
    QWidget,
)

from hhgui.document.setup import AS_FAST_AS_IT_GOES
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, DT
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.own_method import add_methods
from hhgui.ui.window.clamp_switch import ClampSwitch

SPEEDS = (
    *((f"1/{n} ×", 1.0 / n) for n in (1000, 500, 200, 100, 50, 20, 10, 5, 2)),
    ("1 × (real time)", 1.0),
    *((f"{n} ×", float(n)) for n in (2, 5, 10, 20, 50, 100)),
    ("as fast as it goes", AS_FAST_AS_IT_GOES),
)
DEFAULT_SPEED = 1.0 / 20.0
_METHOD_DIGITS = 9


class _ShrinkingBox(QComboBox):
    """A list that shows whole names if there is room, and else cuts them."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_METHOD_DIGITS)

    def sizeHint(self) -> QSize:
        least, metrics = super().sizeHint(), self.fontMetrics()
        names = (self.itemText(index) for index in range(self.count()))
        widest = max(map(metrics.horizontalAdvance, names), default=0)
        more = widest - metrics.horizontalAdvance("X" * _METHOD_DIGITS)
        return least + QSize(max(more, 0), 0)

    def shorten(self, missing: int) -> None:
        """Become narrower than the whole name by ``missing`` px, as far as possible."""
        whole, least = self.sizeHint().width(), super().minimumSizeHint().width()
        self.setMinimumWidth(max(whole - max(missing, 0), least))


class RunBar(QToolBar):
    """The tool bar with the commands that run, and the fields for speed, method and dt.

    In a narrow window first the tools for plots move behind the arrow at the end of the bar, then
    the name of the method is cut. ``speed_changed(speed)``: Emitted with the model time per real
    time, 0 for no limit. ``method_changed(id, dt)``: Emitted with the id of the method and dt (ms).
    ``clamp_switched(clamped)``: Emitted with whether the user clamps the live neuron's voltage.
    """

    speed_changed = Signal(float)
    method_changed = Signal(str, float)
    clamp_switched = Signal(bool)

    def __init__(self, actions: list[QAction], pulse: QAction, tools: list[QAction]) -> None:
        """Create the bar; tools: for plots, whose buttons have no text and come last.

        actions: the commands that run. pulse: the command that lets the stimulus begin now.
        """
        super().__init__("Run")
        self.setObjectName("run_bar")
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for action in (*actions, pulse):
            self.addAction(action)
            self._name_button(action)
        self.speed = self._combo("speed", "Speed", "Model time per real time")
        for label, value in SPEEDS:
            self.speed.addItem(label, value)
        self.method = named(_ShrinkingBox(), "method", "Method")
        self.method.setToolTip("Integration method")
        add_methods(self.method)
        self.dt = NumberField(DT, "dt", path="run.dt")
        self.dt.setFixedWidth(100)
        self._pace = self._place("speed", self.speed)
        self._integration = self._place("method", self.method) + self._place("dt (ms)", self.dt)
        self.clamp = ClampSwitch()
        self.clamp.switched.connect(self.clamp_switched)
        self.addWidget(self.clamp)
        self._spacer = QWidget()
        self._spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(self._spacer)
        for action in tools:
            self.addAction(action)
            self._name_button(action)
            button = cast(QToolButton, self.widgetForAction(action))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.set_method(DEFAULT_METHOD, DEFAULT_DT_MS)
        self.set_speed(DEFAULT_SPEED)
        self.speed.currentIndexChanged.connect(self._emit_speed)
        self.method.currentIndexChanged.connect(self._emit_method)
        self.dt.value_committed.connect(self._emit_method)

    def set_method(self, method: str, dt: float) -> None:
        """Show a method and dt (ms) without emitting a signal."""
        blocker = QSignalBlocker(self.method)
        self.method.setCurrentIndex(self.method.findData(method))
        blocker.unblock()
        self.dt.set_value_silently(dt)

    def set_speed(self, speed: float) -> None:
        """Show the nearest available speed without emitting a signal."""
        blocker = QSignalBlocker(self.speed)
        self.speed.setCurrentIndex(min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i][1] - speed)))
        blocker.unblock()

    def choose_speed(self, speed: float) -> None:
        """Choose the nearest available speed, as if the user had done so."""
        self.set_speed(speed)
        self._emit_speed()

    def show_front(self, integrates: bool, shows_live: bool, plays: bool) -> None:
        """Disable what does not apply to the tab in front.

        integrates: whether the tab uses the method and dt of this bar. shows_live: whether it shows
        anything of the live run, to which the speed applies. plays: whether the clamp applies
        to it.
        """
        for widgets, applies in (
            (self._integration, integrates), (self._pace, shows_live), ((self.clamp,), plays),
        ):  # fmt: skip
            if widgets[0].isEnabled() != applies:
                for widget in widgets:
                    widget.setEnabled(applies)

    def event(self, event: QEvent) -> bool:
        """Fit the name of the method to the room there is, whenever the layout has changed."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self.method.shorten(self._width_without_tools() - self.width())
        return super().event(event)

    def _width_without_tools(self) -> int:
        """Return the width (px) that the bar needs if the tools for plots move behind its arrow."""
        arrow = self.style().pixelMetric(QStyle.PixelMetric.PM_ToolBarExtensionExtent)
        layout = cast(QLayout, self.layout())
        width = arrow + layout.contentsMargins().left() + layout.contentsMargins().right()
        for widget in map(self.widgetForAction, self.actions()):
            if widget is self._spacer:
                break
            width += widget.sizeHint().expandedTo(widget.minimumSize()).width() + layout.spacing()
        return width

    def _name_button(self, action: QAction) -> None:
        """Name the button of a command after it, for tests and screen readers."""
        button = self.widgetForAction(action)
        named(button, action.objectName() + ".button", action.toolTip())

    def _combo(self, name: str, label: str, tip: str) -> QComboBox:
        combo = named(QComboBox(), name, label)
        combo.setToolTip(tip)
        return combo

    def _place(self, text: str, widget: QWidget) -> tuple[QWidget, ...]:
        """Put a label and a widget on the bar, and return what was added."""
        label = QLabel(f"  {text} ")
        label.setBuddy(widget)
        self.addWidget(label)
        self.addWidget(widget)
        return widget, label

    def _emit_speed(self) -> None:
        self.speed_changed.emit(float(self.speed.currentData()))

    def _emit_method(self) -> None:
        self.method_changed.emit(str(self.method.currentData()), self.dt.value)
