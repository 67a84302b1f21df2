"""Choose the file format, size and title of a figure."""

from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from hhgui.figures.drawing import MM_PER_INCH, MOST_PIXELS, FigureSize
from hhgui.model.parameter import Parameter
from hhgui.ui.widgets.field_rows import CalmComboBox
from hhgui.ui.widgets.labels import named
from hhgui.ui.widgets.layouts import add_layout
from hhgui.ui.widgets.number_field import NumberField

_MM = 20.0, 1000.0, 1.0, 2
_PX = 1.0, 50_000.0, 10.0, 0
WIDTH = Parameter("width", "width", "figure width", "mm", *_MM, "Width on paper.")
HEIGHT = Parameter("height", "height", "figure height", "mm", *_MM, "Height on paper.")
WIDTH_PX = Parameter(
    "width_px", "width", "image width", "px", *_PX, "Width of the image.", whole=True
)
HEIGHT_PX = Parameter(
    "height_px", "height", "image height", "px", *_PX, "Height of the image.", whole=True
)
DPI = Parameter(
    "dpi", "resolution", "resolution", "dpi", 50.0, 1200.0, 50.0, 1,
    "Dots per inch: journals ask for 300 or 600, a screen shows some 100.",
)  # fmt: skip
FONT = Parameter(
    "font_size", "type", "type size", "pt", 4.0, 72.0, 1.0, 1,
    "Size of the type; lines are 0.15 of it wide.",
)  # fmt: skip
_ROWS = (("Width", WIDTH, WIDTH_PX), ("Height", HEIGHT, HEIGHT_PX))
FORMATS = {
    "png": ("PNG", "Picture of pixels: for slides, documents and the web."),
    "svg": ("SVG", "Drawing without pixels: sharp at any size, to be edited."),
    "pdf": ("PDF", "Page without pixels, its font embedded: for journals and LaTeX."),
    "csv": ("CSV", "The numbers behind the figure, none left out, as a table."),
}


@dataclass(frozen=True)
class Preset:
    """A common size of figures, such as a journal's column.

    width: mm. font_size: points. dpi: dots per inch. height: mm, None to depend on the number of
    panels; stature: that height relative to that of a single column.
    """

    label: str
    width: float
    font_size: float
    dpi: float
    height: float | None = None
    stature: float = 1.0

    def size(self, panels: int) -> FigureSize:
        """Return the size of a figure with so many panels."""
        height = self.height
        if height is None:
            height = round(self.width * self.stature * min(0.45 + 0.2 * panels, 1.25))
        return FigureSize(self.width, height, self.dpi, self.font_size)


PRESETS = (
    Preset("One column, 85 mm", 85.0, 8.0, 300.0),
    Preset("Two columns, 174 mm", 174.0, 8.0, 300.0, stature=0.75),
    # 1920 × 1080 pixels
    Preset("Slide 16:9", 254.0, 16.0, 192.0, height=142.875),
)


