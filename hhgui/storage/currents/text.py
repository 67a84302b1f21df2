"""Read the text of a file in any encoding, and its rows of cells."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import shortened
from hhgui.storage.atomic import shown
from hhgui.storage.csv_table import Cancelled

MOST_BYTES = 50_000_000
BLANK = " "
_PIECE = 1_000_000
# UTF-32 first: its byte order mark begins as that of UTF-16 does.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_OTHERS = {
    b"PK\x03\x04": "a workbook or another packed file; save it as CSV",
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save it as CSV",
    b"ABF": "a binary Axon file; save it as Axon text (ATF)",
    b"\x89HDF": "an HDF5 file; save it as CSV",
    b"MATLAB 5": "a MATLAB file; save it as CSV",
    b"{": "JSON, not a table of text",
}


@dataclass(frozen=True)
class Text:
    """The bytes of a text file and their encoding."""

    path: Path
    raw: bytes
    encoding: str

    @property
    def name(self) -> str:
        """Return the file's name for a message."""
        return shown(shortened(self.path.name))

    def lines(self) -> Iterator[str]:
        """Yield the lines, whatever their line ends."""
        return io.TextIOWrapper(io.BytesIO(self.raw), encoding=self.encoding, newline=None)

    def rows(self, separator: str, lines: Iterator[str] | None = None) -> Iterator["Row"]:
        """Yield the rows that are not empty, cut into cells of one line each.

        lines: those to read, None for all.
        """
        given = self.lines() if lines is None else lines
        if separator == BLANK:
            given = (line.replace("\t", " ").rstrip() for line in given)
        reader = csv.reader(given, delimiter=separator, skipinitialspace=True)
        last = 0
        try:
            for cells in reader:
                if reader.line_num > last + 1:  # a quoted cell spans lines, as Excel's titles may
                    cells = [" ".join(cell.split()) for cell in cells]
                last = reader.line_num
                row = Row(last, [cell.strip() for cell in cells])
                if row.filled:
                    yield row
        except csv.Error:
            raise ModelError("path", f"{self.name} is not a table of text") from None


@dataclass(frozen=True)
class Row:
    """The cells of one row.

    line: the number in the file (from 1) of its last line; a quoted cell may span several.
    """

    line: int
    cells: list[str]

    @property
    def filled(self) -> int:
        """Return the number of cells, not counting empty ones at the end."""
        count = len(self.cells)
        while count and not self.cells[count - 1]:
            count -= 1
        return count

    @property
    def is_remark(self) -> bool:
        """Return whether the row is a comment."""
        return bool(self.cells) and self.cells[0].startswith(("#", "%", "//"))


def read_text(path: Path, cancelled: Callable[[], bool] | None = None) -> Text:
    """Return the text of a file of at most MOST_BYTES. Raises ModelError, Cancelled."""
    name = shown(shortened(path.name))
    raw = read_bytes(path, cancelled)
    for magic, what in _OTHERS.items():
        if raw.startswith(magic):
            raise ModelError("path", f"{name} is {what}")
    for encoding in _encodings(raw):
        try:
            for at, _ in enumerate(iter_decoded(raw, encoding)):
                if at % 16 == 0 and cancelled is not None and cancelled():
                    raise Cancelled
        except UnicodeError:
            continue
        return Text(path, raw, encoding)
    raise ModelError("path", f"{name} is not a table of text")


def read_bytes(path: Path, cancelled: Callable[[], bool] | None = None) -> bytes:
    """Return the bytes of a file up to a limit, because the size of endless files is not known.

    Raises ModelError, Cancelled.
    """
    pieces, size = [], 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                if cancelled is not None and cancelled():
                    raise Cancelled
                pieces.append(piece)
                size += len(piece)
                if size > MOST_BYTES:
                    most = f"{MOST_BYTES / 1e6:g} MB"
                    raise ModelError("path", f"{shown(path.name)[:80]} is larger than {most}")
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or error
        where = shown(shortened(str(path), 200))
        raise ModelError("path", f"{where}: can't be read: {reason}") from None
    return b"".join(pieces)


def iter_decoded(raw: bytes, encoding: str) -> Iterator[str]:
    """Yield the text in small pieces, so that other threads get their turn in between."""
    reader = io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")
    while piece := reader.read(65_536):
        yield piece


def _encodings(raw: bytes) -> tuple[str, ...]:
    """Return the encodings to try, in this order, judged by the first bytes."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return (encoding,)
    head = raw[:4096]
    if b"\0" not in head:
        return ("utf-8", "cp1252")
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even == 0 and odd > len(head) // 4:
        return ("utf-16-le",)
    if odd == 0 and even > len(head) // 4:
        return ("utf-16-be",)
    return ()
