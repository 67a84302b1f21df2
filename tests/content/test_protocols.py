"""The protocols that come with the app, as the menu shows them."""

import pytest

from hhgui.content.lesson import load_lessons
from hhgui.content.protocols import load_protocols, protocol_from_table
from hhgui.model.library import load_library, models_dir
from hhgui.paths import site_data_dir
from tests.refusals import refused

GOOD = {
    "id": "x", "name": "X", "group": "Y", "source": "Z", "notes": "What to\nlook for.",
    "setup": {"model": "squid-1952"},
}  # fmt: skip


def test_every_row_of_the_sources_is_on_the_menu(library):
    """The menu has one entry per model of the ± pulses and two of the noise, in this order."""
    assert [p.id for p in load_protocols(library)] == [
        "lab3-step", "short-pulse", "short-pulse-as-coded", "currents", "lab3-fi",
        *(f"pulses-model{n}" for n in range(1, 8)),
        "gating-pyramidal-squid", "thermal-potassium",
        "noise-correct-capacitance", "noise-as-printed",
        *(f"hh-1952-fig-{n}" for n in (12, 20, 21, 22)), "hh-1952-strength-duration",
    ]  # fmt: skip


def test_a_lab_s_files_are_offered_to_every_user(tmp_path, monkeypatch, caplog):
    """Models, lessons and protocols that an administrator has put in the computer's folder.

    What is broken there costs only itself.
    """
    for variable in ("XDG_DATA_DIRS", "WIN_PD_OVERRIDE_COMMON_APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path))
    folder = site_data_dir()
    for kind in ("models", "lessons", "protocols"):
        (folder / kind).mkdir(parents=True)
    source = (models_dir() / "squid-dayan-abbott.toml").read_text(encoding="utf-8")
    (folder / "models" / "lab.toml").write_text(
        source.replace('id = "squid-dayan-abbott"', 'id = "lab-neuron"'), encoding="utf-8"
    )
    (folder / "lessons" / "ours.md").write_text(
        '+++\ntitle = "Ours"\n+++\n## First\nText.\n', encoding="utf-8"
    )
    texts = "".join(f'{key} = "lab"\n' for key in ("id", "name", "group", "source", "notes"))
    (folder / "protocols" / "lab.toml").write_text(f'{texts}[setup]\nmodel = "lab-neuron"\n')
    (folder / "protocols" / "broken.toml").write_text(texts + "[setup]\nmodel = 'nobody'\n")
    library = load_library()
    assert "lab-neuron" in library.membranes
    lessons, _problems = load_lessons(library)
    assert "ours" in [lesson.id for lesson in lessons]
    assert load_protocols(library)[-1].setup.membrane.id == "lab-neuron"
    assert "broken.toml" in caplog.text


def test_groups_are_not_torn_apart(library):
    """The protocols of one submenu stand next to each other."""
    groups = [p.group for p in load_protocols(library)]
    assert sorted(groups, key=groups.index) == groups


def test_names_are_short_and_differ_and_notes_are_one_paragraph(library):
    """A menu and a panel can show every name and every note."""
    protocols = load_protocols(library)
    assert len({p.name for p in protocols}) == len(protocols)
    assert all(len(p.name) <= 48 for p in protocols)
    assert all(80 < len(p.notes) < 500 and "\n" not in p.notes for p in protocols)


def test_the_as_printed_noise_explains_the_slip(library):
    """The printed capacitance is the only difference between the two, and its notes say so."""
    by_id = {protocol.id: protocol for protocol in load_protocols(library)}
    correct, printed = by_id["noise-correct-capacitance"], by_id["noise-as-printed"]
    assert correct.setup.edits["membrane.capacitance"] == 1.0
    assert printed.setup.membrane.capacitance == 10.0
    assert "slip of a factor of ten" in printed.notes
    assert correct.setup.stimulus == printed.setup.stimulus


def test_a_paragraphs_lines_are_joined(library):
    """The file's line breaks are not the panel's."""
    assert protocol_from_table(GOOD, library).notes == "What to look for."


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": ""}, "name"), ({"notes": 3}, "notes"), ({"note": "x"}, "note"),
        ({"setup": {}}, "model"), ({"setup": 3}, "setup"),
        ({"setup": {"model": "squid-1952", "x": 1}}, "x"),
    ],
)  # fmt: skip
def test_a_broken_protocol_is_refused_by_its_key(library, change, key):
    """A broken protocol raises a ModelError with the key, as a setup does."""
    with refused(key):
        protocol_from_table(GOOD | change, library)
