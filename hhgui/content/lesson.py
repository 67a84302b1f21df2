"""Read lessons: Markdown files whose steps carry settings, written without programming.

A file begins with TOML between two ``+++`` lines (title, order, summary). Each ``## Title`` begins
a step, which has at most one fenced block ``settings`` (the table of a Setup in TOML), Markdown
text, display equations in LaTeX between ``$$``, and pictures. docs/writing-a-lesson.md is the guide
for authors.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from hhgui.content.picture import Picture, PictureError, find_picture
from hhgui.content.setup_table import setup_from_table
from hhgui.document.setup import Setup
from hhgui.model.library import Library
from hhgui.model.parameter import ModelError
from hhgui.model.records import Reader
from hhgui.paths import resource_dir, site_data_dir, user_data_dir

MAX_BYTES = 1_000_000
# tomllib's memory grows with the square of a dotted key's parts: no block may hold many
MAX_TOML_CHARACTERS = 10_000
MAX_LATEX_CHARACTERS = 2_000
LAST_ORDER = 1000
_CODE = re.compile(r"`[^`]*`")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*([^)\"]*?)\s*(?:\"[^\"]*\"\s*)?\)")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})\s*(\w*)")
_PLACE = re.compile(r"\[\d+\]$")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class LessonError(ValueError):
    """Raised for an invalid lesson; names its file, the line and the problem.

    Lines are counted from 1; line 0 is the file as a whole.
    """

    def __init__(self, where: str, line: int, step: str, message: str) -> None:
        parts = [where, f"line {line}" if line else "", f"step “{step}”" if step else ""]
        super().__init__(f"{', '.join(filter(None, parts))}: {message}")
        self.where = where
        self.line = line
        self.step = step


@dataclass(frozen=True)
class _Header:
    """The TOML at the beginning of a lesson."""

    title: str = ""
    order: int = LAST_ORDER
    summary: str = ""


@dataclass(frozen=True)
class Text:
    """Some paragraphs in Markdown, with inline mathematics between single dollar signs."""

    markdown: str


@dataclass(frozen=True)
class Equation:
    """A display equation in LaTeX, without the dollar signs around it."""

    latex: str


Block = Text | Equation | Picture


@dataclass(frozen=True)
class Step:
    """A step of a lesson.

    blocks: what it shows, in order: text, equations, pictures. setup: the settings that it makes,
    or None if it changes none.
    """

    title: str
    blocks: tuple[Block, ...]
    setup: Setup | None = None

    @property
    def equations(self) -> tuple[str, ...]:
        """Return the LaTeX of the display equations, in order."""
        return tuple(block.latex for block in self.blocks if isinstance(block, Equation))

    @property
    def pictures(self) -> tuple[Path, ...]:
        """Return the files of the pictures, in order."""
        return tuple(block.path for block in self.blocks if isinstance(block, Picture))


@dataclass(frozen=True)
class Lesson:
    """A lesson; its id is the file's name without ``.md``.

    order: its place in the list of lessons.
    """

    id: str
    title: str
    summary: str
    steps: tuple[Step, ...]
    order: int = LAST_ORDER


_READER = Reader()


def lessons_dir() -> Path:
    """Return the folder of the lessons that come with the program."""
    return resource_dir() / "lessons"


def user_lessons_dir() -> Path:
    """Return the folder of the user's lessons, which may not exist."""
    return user_data_dir() / "lessons"


def load_lessons(
    library: Library, *folders: Path
) -> tuple[tuple[Lesson, ...], tuple[LessonError, ...]]:
    """Return the lessons in ``folders``, and the errors of those that were refused.

    By default these are the folders of the program, of the computer and of the user. A file that is
    invalid, or whose id an earlier file has, is left out. library: the parameter sets that lessons
    may use.
    """
    lessons: dict[str, Lesson] = {}
    problems: list[LessonError] = []
    for folder in folders or (lessons_dir(), site_data_dir() / "lessons", user_lessons_dir()):
        for path in sorted(folder.glob("*.md")):
            try:
                lesson = load_lesson(path, library)
            except LessonError as error:
                problems.append(error)
                continue
            if lesson.id in lessons:
                taken = "a lesson of this name is there already; choose another file name"
                problems.append(LessonError(path.name, 0, "", taken))
            else:
                lessons[lesson.id] = lesson
    return tuple(sorted(lessons.values(), key=lambda each: each.order)), tuple(problems)


