"""Copy rows of a table to the clipboard, as text and for spreadsheets."""

from html import escape

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication, QTableWidget

from hhgui.model.words import counted


def copy_rows(table: QTableWidget, everything: bool = False) -> str:
    """Copy the selected rows of a table, or all rows; return a sentence on what was copied.

    All rows are copied if none is selected or if ``everything`` is true. Several rows are copied
    with their headings. From an empty table nothing is copied, and "" is returned.
    """
    selected = sorted({index.row() for index in table.selectedIndexes()})
    rows = range(table.rowCount()) if everything or not selected else selected
    cells = [[_text(table, row, column) for column in _columns(table)] for row in rows]
    if not cells:
        return ""
    if len(cells) > 1:
        cells.insert(0, [_heading(table, column) for column in _columns(table)])
    data = QMimeData()
    data.setText("\n".join("\t".join(row) for row in cells) + "\n")
    lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in cells)
    data.setHtml("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")
    QApplication.clipboard().setMimeData(data)
    return f"Copied {counted(len(rows), 'row')} of {table.accessibleName().lower()}."


def _columns(table: QTableWidget) -> range:
    return range(table.columnCount())


def _text(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return "" if item is None else " ".join(item.text().split())


def _heading(table: QTableWidget, column: int) -> str:
    item = table.horizontalHeaderItem(column)
    return "" if item is None else item.text()
