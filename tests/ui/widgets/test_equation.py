"""Equations are typeset in a thread, painted in the palette's colour, and never too wide."""

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from hhgui.content.lesson import Equation, lessons_dir, load_lessons
from hhgui.ui.help.dialogs import show_beside
from hhgui.ui.lessons.equations_page import EquationsPage, page_chapters
from hhgui.ui.widgets.equation import EquationLabel, typesetter
from hhgui.ui.widgets.latex_text import inline_html, plain_text

# ziamath's, of importlib.resources
pytestmark = pytest.mark.filterwarnings("ignore:path is deprecated:DeprecationWarning")
FRACTION = r"V_\infty = E_L + \frac{I}{\bar g_L}"


@pytest.fixture
def label(qtbot):
    """A label of 300 px with a typeset equation."""
    label = EquationLabel(FRACTION)
    qtbot.addWidget(label)
    label.resize(300, 60)
    qtbot.waitUntil(lambda: label.is_shown)
    return label


def ink(label):
    """The colours of the label's opaque pixels."""
    picture = label.grab().toImage()
    background = picture.pixelColor(picture.width() - 1, picture.height() - 1)
    pixels = (
        picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())
    )
    return [color for color in pixels if color != background]


@pytest.mark.parametrize("text", ["#000000", "#e4e7ea"])
def test_it_is_painted_in_the_palettes_color(label, text):
    """Letters, bars and fraction lines all have the palette's text colour."""
    colors = QPalette(label.palette())
    colors.setColor(QPalette.ColorRole.WindowText, QColor(text))
    colors.setColor(QPalette.ColorRole.Window, QColor("#808080"))
    label.setPalette(colors)
    lightest = {color.lightness() > 0x80 for color in ink(label)}
    assert lightest == {QColor(text).lightness() > 0x80}


def test_it_never_widens_its_place(label):
    """In a narrow label the equation is scaled down."""
    wide, narrow = label.heightForWidth(300), label.heightForWidth(70)
    assert narrow < wide
    label.resize(70, narrow)
    assert label.minimumSizeHint().width() <= 70
    assert all(color.isValid() for color in ink(label))


def test_it_grows_with_the_font(label):
    """A larger font, as in presentation mode, makes the equation larger."""
    before = label.sizeHint()
    font = label.font()
    font.setPointSizeF(2 * font.pointSizeF())
    label.setFont(font)
    assert label.sizeHint().height() > 1.7 * before.height()


def test_its_name_can_be_read_aloud(label):
    """The accessible name of an equation has letters and words instead of LaTeX."""
    assert label.accessibleName() == "V_∞ = E_L + (I)/(ḡ_L)"


def test_what_is_no_latex_is_shown_as_written(qtbot):
    """Text that is no LaTeX is shown as it is written."""
    label = EquationLabel(r"\frac{a}{")
    qtbot.addWidget(label)
    label.resize(300, 40)
    qtbot.waitUntil(lambda: typesetter().svg(label.latex) == b"")
    assert not label.is_shown
    assert ink(label)


def test_a_label_takes_another_equation(qtbot, label):
    """A label shows a new equation, even if the first is still being typeset."""
    label.set_latex("a_1")
    label.set_latex("b_2")
    qtbot.waitUntil(lambda: label.is_shown)
    assert label.accessibleName() == "b_2"


def test_every_equation_of_the_lessons_can_be_typeset(qtbot, library):
    """Every equation of the lessons can be typeset by what the app ships."""
    lessons, _ = load_lessons(library, lessons_dir())
    wanted = [e for lesson in lessons for step in lesson.steps for e in step.equations]
    typesetter().request(wanted)
    qtbot.waitUntil(lambda: all(typesetter().svg(e) is not None for e in wanted))
    assert [e for e in wanted if not typesetter().svg(e)] == []


@pytest.mark.parametrize(
    ("latex", "html", "text"),
    [
        (r"V", "<i>V</i>", "V"),
        (r"E_{\mathrm{Na}}", "<i>E</i><sub>Na</sub>", "E_Na"),
        (r"\bar g_L", "<i>ḡ</i><sub><i>L</i></sub>", "ḡ_L"),
        (r"m^3 h", "<i>m</i><sup>3</sup> <i>h</i>", "m^3 h"),
        (r"\tau_m(V)", "<i>τ</i><sub><i>m</i></sub>(<i>V</i>)", "τ_m(V)"),
        (r"e^{-0.1\,V}", "<i>e</i><sup>−0.1 <i>V</i></sup>", "e^(−0.1 V)"),
        (r"dt < 2", "<i>d</i><i>t</i> &lt; 2", "dt < 2"),
    ],
)
def test_formulas_in_a_sentence(latex, html, text):
    """A formula within a sentence is converted to HTML and to plain text."""
    assert inline_html(latex) == html
    assert plain_text(latex) == text


@pytest.mark.parametrize("latex", ["^", "_", "{", "}", "\\", r"\frac", r"\bar", "a^_b", "{{{}"])
def test_half_a_formula_is_no_accident(latex):
    """Any text between two dollar signs is converted without an exception."""
    assert isinstance(inline_html(latex), str)
    assert isinstance(plain_text(latex), str)


def test_every_equation_of_the_help_page_can_be_typeset(qtbot):
    """Every equation of the help page is typeset."""
    wanted = [
        block.latex for blocks in page_chapters() for block in blocks if isinstance(block, Equation)
    ]
    typesetter().request(wanted)
    qtbot.waitUntil(lambda: all(typesetter().svg(e) is not None for e in wanted))
    assert len(wanted) > 10
    assert [e for e in wanted if not typesetter().svg(e)] == []


def test_the_help_page_opens_beside_the_window(qtbot):
    """The page is not modal, shows every chapter, and is created only once."""
    window = QWidget()
    qtbot.addWidget(window)
    page = show_beside(EquationsPage, window)
    assert page.isVisible()
    assert not page.isModal()
    qtbot.waitUntil(lambda: not page.filling.busy)
    wanted = sum(isinstance(b, Equation) for blocks in page_chapters() for b in blocks)
    assert len(page.findChildren(EquationLabel)) == wanted
    page.close()
    assert show_beside(EquationsPage, window) is page


def test_only_so_many_equations_are_kept(label, monkeypatch):
    """The cache is bounded, so that hours of edits do not fill the memory."""
    monkeypatch.setattr("hhgui.ui.widgets.equation.MOST_KEPT", 3)
    for number in range(5):
        typesetter()._keep(f"x_{number}", b"<svg/>")
    assert [n for n in range(5) if typesetter().svg(f"x_{n}")] == [2, 3, 4]
    assert label.is_shown


def test_after_a_window_has_closed_another_gets_its_equations(qtbot, label):
    """The typesetter, stopped with the first window, serves the second one."""
    typesetter().stop()
    label.set_latex(r"x_{42} = 43")
    qtbot.waitUntil(lambda: label.is_shown)
