"""`hhgui FILE`, and a second start beside a window that is at work."""

import pytest

from hhgui.model.library import models_dir
from hhgui.storage.recovery import recovery_dir
from hhgui.storage.session import save_session
from tests.conftest import opened_desktop
from tests.storage.sessions import plain_session
from tests.ui.controls import box


@pytest.mark.parametrize("kind", ["session", "model"])
def test_a_second_start_opens_its_file_and_leaves_the_first_alone(
    new_desktop, qapp, qtbot, tmp_path, kind
):
    """The file is in a window of its own; the first's work stays, and so does its recovery."""
    first, folder = new_desktop, tmp_path / "data"
    box(first.window, "conductance.Na").setValue(80.0)
    edited = first.editor.document
    qtbot.waitUntil(lambda: any(recovery_dir().glob("recovery-*")))
    kept = {path.name for path in recovery_dir().glob("recovery-*")}
    path, wanted = tmp_path / "class.hhgui", plain_session().document.membrane
    if kind == "session":
        save_session(path, plain_session())
    else:
        path = models_dir() / "wang-buzsaki.toml"
        wanted = first.panels.library["wang-buzsaki"]
    with opened_desktop(qapp, folder, str(path)) as second:
        title = "class[*] – " if kind == "session" else f"{wanted.name}[*]"
        qtbot.waitUntil(lambda: second.window.windowTitle().startswith(title))
        assert second.editor.document.membrane == wanted
        assert not second.window.isWindowModified()  # nothing was edited since it was opened
        assert second.window.offer.isHidden()  # what the first is at work on is not left over
        assert first.editor.document == edited
    assert kept <= {path.name for path in recovery_dir().glob("recovery-*")}
    assert first.editor.document == edited
    assert first.running
