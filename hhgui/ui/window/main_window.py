"""Lay out the window: run bar, neuron and stimulus panels, tabs and status bar."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from time import perf_counter
from typing import cast

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPalette,
    QStatusTipEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.engine.recording import LiveStatus, Recording
from hhgui.model.quantity import CLAMP, VOLTAGE
from hhgui.model.words import counted
from hhgui.ui.help.dialogs import Tour, show_about, show_beside
from hhgui.ui.help.keys import KeysSheet
from hhgui.ui.lessons.equations_page import EquationsPage
from hhgui.ui.lessons.panel import LessonPanel
from hhgui.ui.neuron.panel import NeuronPanel
from hhgui.ui.neuron.spikes import SpikesPanel
from hhgui.ui.stimulus.panel import StimulusPanel
from hhgui.ui.tab import Tab
from hhgui.ui.widgets.banner import Banner
from hhgui.ui.widgets.currents import shown_currents
from hhgui.ui.widgets.deferred import lay_out_now
from hhgui.ui.widgets.labels import named, set_text
from hhgui.ui.widgets.number_field import NumberField
from hhgui.ui.widgets.pins import pins
from hhgui.ui.widgets.progress_strip import ProgressStrip
from hhgui.ui.widgets.theme import Theme
from hhgui.ui.window.actions import ANNOTATING, Actions
from hhgui.ui.window.annotating import Annotating
from hhgui.ui.window.knob_strip import KnobStrip
from hhgui.ui.window.note_bar import NoteBar
from hhgui.ui.window.offer_bar import OfferBar
from hhgui.ui.window.plot_menu import PlotMenus
from hhgui.ui.window.preferences import Preferences
from hhgui.ui.window.run_bar import RunBar
from hhgui.ui.window.settings import (
    remember,
    remember_layout,
    remember_text,
    remembered,
    remembered_layout,
    remembered_text,
)
from hhgui.ui.window.side_panels import PANEL_WIDTH, SidePanels
from hhgui.ui.window.theming import WindowAppearance
from hhgui.ui.window.warning_bar import WarningBar
from hhgui.ui.window.welcome_bar import WelcomeBar

FRAME_MS = 16
NOTICE_MS = 8000
STATUS_EVERY_S = 0.1  # faster texts would be unreadable, and cost a tenth of a frame
TITLE_BAR = 40  # about, in pixels: the size that Qt sets is without it
PANEL, SLIDERS, PINS = "window/panel", "window/sliders", "window/pins"
LEAST_SIZE = QSize(480, 300)  # a projector of 1280×720 at 200 % has 640×360


class MainWindow(QMainWindow):
    """The main window; it owns the only timer for drawing.

    pages: the tabs by name. appearance: applies themes and fonts. recording: that of the live run,
    or None. may_close: asks about unsaved work and returns whether to close now. ``prepared()``:
    Emitted when the kernels have been loaded or compiled. ``closed()``: Emitted when the user has
    closed the window. ``files_dropped(paths)``: Emitted with files that were dropped on the window.
    """

    prepared = Signal()
    closed = Signal()
    files_dropped = Signal(list)

    def __init__(self, pages: Sequence[Tab]) -> None:
        super().__init__()
        self.setWindowTitle("hhgui")
        self.pages = {page.name: page for page in pages}
        self.may_close: Callable[[], bool] = lambda: True
        self.recording: Recording | None = None
        self.actions_by_name = Actions(self, pages)
        self.neuron, self.spikes = NeuronPanel(), SpikesPanel()
        self.stimulus = StimulusPanel()
        self.lessons = LessonPanel()
        self.note, self.offer, self.warning = NoteBar(), OfferBar(), WarningBar()
        act = self.actions_by_name
        self.welcome = WelcomeBar(act.protocols, act.demonstrations)
        tools = [act[f"annotate.{tool}"] for tool in ANNOTATING]
        self.bar = RunBar([act["run"], act["step"], act["reset"]], act["pulse"], tools)
        self.addToolBar(self.bar)
        self.tabs, self.lesson_dock = QTabWidget(), QDockWidget("Lessons", self)
        self._frames: deque[float] = deque(maxlen=120)
        self.frames_drawn = 0
        self._shown_before = {"panel": True, "forms": True}  # presentation mode hides them
        self._status_shown = 0.0
        self._applies: tuple[object, ...] = ()
        self._lay_out()
        self._make_status()
        self._connect()
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.draw_frame)

    def _lay_out(self) -> None:
        panels = self._panels = SidePanels(self.neuron, self.spikes, self.stimulus)
        self.knobs = KnobStrip()
        self.knobs.hide()
        named(self.tabs, "tabs", "Views")
        self.tabs.setDocumentMode(True)
        for page in self.pages.values():
            self.tabs.addTab(page, page.title)
        self._forms_button = named(QToolButton(), "forms.button", "Settings of the tab")
        self.actions_by_name["forms"].setIconText("Settings")
        self._forms_button.setDefaultAction(self.actions_by_name["forms"])
        self.tabs.setCornerWidget(self._forms_button)
        splitter = self._splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(panels)
        middle = QWidget()
        under = QVBoxLayout(middle)
        under.setContentsMargins(0, 0, 0, 0)
        under.setSpacing(2)
        under.addWidget(self.welcome)
        under.addWidget(self.offer)
        under.addWidget(self.warning)
        under.addWidget(self.note)
        under.addWidget(_scrolling(self.tabs), 1)
        splitter.addWidget(middle)
        splitter.setStretchFactor(1, 1)
        splitter.setCollapsible(0, False)
        splitter.setCollapsible(1, False)
        splitter.setSizes([PANEL_WIDTH, 950])
        centre = QWidget()
        beside = QHBoxLayout(centre)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.knobs)
        beside.addWidget(splitter, 1)
        self.setCentralWidget(centre)
        self.setMinimumSize(LEAST_SIZE)
        self.lesson_dock.setObjectName("lesson.dock")
        self.lesson_dock.setWidget(self.lessons)
        self.lesson_dock.setFeatures(QDockWidget.DockWidgetFeature.DockWidgetMovable)
        self.lesson_dock.setTitleBarWidget(QWidget())  # the panel has a title of its own
        self.lesson_dock.hide()
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.lesson_dock)
        self.setAcceptDrops(True)
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(1280, 720).boundedTo(room))
        self.appearance = WindowAppearance(
            self, self.tabs, (self.lessons, self.note, self.offer, self.warning, self.welcome),
            (self.menuBar(), self.bar, self.statusBar(), self.neuron, self.spikes, self.stimulus,
             panels, self.knobs, self.tabs.tabBar(), self._forms_button, self.note, self.offer,
             self.warning, self.welcome, self.lesson_dock),
            panels.fit_width,
        )  # fmt: skip

    def _make_status(self) -> None:
        self.state = QLabel("preparing…")
        self.state.setObjectName("status.live")
        self.frame_rate = QLabel("")
        self.frame_rate.setObjectName("status.fps")
        self.frame_rate.setContentsMargins(0, 0, 8, 0)
        self.state.setContentsMargins(8, 0, 0, 0)
        # letters that the font lacks come from another one: a taller text moved every plot
        self.state.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Ignored)
        self.state.setMinimumWidth(1)  # rather cut than widening the window
        self.statusBar().addWidget(self.state)
        self.accuracy = QLabel("")
        self.accuracy.setObjectName("status.accuracy")
        self.accuracy.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.statusBar().addWidget(self.accuracy, 1)
        self.export_progress = ProgressStrip("export.progress")
        self.statusBar().addPermanentWidget(self.export_progress)
        self.statusBar().addPermanentWidget(self.frame_rate)

    def _connect(self) -> None:
        act = self.actions_by_name
        self.annotating = Annotating(self.tabs, act)
        for page in self.pages.values():
            page.noticed.connect(self.say)
            for command in page.commands:
                act[command.name].triggered.connect(partial(self._command, page, command.does))
        for name in self.pages:
            act[f"tab.{name}"].triggered.connect(partial(self.show_tab, name))
        act["tab.next"].triggered.connect(partial(self._switch_tab, 1))
        act["tab.previous"].triggered.connect(partial(self._switch_tab, -1))
        act["run"].triggered.connect(self._run_or_stop)
        self.tabs.currentChanged.connect(lambda _index: self._show_front())
        self.tabs.currentChanged.connect(self._fit_front)
        self.tabs.currentChanged.connect(lambda _index: lay_out_now())
        self._fit_front()
        self._show_front()
        act["reset.axes"].triggered.connect(lambda: self.front.reset_axes())
        menus = PlotMenus(self, act)
        for page in self.pages.values():
            menus.add(page)
        act["export.csv"].triggered.connect(lambda: self.front.export())
        act["keep"].triggered.connect(lambda: self.front.keep())
        act["lessons"].toggled.connect(self.show_lessons)
        self.lessons.closed.connect(lambda: act["lessons"].setChecked(False))
        act["panel"].toggled.connect(self._show_panel)
        act["forms"].toggled.connect(self._show_forms)
        act["sliders"].toggled.connect(self._set_sliders)
        act["presentation"].toggled.connect(self.appearance.set_presentation)
        act["presentation"].toggled.connect(lambda on: self.welcome.show_unless_closed(not on))
        act["presentation"].toggled.connect(self._present)
        pins().changed.connect(self.show_knobs)
        self.welcome.lessons.clicked.connect(partial(self.show_lessons, True))
        act["quit"].triggered.connect(self.close)
        act["reset.parameters"].triggered.connect(self.neuron.reset_all)
        act["tour"].triggered.connect(lambda: show_beside(Tour, self))
        act["equations"].triggered.connect(lambda: show_beside(EquationsPage, self))
        act["keys"].triggered.connect(lambda: show_beside(KeysSheet, self))
        act["preferences"].triggered.connect(lambda: Preferences(self).exec())
        act["about"].triggered.connect(lambda: show_about(self))

    @Slot(bool)
    def _set_sliders(self, shown: bool) -> None:
        for panel in (self.neuron, self.stimulus):
            panel.set_sliders(shown)

    @Slot(bool)
    def _present(self, on: bool) -> None:
        """Hide the side panel, for which there are knobs, and the forms; or show both as before."""
        for name, before in self._shown_before.items():
            action = self.actions_by_name[name]
            if on:
                self._shown_before[name] = action.isChecked()
            action.setChecked(not on and before)
        self._show_panel()

    @Slot(bool)
    def _show_forms(self, shown: bool) -> None:
        """Show or hide the settings of all tabs."""
        for page in self.pages.values():
            for form in page.forms:
                form.setVisible(shown)

    def _show_panel(self) -> None:
        shown, act = self.actions_by_name["panel"].isChecked(), self.actions_by_name
        self._panels.setVisible(shown)
        self.knobs.setVisible(act["presentation"].isChecked() and not shown)
        self.show_knobs()

    @Slot()
    def show_knobs(self) -> None:
        """Show the numbers that are pinned now, if the strip is visible."""
        if self.knobs.isHidden():
            return
        fields: list[NumberField] = []
        for panel in (self.stimulus, self.neuron, self.spikes):
            fields += panel.findChildren(NumberField)
        self.knobs.show_fields(
            [field for field in fields if field.pin_name and pins().is_pinned(field.pin_name)]
        )

    def set_theme(self, theme: Theme) -> None:
        """Give the theme to all parts that draw colours of their own."""
        self.actions_by_name.set_theme(theme)
        self.bar.clamp.set_theme(theme)
        colors = self.accuracy.palette()
        colors.setColor(QPalette.ColorRole.WindowText, QColor(theme.vermillion))
        self.accuracy.setPalette(colors)
        self.appearance.set_theme(theme)

    def show_tab(self, name: str) -> None:
        """Bring the tab of this name to the front. Raises KeyError if there is none."""
        self.tabs.setCurrentWidget(self.pages[name])

    @property
    def front(self) -> Tab:
        """Return the tab in front."""
        return cast(Tab, self.tabs.currentWidget())

    def show_lessons(self, on: bool) -> None:
        """Show or hide the lesson panel on the right."""
        self.lesson_dock.setVisible(on)
        self.actions_by_name["lessons"].setChecked(on)
        if on:
            self.lessons.setFocus()

    def show_accuracy(self, problem: str) -> None:
        """Show beside the status what is inaccurate about the present settings; "" removes it."""
        self.accuracy.setText(f"⚠ inaccurate here: {problem}" if problem else "")
        tip = "The same 200 ms at half the dt differ: try a smaller dt or, where V is free, "
        tip += "another method."
        self.accuracy.setToolTip(tip if problem else "")

    def set_prepared(self) -> None:
        """Show the status from now on, because the kernels are ready."""
        self.state.setText("")
        for page in self.pages.values():
            page.prepare()
        self.prepared.emit()

    def draw_frame(self) -> None:
        """Draw new data and update the status; the timer for drawing calls this."""
        front = self.front
        drew = front.tick(self.recording)
        self._show_front()
        now = perf_counter()
        if drew:
            self.frames_drawn += 1
            self._frames.append(now)
        while self._frames and now - self._frames[0] > 1.0:
            self._frames.popleft()
        if now - self._status_shown >= STATUS_EVERY_S:
            self._status_shown = now
            self._show_status(front)

    @Slot()
    def _fit_front(self) -> None:
        """Let the page in front alone say what room the tabs need, not a wider one."""
        for page in self.pages.values():
            policy = (
                QSizePolicy.Policy.Preferred if page is self.front else QSizePolicy.Policy.Ignored
            )
            if page.sizePolicy().horizontalPolicy() != policy:
                page.setSizePolicy(policy, policy)

    def _show_front(self) -> None:
        """Disable what does not apply to the tab in front, and name the command Run after it."""
        front = self.front
        applies = (
            front, front.running, front.can_run, front.can_keep, front.own_method,
            front.watches_live,
        )  # fmt: skip
        if applies == self._applies:  # in nearly every frame
            return
        self._applies = applies
        self.actions_by_name.show_front(front)
        self._forms_button.setVisible(bool(front.forms))
        self.bar.show_front(
            not front.own_method, front.shows_live or front.watches_live, front.plays
        )

    def _show_status(self, front: Tab) -> None:
        self.annotating.follow_plots()
        if self.recording is not None:
            live = "" if front.shows_live else "Live: "
            set_text(self.state, live + status_text(self.recording.status))
        set_text(self.frame_rate, f"{len(self._frames)} frames/s" if self._frames else "")

    def _run_or_stop(self) -> None:
        """Start the computation of the tab in front, or stop it if it is running."""
        if self.front.running:
            self.front.stop()
        else:
            self.front.run()

    def _switch_tab(self, by: int) -> None:
        """Bring the next tab (1) or the one before (-1) to the front."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def _command(self, page: Tab, does: str) -> None:
        """Call the method ``does`` of a tab, for its entry in a menu."""
        if does == "run":
            self.tabs.setCurrentWidget(page)
        getattr(page, does)()

    def say(self, text: str) -> None:
        """Show a short notice in the status bar; it disappears by itself."""
        self.statusBar().showMessage(text, NOTICE_MS)

    def warn(self, text: str) -> None:
        """Show a warning until the user closes it."""
        self.warning.show_warning(text)

    def event(self, event: QEvent) -> bool:
        """Keep a notice in the status bar while the mouse passes over a menu without tips."""
        if isinstance(event, QStatusTipEvent) and not event.tip():
            return True
        return super().event(event)

    def save_layout(self) -> None:
        """Store the window's size and place, the widths of its panels, and the docked panel."""
        if not self.isFullScreen():  # of presentation mode nothing is remembered
            remember_layout(self.saveGeometry(), self.saveState(), self._splitter.saveState())
            remember(PANEL, self.actions_by_name["panel"].isChecked())
            remember(SLIDERS, self.actions_by_name["sliders"].isChecked())

    def restore_layout(self) -> None:
        """Restore these, as far as they fit the screen."""
        geometry, state, panels = remembered_layout()
        self.restoreGeometry(geometry)
        self._splitter.restoreState(panels)
        self.restoreState(state)
        self.actions_by_name["panel"].setChecked(remembered(PANEL, True))
        self.actions_by_name["sliders"].setChecked(remembered(SLIDERS, False))
        pins().restore(remembered_text(PINS, ""))
        pins().chosen.connect(lambda: remember_text(PINS, pins().text()))
        self.actions_by_name["lessons"].setChecked(not self.lesson_dock.isHidden())
        self.welcome.show_unless_closed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """On Esc clear what was drawn, leave full screen, or hide the note and the bars."""
        act = self.actions_by_name["presentation"]
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.annotating.active:
            self.annotating.clear()
        elif act.isChecked():
            act.setChecked(False)
        else:
            for each in (self.note, self.warning, *self.front.findChildren(Banner)):
                each.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.files_dropped.emit(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.timer.stop()
        self.closed.emit()
        super().closeEvent(event)


def _scrolling(widget: QWidget) -> QScrollArea:
    """Return a scroll area around a widget, for small screens and large type."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area


def status_text(status: LiveStatus) -> str:
    """Return the status as text: model time, speed reached, spikes and rate of the last second."""
    speed = "paused" if status.speed == 0.0 else f"{status.speed:.3g}× real time"
    spikes = counted(status.spikes, "spike")
    time = f"{status.time:,.1f}".replace(",", "\u202f")
    parts = [f"t = {time} ms", speed]
    if status.clamp is not None:
        voltage, current = status.clamp
        held = f"V {VOLTAGE.text(voltage)}, I {CLAMP.text(current, shown_currents().unit)}"
        return "  ·  ".join([*parts, f"voltage clamp: {held}"])
    parts.append(f"{spikes} in {status.counted:.0f} ms")
    if status.rate:
        parts.append(f"now {status.rate:.1f} Hz (1/ISI)")
    return "  ·  ".join(parts)