def load_lesson(path: Path, library: Library) -> Lesson:
    """Return the lesson in a file. Raises LessonError if it is invalid or can't be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null byte
        reason = getattr(error, "strerror", None) or error
        raise LessonError(path.name, 0, "", f"can't be read: {reason}") from None
    if len(raw) > MAX_BYTES:
        raise LessonError(path.name, 0, "", "is larger than 1 MB; a lesson is a few kB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LessonError(path.name, 0, "", "is not UTF-8 text; save it as UTF-8") from None
    return parse_lesson(text, path.stem, library, path.name, path.parent)


def parse_lesson(
    text: str, lesson_id: str, library: Library, where: str = "lesson", folder: Path | None = None
) -> Lesson:
    """Return the lesson that ``text`` describes. Raises LessonError.

    lesson_id: its id. where: the name of the file, for errors. folder: that of its pictures; None
    for a lesson that may not have any.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    header, at = _header(lines, where)
    heads = [i for i in _outside_fences(lines, at) if lines[i].startswith("## ")]
    for i in range(at, heads[0] if heads else len(lines)):
        if lines[i].strip():
            raise LessonError(
                where, i + 1, "", "text must stand in a step; begin one with ## Title"
            )
    if not heads:
        raise LessonError(where, 0, "", "has no step; begin one with ## Title")
    ends = [*heads[1:], len(lines)]
    steps = tuple(
        _StepReader(lines, start, end, library, where, folder).read()
        for start, end in zip(heads, ends, strict=True)
    )
    return Lesson(lesson_id, header.title, header.summary.strip(), steps, header.order)


class _StepReader:
    """Reads one step of a lesson, from ``lines[start:end]``, of which the first is its title."""

    def __init__(
        self, lines: list[str], start: int, end: int, library: Library, where: str,
        folder: Path | None,
    ) -> None:  # fmt: skip
        self._lines, self._start, self._end = lines, start, end
        self._library, self._where, self._folder = library, where, folder
        self._title = lines[start][3:].strip()
        self._blocks: list[Block] = []
        self._setup: Setup | None = None

    def read(self) -> Step:
        """Return the step. Raises LessonError, which names the line."""
        if not self._title:
            self._refuse(self._start, "a step needs a title: ## Title")
        text: list[str] = []
        at = self._start + 1
        while at < self._end:
            fence = _FENCE.match(self._lines[at])
            if fence:
                after = self._past_fence(at, fence[1])
                if fence[2] == "settings":
                    self._settings(at, after)
                else:
                    text += self._lines[at:after]
                at = after
            elif self._lines[at].lstrip().startswith("$$"):
                self._end_text(text)
                at = self._equation(at)
            elif "![" in _CODE.sub("", self._lines[at]):
                self._end_text(text)
                self._picture(at)
                at += 1
            else:
                text.append(self._lines[at])
                at += 1
        self._end_text(text)
        if not self._blocks:
            self._refuse(self._start, "says nothing; write a sentence under its title")
        return Step(self._title, tuple(self._blocks), self._setup)

    def _past_fence(self, at: int, mark: str) -> int:
        """Return the line after the fenced block that begins on line ``at``; mark: its fence."""
        for i in range(at + 1, self._end):
            if self._lines[i].strip().startswith(mark):
                return i + 1
        self._refuse(at, f"this block is not closed; end it with a line {mark}")

    def _settings(self, at: int, after: int) -> None:
        """Read the block of settings from line ``at`` to before line ``after``."""
        if self._setup is not None:
            self._refuse(at, "a step has one settings block; this is its second")
        body = self._lines[at + 1 : after - 1]
        table = _toml(body, at + 1, self._where, self._title)
        try:
            self._setup = setup_from_table(table, self._library)
        except ModelError as error:
            self._refuse(at + _line_of(error.key, body), str(error))

    def _equation(self, at: int) -> int:
        """Read the equation that begins on line ``at``; return the line after it."""
        found = self._lines[at].strip()[2:]
        last = at
        while not found.rstrip().endswith("$$"):
            last += 1
            if last == self._end:
                self._refuse(at, "this equation is not closed; end it with $$")
            found += "\n" + self._lines[last]
        latex = " ".join(found.rstrip()[:-2].split())
        if not latex or "$" in latex:
            self._refuse(at, "write one equation between $$ and $$, on lines of its own")
        if len(latex) > MAX_LATEX_CHARACTERS:
            self._refuse(at, f"an equation has at most {MAX_LATEX_CHARACTERS:,} characters")
        self._blocks.append(Equation(latex))
        return last + 1

    def _picture(self, at: int) -> None:
        """Read the picture on line ``at``."""
        found = _PICTURE.fullmatch(self._lines[at].strip())
        if found is None:
            self._refuse(at, "a picture has a line of its own: ![what it shows](file.png)")
        try:
            self._blocks.append(find_picture(found[1], found[2], self._folder))
        except PictureError as error:
            self._refuse(at, str(error))

    def _end_text(self, text: list[str]) -> None:
        """Add the collected lines of text as a block, and empty the list."""
        markdown = "\n".join(text).strip("\n")
        if markdown.strip():
            self._blocks.append(Text(markdown))
        text.clear()

    def _refuse(self, line: int, problem: str) -> NoReturn:
        """Raise LessonError for a line (counted from 0), with this problem."""
        raise LessonError(self._where, line + 1, self._title, problem) from None


