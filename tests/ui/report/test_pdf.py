"""The pages of a report."""

import re

import pytest

from hhgui.report.report import Report
from hhgui.ui.report.pdf import PAPERS, report_pdf
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
    """What is called before each picture may raise."""

    class Enough(Exception):  # noqa: N818
        pass

    def stop():
        raise Enough

    with pytest.raises(Enough):
        report_pdf(WHOLE, "A4", stop)
