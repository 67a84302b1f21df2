"""The pages of a report."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import QSizeF

from hhgui.report.html import numbered
from hhgui.report.report import Report, Table
from hhgui.ui.report.pdf import PAPERS, _document, report_pdf
from tests.report.test_html import WHOLE

SIZES = {"A4": (595, 842), "Letter": (612, 792)}  # points


@pytest.mark.parametrize("paper", PAPERS)
def test_the_pages_have_the_papers_size_and_all_parts(qapp, paper):
    """A long report goes on over pages; a record is attached under the name in its command."""
    report = Report(WHOLE.head, WHOLE.sections * 4, "a session")
    raw = report_pdf(report, paper)
    boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", raw)
    assert len(boxes) >= 3
    sizes = {tuple(round(float(each)) for each in box.split()[2:]) for box in boxes}
    assert sizes == {SIZES[paper]}
    assert raw.count(b"/Type/Filespec") == 5
    assert raw.count(b"/Subtype /Image") == 0  # figures are lines


def test_a_report_can_be_ended_between_pictures(qapp):
    """The function that is called before each picture may raise to end the report."""

    class Enough(Exception):  # noqa: N818
        pass

    def stop():
        raise Enough

    with pytest.raises(Enough):
        report_pdf(WHOLE, "A4", stop)


def test_a_number_and_its_unit_stay_in_a_line(qapp):
    """Beside a long text, whose column takes what room there is."""
    words = "The largest dV/dt on the way up, by the polynomial through seven samples. " * 3
    table = Table(("Quantity", "Value", "How"), (("Rise", "743.5 mV/ms", words),), numbers=(1,))
    section = replace(WHOLE.sections[0], facts=(), figures=(), tables=(table,))
    document = _document(numbered(replace(WHOLE, sections=(section,))), lambda: None)
    document.setPageSize(QSizeF(300.0, 800.0))
    document.documentLayout().documentSize()
    block = document.begin()
    while "743.5" not in block.text():
        block = block.next()
    assert block.layout().lineCount() == 1
