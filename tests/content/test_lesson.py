"""Lesson files become steps, and an error names its line."""

import pytest

from hhgui.content.lesson import (
    Equation,
    LessonError,
    Text,
    load_lesson,
    load_lessons,
    parse_lesson,
    user_lessons_dir,
)

HEAD = '+++\ntitle = "Mine"\n+++\n'
SETTINGS = '```settings\nmodel = "squid-1952"\ndt = 0.05\n```\n'


@pytest.fixture
def parse(library):
    """The lesson of a text."""
    return lambda text: parse_lesson(text, "mine", library, "mine.md")


def refusal(parse, text):
    """The error of a text."""
    with pytest.raises(LessonError) as caught:
        parse(text)
    return caught.value


def test_a_lesson_has_a_header_and_steps(parse):
    """A lesson has title, order and summary, and its steps in the order of the file."""
    lesson = parse(
        '+++\ntitle = "T"\norder = 7\nsummary = "S"\n+++\n## One\nFirst.\n## Two\nSecond.\n'
    )
    assert (lesson.id, lesson.title, lesson.order, lesson.summary) == ("mine", "T", 7, "S")
    assert [step.title for step in lesson.steps] == ["One", "Two"]


def test_text_and_equations_keep_their_order(parse):
    """On one line or on several, an equation stands between two texts."""
    (step,) = parse(f"{HEAD}## A\nBefore $V$.\n\n$$a = b$$\nAfter.\n$$\nc\n= d\n$$\n").steps
    assert step.blocks == (
        Text("Before $V$."), Equation("a = b"), Text("After."), Equation("c = d"),
    )  # fmt: skip
    assert step.equations == ("a = b", "c = d")


def test_settings_become_a_setup(parse, library):
    """A step's settings give a setup of the library's set; what is not said has its default."""
    (step,) = parse(f"{HEAD}## A\n{SETTINGS}Text.\n").steps
    assert step.setup.membrane == library["squid-1952"]
    assert (step.setup.dt, step.setup.duration) == (0.05, 50.0)


def test_a_step_without_settings_leaves_everything(parse):
    """The setup of a step without settings is None."""
    assert parse(f"{HEAD}## A\nText.\n").steps[0].setup is None


def test_windows_line_ends_are_understood(parse):
    """A lesson saved with CR LF has the same steps as one with LF."""
    text = f"{HEAD}## A\n{SETTINGS}$$x$$\nText.\n"
    assert parse(text.replace("\n", "\r\n")).steps == parse(text).steps


