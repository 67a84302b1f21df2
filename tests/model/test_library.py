"""The dropdown: which sets, in which order, and what happens to files that can't be used."""

from dataclasses import replace

import pytest

from hhgui.model.library import (
    DEFAULT_ID,
    ORDER,
    find_membrane,
    load_library,
    models_dir,
    section_of,
    use_of,
    user_models_dir,
)
from hhgui.model.model_file import ModelFileError

TEXT = """
[model]
id = "{id}"
name = "Mine"
[membrane]
capacitance = {capacitance}
[[current]]
name = "L"
conductance = 1.0
reversal = -65.0
"""


@pytest.fixture
def user_folder(tmp_path, monkeypatch):
    """The user's folder of models, empty."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    folder = tmp_path / "hhgui" / "models"
    folder.mkdir(parents=True)
    return folder


def put(folder, file_name, model_id, capacitance=1.0):
    """A model file in ``folder``."""
    text = TEXT.format(id=model_id, capacitance=capacitance)
    (folder / file_name).write_text(text, encoding="utf-8")


def test_the_sets_come_in_the_order_of_the_dropdown(library):
    """The squid comes first, as default, then the others as listed."""
    assert tuple(library.membranes) == ORDER
    assert next(iter(library.membranes)) == DEFAULT_ID == "squid-dayan-abbott"


def test_every_set_says_when_to_take_it(library):
    """Each section of the dropdown has a title, each set one sentence, and none is left out."""
    assert list(dict.fromkeys(map(section_of, library.membranes))) == [
        "Squid axon", "Cortex and hippocampus", "Crab and barnacle", "Build-up", "Handouts",
    ]  # fmt: skip
    uses = [use_of(model_id) for model_id in library.membranes]
    assert all(use.endswith(".") and len(use) < 80 for use in uses)


def test_a_set_is_found_by_its_id(library):
    """Each file's id is the key, and the file is named after it."""
    for model_id in ORDER:
        assert library[model_id].id == model_id
        assert (models_dir() / f"{model_id}.toml").is_file()


def test_the_users_sets_are_a_section_of_their_own(user_folder):
    """The user's own sets are the last section of the list, "Yours"."""
    put(user_folder, "mine.toml", "mine")
    *_, last = load_library().membranes
    assert (last, section_of(last)) == ("mine", "Yours")


def test_the_users_sets_follow_the_apps_by_file_name(user_folder):
    """The user's own files come after the app's, in the order of their names."""
    put(user_folder, "b.toml", "beta")
    put(user_folder, "a.toml", "zeta")
    assert tuple(load_library().membranes) == (*ORDER, "zeta", "beta")


def test_the_users_folder_follows_xdg(user_folder):
    """XDG_DATA_HOME says where it is."""
    assert user_models_dir() == user_folder


def test_a_membrane_can_be_added_or_put_in_place_of_another(library):
    """The library itself stays as it was."""
    squid = library["squid-1952"]
    added = library.with_membrane(replace(squid, id="mine"))
    assert tuple(added.membranes) == (*ORDER, "mine")
    edited = library.with_membrane(replace(squid, capacitance=7.0))
    assert tuple(edited.membranes) == ORDER == tuple(library.membranes)
    assert (edited["squid-1952"].capacitance, library["squid-1952"].capacitance) == (7.0, 1.0)


def test_without_a_users_folder_the_apps_sets_are_there(tmp_path, monkeypatch):
    """A folder that does not exist is not a problem."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nowhere"))
    library = load_library()
    assert tuple(library.membranes) == ORDER
    assert library.problems == ()


def test_a_taken_id_is_listed_as_a_problem(user_folder):
    """The app's set stays; the file that took its id is named with its key."""
    put(user_folder, "mine.toml", "squid-1952", capacitance=7)
    library = load_library()
    assert library["squid-1952"].capacitance == 1.0
    (problem,) = library.problems
    assert (problem.where, problem.key) == ("mine.toml", "model.id")
    assert "'squid-1952' is taken" in str(problem)


def test_a_broken_file_is_listed_and_the_rest_load(user_folder):
    """One bad file costs only itself; the message names file, key and what is allowed."""
    put(user_folder, "bad.toml", "bad", capacitance=-1)
    put(user_folder, "good.toml", "good")
    library = load_library()
    assert tuple(library.membranes) == (*ORDER, "good")
    (problem,) = library.problems
    assert str(problem).startswith("bad.toml: membrane.capacitance: capacitance must be above 0")


def test_what_is_no_toml_file_is_not_looked_at(user_folder):
    """Notes and backups may lie beside the models."""
    (user_folder / "notes.txt").write_text("[[[", encoding="utf-8")
    put(user_folder, "a.toml.bak", "a")
    assert load_library().problems == ()


def test_a_folder_named_like_a_file_is_a_problem(user_folder):
    """A folder named like a model is reported, and the other models load."""
    (user_folder / "folder.toml").mkdir()
    (problem,) = load_library().problems
    assert str(problem).startswith("folder.toml: can't be read: ")


def test_a_membrane_is_found_by_id_or_by_file(user_folder, tmp_path):
    """The app's sets, the user's, and any .toml path."""
    put(user_folder, "mine.toml", "mine")
    put(tmp_path, "far.toml", "far-away")
    assert find_membrane("squid-1952").id == "squid-1952"
    assert find_membrane("mine").id == "mine"
    assert find_membrane(str(tmp_path / "far.toml")).id == "far-away"


def test_an_unknown_id_lists_what_there_is(user_folder):
    """The message names what was asked for and every id, the user's included."""
    put(user_folder, "mine.toml", "mine")
    with pytest.raises(ModelFileError, match="no such parameter set") as caught:
        find_membrane("squid")
    assert str(caught.value).startswith("squid: ")
    assert all(model_id in str(caught.value) for model_id in (*ORDER, "mine"))


def test_a_missing_file_is_refused():
    """The message gives the file's name and the reason."""
    with pytest.raises(ModelFileError, match=r"^none\.toml: can't be read: No such file"):
        find_membrane("/nowhere/none.toml")