def _header(lines: list[str], where: str) -> tuple[_Header, int]:
    """Return the TOML at the beginning of a lesson, and the index of the line after it.

    where: the name of the file, for errors.
    """
    marks = [i for i, line in enumerate(lines) if line.strip() == "+++"]
    if len(marks) < 2 or any(line.strip() for line in lines[: marks[0]]):
        problem = 'must begin with a line +++, title = "…", and another line +++'
        raise LessonError(where, 1, "", problem)
    body = lines[marks[0] + 1 : marks[1]]
    table = _toml(body, marks[0] + 1, where, "")
    try:
        header = _READER.read(_Header, table)
    except ModelError as error:
        line = marks[0] + 1 + _line_of(error.key, body)
        raise LessonError(where, line, "", str(error)) from None
    if not header.title.strip():
        raise LessonError(where, marks[0] + 1, "", 'title is missing: title = "…"')
    return header, marks[1] + 1


def _toml(body: list[str], first: int, where: str, step: str) -> dict[str, Any]:
    """Parse lines of TOML. Raises LessonError.

    first: the index (from 0) in the file of the first of these lines. where: the name of the file.
    step: the title of the step they are in, for errors, or "".
    """
    text = "\n".join(body)
    if len(text) > MAX_TOML_CHARACTERS:
        problem = f"more than {MAX_TOML_CHARACTERS:,} characters of settings"
        raise LessonError(where, first, step, problem)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise LessonError(where, first, step, "settings are nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError is one, a number of too many digits another
        found = _TOML_LINE.search(str(error))
        line = int(found[1]) if found and found[1] else len(body)
        reason = _TOML_LINE.sub("", str(error)).strip()
        raise LessonError(where, first + line, step, f"is not valid TOML: {reason}") from None


def _line_of(key: str, body: list[str]) -> int:
    """Return the number (from 1) of the line in ``body`` that seems to set ``key``; 0 if none."""
    key = _PLACE.sub("", key)
    names = [key, key.partition(".")[2], key.rpartition(".")[2], key.partition(".")[0]]
    for name in filter(None, names):
        for number, line in enumerate(body, 1):
            if name in line.partition("#")[0]:
                return number
    return 0


def _outside_fences(lines: list[str], at: int) -> list[int]:
    """Return the indices of the lines from ``at`` on that are not inside fenced blocks."""
    outside, mark = [], ""
    for i in range(at, len(lines)):
        fence = _FENCE.match(lines[i])
        if mark:
            mark = "" if lines[i].strip().startswith(mark) else mark
        elif fence:
            mark = fence[1]
        else:
            outside.append(i)
    return outside