def test_a_heading_in_a_code_block_begins_no_step(parse):
    """A heading in a code block begins no step, and dollar signs there make no equation."""
    (step,) = parse(f"{HEAD}## A\n```\n## not a step\n$$\n```\n").steps
    assert step.blocks == (Text("```\n## not a step\n$$\n```"),)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("## A\nText.\n", 1, "must begin with a line +++"),
        (
            "+++\ntitel = 1\n+++\n## A\nx\n",
            2,
            "titel is not known here; allowed: order, summary, title",
        ),
        ("+++\ntitle = 3\n+++\n## A\nx\n", 2, "title must be text, not 3"),
        ('+++\ntitle = "a"\norder = true\n+++\n## A\nx\n', 3, "order must be a whole number"),
        ("+++\n\n+++\n## A\nx\n", 1, "title is missing"),
        ("+++\ntitle = \n+++\n## A\nx\n", 2, "is not valid TOML"),
        (f"{HEAD}Text.\n", 4, "text must stand in a step"),
        (HEAD, 0, "has no step"),
        (f"{HEAD}## A\n", 4, "says nothing"),
        (f"{HEAD}## \nText.\n", 4, "a step needs a title"),
        (f"{HEAD}## A\n{SETTINGS}{SETTINGS}x\n", 9, "one settings block"),
        (f'{HEAD}## A\n```settings\nmodel = "squid-1952"\n', 5, "not closed"),
        (f"{HEAD}## A\n$$a\n\n## B\nx\n", 5, "not closed"),
        (f"{HEAD}## A\n$$a$$ and $$b$$\n", 5, "one equation between"),
        (f"{HEAD}## A\n$${'a' * 3000}$$\n", 5, "at most 2,000 characters"),
        (f"{HEAD}## A\n```settings\n{'# ' * 9000}\n```\nx\n", 5, "more than 10,000 characters"),
    ],
)
def test_what_is_wrong_is_reported_with_its_line(parse, text, line, says):
    """An error names the file, the line (from 1) and the problem."""
    error = refusal(parse, text)
    assert (error.line, error.where) == (line, "mine.md")
    assert says in str(error)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("colour = 1", "colour"),
        ("dt = -1", "dt"),
        ("dt = = 1", "is not valid TOML"),
        ('set = { "Xy.conductance" = 1.0 }', "Xy.conductance"),
        ("fi = { pints = 3 }", "pints"),
        ("tab = 3", "tab must be text"),
    ],
)
def test_a_refused_setting_is_reported_with_step_and_line(parse, setting, says):
    """An invalid setting is reported with the line of its key, not that of the block."""
    text = f'{HEAD}## Fine\nx\n## Bad\n```settings\nmodel = "squid-1952"\n{setting}\n```\nx\n'
    error = refusal(parse, text)
    assert (error.line, error.step) == (9, "Bad")
    assert str(error).startswith("mine.md, line 9, step “Bad”: ")
    assert says in str(error)


def test_a_flood_of_dotted_keys_is_refused(parse):
    """Keys of very many parts, which would exhaust the memory, are refused."""
    flood = "a." * 200_000 + "a = 1"
    assert "more than 10,000" in str(refusal(parse, f"{HEAD}## A\n```settings\n{flood}\n```\nx\n"))


def test_users_lessons_come_after_the_apps(library, tmp_path, monkeypatch):
    """The user's lessons, from the folder beside the models, follow the program's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("WIN_PD_OVERRIDE_APPDATA", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = user_lessons_dir()
    folder.mkdir(parents=True)
    (folder / "mine.md").write_text(f"{HEAD}## A\nText.\n", encoding="utf-8")
    lessons, problems = load_lessons(library)
    assert (lessons[-1].id, problems) == ("mine", ())
    assert len(lessons) > 1


def test_a_broken_lesson_costs_only_itself(library, tmp_path):
    """The others load; the message names the file."""
    (tmp_path / "bad.md").write_text("nothing", encoding="utf-8")
    (tmp_path / "good.md").write_text(f"{HEAD}## A\nText.\n", encoding="utf-8")
    lessons, (problem,) = load_lessons(library, tmp_path)
    assert [lesson.id for lesson in lessons] == ["good"]
    assert problem.where == "bad.md"


def test_a_taken_name_is_a_problem(library, tmp_path):
    """Of two lessons with one id the first is kept and the second reported."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        text = f'+++\ntitle = "{folder}"\n+++\n## A\nText.\n'
        (tmp_path / folder / "same.md").write_text(text, encoding="utf-8")
    lessons, (problem,) = load_lessons(library, tmp_path / "a", tmp_path / "b")
    assert [lesson.title for lesson in lessons] == ["a"]
    assert "choose another file name" in str(problem)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"x" * 1_000_001, "larger than 1 MB")],
)
def test_an_unreadable_file_is_refused(library, tmp_path, content, says):
    """The error of a file that cannot be read says why."""
    path = tmp_path / "odd.md"
    path.write_bytes(content)
    with pytest.raises(LessonError, match=says):
        load_lesson(path, library)


def test_a_folder_named_like_a_lesson_is_refused(library, tmp_path):
    """A folder whose name ends like a lesson's file is reported as unreadable."""
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(LessonError, match=r"^folder\.md: can't be read"):
        load_lesson(tmp_path / "folder.md", library)
