"""What the tests of every layer share. Imports no Qt: the model and the engine need none."""

import gc
import json
from pathlib import Path

import pytest

from hhgui.model.library import load_library, models_dir

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def library():
    """The app's own parameter sets, whatever the user's folder holds."""
    return load_library(models_dir())


@pytest.fixture(scope="session")
def seed_systems():
    """What independent programs computed for the course's systems, by system."""
    return json.loads((DATA / "seed_systems.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def facts():
    """Published or independently computed facts about the neuron, by name."""
    listed = json.loads((DATA / "ground_truth.json").read_text(encoding="utf-8"))["facts"]
    return {fact["name"]: fact for fact in listed}


@pytest.fixture
def desktop(qtbot, qapp, tmp_path, monkeypatch):
    """A started window, running, whose user has a folder of their own."""
    from hhgui.desktop import Desktop
    from hhgui.model.library import load_library

    for variable in ("XDG_DATA_HOME", "APPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "data"))
    made = Desktop(qapp, load_library())
    qtbot.addWidget(made.window)
    made.window.resize(1600, 900)
    made.start()
    qtbot.waitUntil(lambda: made.running, timeout=60_000)
    yield made
    made.window.close()
    gc.collect()  # a window and what it recorded are a hundred megabytes
