"""Pictures of a lesson come from its own folder, and are small."""

import struct
import zlib

import pytest

from hhgui.content.lesson import LessonError, Text, load_lesson
from hhgui.content.picture import MOST_BYTES, MOST_PIXELS, Picture, PictureError, find_picture

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'
    '<rect width="40" height="9"/></svg>'
)


def png(width=4, height=3):
    """A PNG of one grey, with a header of this size."""

    def chunk(kind, data):
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x80" * 4 for _ in range(3))
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.fixture
def folder(tmp_path):
    """The folder of a lesson, with a secret beside it."""
    inside = tmp_path / "lessons"
    (inside / "pictures").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(png())
    (inside / "cell.png").write_bytes(png())
    (inside / "pictures" / "axon.svg").write_text(SVG, encoding="utf-8")
    return inside


@pytest.mark.parametrize("name", ["cell.png", "pictures/axon.svg", "./cell.png"])
def test_a_picture_of_the_folder_is_found(folder, name):
    """PNG and SVG are found, also in a folder inside it."""
    found = find_picture("a cell", name, folder)
    assert found.text == "a cell"
    assert found.path.read_bytes() == (folder / name).read_bytes()


@pytest.mark.parametrize(
    "name",
    ["../secret.png", "pictures/../../secret.png", "/etc/logo.png", "C:\\logo.png",
     "\\\\server\\share\\logo.png", "file:///tmp/logo.png", "https://example.org/logo.png",
     "..\\secret.png", "link.png"],
)  # fmt: skip
def test_nothing_outside_the_folder_is_read(folder, name):
    """No path, address or link leads to a file outside the folder of the lesson."""
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    with pytest.raises(PictureError, match="folder"):
        find_picture("", name, folder)


def too_large():
    """A PNG with a byte too many."""
    return png() + bytes(MOST_BYTES[".png"])


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("a.gif", b"GIF89a", "must be a .png or .svg file"),
        ("gone.png", None, "is not in the lesson's folder"),
        ("a.png", b"no picture at all", "is not a PNG file"),
        ("a.png", png(MOST_PIXELS + 1, 2), f"has {MOST_PIXELS + 1} × 2 pixels"),
        ("a.png", too_large(), "is larger than 1,000 kB"),
        ("a.svg", b"<html/>", "is not an SVG file"),
        ("a.svg", b"\xff\xfe<svg/>", "is not UTF-8 text"),
        ("a.svg", b'<svg><image href="file:///etc/passwd"/></svg>', "refers to another file"),
        ("a.svg", b"<svg><image xlink:href='other.png'/></svg>", "refers to another file"),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "aa">]><svg>&a;</svg>', "defines entities"),
    ],
)
def test_a_bad_picture_is_refused(folder, name, raw, words):
    """The message says what is wrong and what is allowed."""
    if raw is not None:
        (folder / name).write_bytes(raw)
    with pytest.raises(PictureError, match=words):
        find_picture("", name, folder)


def test_a_reference_inside_an_svg_is_allowed(folder):
    """Gradients and embedded images are part of the file."""
    inside = '<svg><use href="#a"/><image href="data:image/png;base64,AAAA"/></svg>'
    (folder / "a.svg").write_text(inside, encoding="utf-8")
    assert find_picture("", "a.svg", folder).path.name == "a.svg"


HEAD = '+++\ntitle = "Mine"\n+++\n## A\n'


def test_a_picture_is_a_block_of_its_step(folder, library):
    """Between the texts where it stands; its file is known, to be watched."""
    path = folder / "mine.md"
    path.write_text(f'{HEAD}Before.\n![a cell](cell.png "big")\nAfter.\n', encoding="utf-8")
    (step,) = load_lesson(path, library).steps
    assert step.blocks == (Text("Before."), Picture("a cell", folder / "cell.png"), Text("After."))
    assert step.pictures == (folder / "cell.png",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("![a](gone.png)", "line 5, step “A”: picture gone.png is not in the lesson's folder"),
        ("Look: ![a](cell.png)", "line 5, step “A”: a picture has a line of its own"),
        ("![a][ref]", "a picture has a line of its own"),
    ],
)
def test_a_picture_that_cannot_be_shown_names_its_line(folder, library, line, words):
    """The lesson is refused with file, line and step."""
    path = folder / "mine.md"
    path.write_text(f"{HEAD}{line}\n", encoding="utf-8")
    with pytest.raises(LessonError, match=r"mine\.md") as caught:
        load_lesson(path, library)
    assert words in str(caught.value)


def test_a_picture_in_code_is_text(folder, library):
    """A lesson may say how a picture is written."""
    path = folder / "mine.md"
    path.write_text(f"{HEAD}Write `![a](b.png)`.\n", encoding="utf-8")
    assert load_lesson(path, library).steps[0].blocks == (Text("Write `![a](b.png)`."),)