class FigureOptions(QWidget):
    """Edits the options of a figure.

    ``changed()``: Emitted when an option has been edited.
    """

    changed = Signal()

    def __init__(self, panels: int, has_marks: bool = False) -> None:
        """Create the options for a figure with so many panels.

        has_marks: whether it has annotations that can be left out.
        """
        super().__init__()
        self._panels = panels
        self.formats = QButtonGroup(self)
        self.preset = CalmComboBox("figure.preset", "Size of the figure")
        self.title = QCheckBox("Title")
        self.marks = QCheckBox("Marks")
        if not has_marks:
            self.marks.hide()
        self.outline_box = QCheckBox("Text as outlines")
        self.fields = {
            parameter.key: NumberField(parameter, f"figure.{parameter.key}")
            for parameter in (WIDTH, WIDTH_PX, HEIGHT, HEIGHT_PX, DPI, FONT)
        }
        self._sizes = QWidget()
        self._set_up()
        self._lay_out()
        self._connect()
        self._take_preset(1)

    @property
    def format(self) -> str:
        """Return the file format, one of FORMATS."""
        return next(str(b.property("format")) for b in self.formats.buttons() if b.isChecked())

    @property
    def with_title(self) -> bool:
        return self.title.isChecked()

    @property
    def with_marks(self) -> bool:
        return self.marks.isChecked()

    @property
    def outlines(self) -> bool:
        """Return whether the text in an SVG is to be outlines, which need no font."""
        return self.outline_box.isChecked()

    def figure_size(self) -> FigureSize | None:
        """Return the size in the fields; if it is invalid, None, and a message beside a field."""
        keys = ("width", "height", "dpi", "font_size")
        size = FigureSize(*(self.fields[key].value for key in keys))
        across, down = size.pixels
        if self.format == "png" and across * down > MOST_PIXELS:
            most = MOST_PIXELS // 1_000_000
            self.fields["dpi"].show_error(
                f"{across} × {down} pixels are more than {most} million: choose fewer dpi"
            )
            return None
        return size

    def _set_up(self) -> None:
        for name, (label, tip) in FORMATS.items():
            button = named(QRadioButton(label), f"figure.format.{name}", f"Save as {label}")
            button.setToolTip(tip)
            button.setProperty("format", name)
            self.formats.addButton(button)
        self.formats.buttons()[0].setChecked(True)
        for preset in PRESETS:
            self.preset.addItem(preset.label)
        self.preset.addItem("Custom")
        named(self.title, "figure.title", "Title above the figure")
        self.title.setChecked(True)
        named(self.marks, "figure.marks", "Points, spans and labels in the figure")
        self.marks.setChecked(True)
        named(self.outline_box, "figure.outlines", "Draw the text of an SVG as outlines")
        self.outline_box.setToolTip(
            "The figure looks the same where its font is missing; its text can't be edited then."
        )
        self.outline_box.setVisible(False)

    def _lay_out(self) -> None:
        kinds = QHBoxLayout()
        for button in self.formats.buttons():
            kinds.addWidget(button)
        kinds.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        add_layout(column, kinds)
        column.addWidget(self._sizes)
        grid = QGridLayout(self._sizes)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(_label("Size", self.preset), 0, 0)
        grid.addWidget(self.preset, 0, 1, 1, 4)
        for row, (text, mm, px) in enumerate(_ROWS, 1):
            self._add_row(grid, 2 * row, text, mm)
            self._add_field(grid, 2 * row, 3, px)
        self._add_row(grid, 6, "Resolution", DPI)
        self._add_row(grid, 8, "Type", FONT)
        ticks = QHBoxLayout()
        for tick in (self.title, self.marks, self.outline_box):
            ticks.addWidget(tick)
        ticks.addStretch(1)
        add_layout(grid, ticks, 10, 1, 1, 4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)

    def _add_row(self, grid: QGridLayout, row: int, text: str, parameter: Parameter) -> None:
        grid.addWidget(_label(text, self.fields[parameter.key]), row, 0)
        self._add_field(grid, row, 1, parameter)

    def _add_field(self, grid: QGridLayout, row: int, column: int, parameter: Parameter) -> None:
        field = self.fields[parameter.key]
        grid.addWidget(field, row, column)
        grid.addWidget(QLabel(parameter.unit), row, column + 1)

    def _connect(self) -> None:
        self.preset.activated.connect(self._take_preset)
        self.formats.buttonClicked.connect(self._on_format)
        self.title.toggled.connect(self.changed)
        self.marks.toggled.connect(self.changed)
        for key, field in self.fields.items():
            if key.endswith("_px"):
                field.value_committed.connect(lambda value, key=key: self._take_pixels(key, value))
            else:
                field.value_committed.connect(lambda _value, key=key: self._on_edited(key))

    def _on_format(self) -> None:
        self._sizes.setEnabled(self.format != "csv")
        self.outline_box.setVisible(self.format == "svg")
        for key in ("width_px", "height_px", "dpi"):
            self.fields[key].setEnabled(self.format == "png")
        self.changed.emit()

    def _take_preset(self, index: int) -> None:
        """Show the size of the preset with this index."""
        if index < len(PRESETS):
            size = PRESETS[index].size(self._panels)
            for key in ("width", "height", "dpi", "font_size"):
                self.fields[key].set_value_silently(getattr(size, key))
            self._show_pixels()
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(index)
        self.changed.emit()

    def _take_pixels(self, key: str, pixels: float) -> None:
        """Convert a size that was edited in pixels to mm; key: which field it is."""
        length = self.fields[key.removesuffix("_px")]
        limits = length.parameter
        wanted = round(pixels * MM_PER_INCH / self.fields["dpi"].value, 3)
        length.set_value_silently(min(max(wanted, limits.minimum), limits.maximum))
        self._on_edited(key)

    def _on_edited(self, key: str) -> None:
        if key != "dpi":
            with QSignalBlocker(self.preset):
                self.preset.setCurrentIndex(len(PRESETS))
        self._show_pixels()
        self.changed.emit()

    def _show_pixels(self) -> None:
        keys = ("width", "height", "dpi")
        across, down = FigureSize(*(self.fields[key].value for key in keys)).pixels
        self.fields["width_px"].set_value_silently(across)
        self.fields["height_px"].set_value_silently(down)


def _label(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    return label
