"""Write a report as HTML: one file with its pictures in it, or the body for a page printer."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape

from hhgui.figures.drawing import FigureSize, figure_bytes
from hhgui.figures.figure import Figure
from hhgui.model.words import sentence
from hhgui.report.neuron import neuron_tables
from hhgui.report.repeat import Repeat
from hhgui.report.report import Report, Section, Table

WIDTH_MM = 170.0
_LONG, _LONG_WIDTH = 40, "55%"  # the longest column, if its texts have so many letters
_MOST_SVG = 1_500_000  # bytes; a drawing of more points than that is a picture of pixels
_STYLE = """
body { font: 11pt/1.45 "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  color: #1c2126; background: #fff; max-width: 190mm; margin: 12mm auto; padding: 0 6mm;
  overflow-wrap: anywhere; }
h1 { font-size: 20pt; margin: 0 0 2mm; } h2 { font-size: 14pt; margin: 10mm 0 2mm; }
h3 { font-size: 11.5pt; margin: 6mm 0 1mm; }
p.by { color: #4a545e; margin: 0 0 6mm; }
img { width: 100%; height: auto; margin: 3mm 0; }
table { border-collapse: collapse; margin: 3mm 0; font-size: 9.5pt; }
table.data { width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 1mm; }
th, td { text-align: left; vertical-align: top; padding: 0.8mm 4mm 0.8mm 0; }
table.data th { border-bottom: 1px solid #1c2126; } table.data td { border-bottom: 1px solid #dde2e6; }
td.number, th.number { text-align: right; white-space: nowrap; padding-right: 6mm; }
table.facts th { font-weight: 600; white-space: nowrap; }
code { font: 9pt/1.4 Consolas, Menlo, "DejaVu Sans Mono", monospace; background: #f0f2f4;
  padding: 2mm 3mm; display: block; white-space: pre-wrap; user-select: all; }
code span { display: inline-block; max-width: 100%; }
p.note { color: #8a4b00; } footer { margin-top: 12mm; color: #4a545e; font-size: 9pt; }
@media print { body { margin: 0; max-width: none; padding: 0; }
  table.facts, img, tr, code { break-inside: avoid; } h2, h3 { break-after: avoid; } }
"""  # noqa: E501 - CSS
# No picture, script or font is ever loaded from anywhere.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"

SESSION_FILE = "lab-report.hhgui"
SESSION_NOTE = "Everything it was made from is in a session, which hhgui opens:"
Picture = Callable[[Figure], str]
RecordNote = Callable[[Repeat], str]


def report_html(report: Report, drawn: Callable[[], object] = lambda: None) -> str:
    """Return the report as one HTML file that contains its pictures and records as data.

    drawn: called before each picture is drawn; it may raise an exception to end the work.
    """

    def picture(figure: Figure) -> str:
        drawn()
        kind, raw = _picture(figure)
        data = b64encode(raw).decode("ascii")
        return f'<img alt="{text_html(figure.title)}" src="data:image/{kind};base64,{data}">'

    def record(repeat: Repeat) -> str:
        data = b64encode(repeat.record.encode()).decode("ascii")
        link = f'href="data:application/json;base64,{data}" download="{repeat.file}"'
        return f"It reads <a {link}>{repeat.file}</a>, which is in this page: save it first."

    title = text_html(report.title)
    data = b64encode(report.session.encode()).decode("ascii")
    link = f'href="data:application/octet-stream;base64,{data}" download="{SESSION_FILE}"'
    body = report_body(report, picture, record, f"<a {link}>{SESSION_FILE}</a>")
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{body}</body>\n</html>\n"
    )


def report_body(report: Report, picture: Picture, record: RecordNote, session: str) -> str:
    """Return the body of the report as HTML.

    picture(figure): returns the HTML of a figure's picture. record(repeat): returns HTML that says
    where the record of a command is. session: HTML that says where the session is, "" without one.
    """
    head = report.head
    by = " · ".join(text_html(each) for each in (head.name, head.date) if each)
    parts = [f"<h1>{text_html(report.title)}</h1>\n", f'<p class="by">{by}</p>\n' if by else ""]
    parts += [f'<p class="text">{_lines(head.text)}</p>\n' if head.text.strip() else ""]
    for place, section in enumerate(numbered(report).sections, 1):
        parts += _section(place, section, picture, record)
    if report.neurons:
        parts.append("<h2>The neurons in numbers</h2>\n")
    for neuron in report.neurons:
        parts.append(f"<h3>{text_html(neuron.name)}</h3>\n")
        parts += map(_table, neuron_tables(neuron))
        if neuron.source:
            parts.append(f"<p>Source: {text_html(neuron.source)}</p>\n")
    ending = f" {SESSION_NOTE} {session}." if report.session else ""
    parts.append(f"<footer><p>Made by hhgui {report.version}. Each command, typed in a terminal, "
                 f"computes the numbers above it again.{ending}</p></footer>\n")  # fmt: skip
    return "".join(parts)


def numbered(report: Report) -> Report:
    """Return the report with a different file name for each record, such as "run-2.json"."""
    sections = tuple(
        replace(s, repeat=s.repeat and s.repeat.reading(f"{s.repeat.words[0]}-{place}.json"))
        for place, s in enumerate(report.sections, 1)
    )  # fmt: skip
    return replace(report, sections=sections)


def size_of(figure: Figure) -> FigureSize:
    """Return the size at which a figure is drawn: as wide as the text, higher with more panels."""
    return FigureSize(WIDTH_MM, round(WIDTH_MM * min(0.31 + 0.13 * len(figure.panels), 0.85)))


def text_html(text: str) -> str:
    """Return text escaped for HTML, on one line; characters that can't be printed become "?"."""
    return escape("".join(c if c.isprintable() else "?" for c in " ".join(text.split())))


def _lines(text: str) -> str:
    """Return text escaped for HTML, with its line breaks."""
    return "<br>".join(map(text_html, text.strip().splitlines()))


def _picture(figure: Figure) -> tuple[str, bytes]:
    """Return the type of a figure's picture ("svg+xml" or "png") and its bytes."""
    size = size_of(figure)
    svg = figure_bytes(figure, "svg", size, outlines=True)
    if len(svg) <= _MOST_SVG:
        return "svg+xml", svg
    return "png", figure_bytes(figure, "png", size)


def _section(place: int, section: Section, picture: Picture, record: RecordNote) -> Iterator[str]:
    """Yield the HTML of a section; place: its number, from 1."""
    yield f"<h2>{place}.&ensp;{text_html(section.title)}</h2>\n"
    if section.facts:
        rows = (f"<tr><th>{text_html(name)}</th><td>{text_html(text)}</td></tr>\n"
                for name, text in section.facts)  # fmt: skip
        yield f'<table class="facts">\n{"".join(rows)}</table>\n'
    for figure in section.figures:
        yield f'<p class="figure">{picture(figure)}</p>\n'
    yield from map(_table, section.tables)
    for note in section.notes:
        yield f'<p class="note">{text_html(sentence(note, "."))}</p>\n'
    if section.repeat is not None:
        where = f" {record(section.repeat)}" if section.repeat.record else ""
        yield f"<p>To compute it again:{where}</p>\n"
        words = text_html(section.repeat.text).split(" ")
        command = " ".join(f"<span>{word}</span>" for word in words)  # no line ends within one
        yield f'<p class="command"><code>{command}</code></p>\n'


def _table(table: Table) -> str:
    def cell(tag: str, column: int, text: str) -> str:
        # by attributes, which Qt's pages follow too
        look = ' class="number" align="right"' if column in table.numbers else ""
        look += f' width="{_LONG_WIDTH}"' if tag == "th" and column in long else ""
        shown = text_html(text)
        if column in table.numbers:  # not broken between a number and its unit, nor in the unit
            shown = shown.replace(" ", "&nbsp;").replace("/", "/&#8288;")
        return f"<{tag}{look}>{shown}</{tag}>"

    def row(tag: str, cells: tuple[str, ...]) -> str:
        return f"<tr>{''.join(cell(tag, n, text) for n, text in enumerate(cells))}</tr>\n"

    columns = list(zip(*table.rows, strict=True))
    longest = [max(map(len, cells), default=0) for cells in columns]
    long = [n for n, length in enumerate(longest) if length > _LONG and length == max(longest)]
    caption = f"<caption>{text_html(table.caption)}</caption>\n" if table.caption else ""
    body = "".join(row("td", cells) for cells in table.rows)
    return (
        f'<table class="data">\n{caption}<thead>{row("th", table.headings)}</thead>\n'
        f"<tbody>{body}</tbody>\n</table>\n"
    )
