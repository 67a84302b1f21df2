"""The job that saves a model."""

from hhgui.model.model_file import load_membrane
from hhgui.ui.window.file_commands import model_file
from tests.shipped import SQUID


def test_the_work_of_a_saved_model_writes_the_membrane(tmp_path):
    """A saved model file loads as the same membrane."""
    path = model_file(tmp_path / "squid.toml", SQUID)(lambda: False, lambda fraction: None)
    assert load_membrane(path) == SQUID
