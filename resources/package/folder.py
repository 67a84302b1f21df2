"""The packaged folder: what hhgui reads there, and on Linux what a desktop wants of it."""

import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ICONS = HERE.parent / "icons"
# In the folder, wherever it was copied to: %k is where the .desktop file lies.
EXEC_BESIDE = (
    r'sh -c "here=\\$(dirname \\"\\$1\\"); shift; exec \\"\\$here/hhgui\\" \\"\\$@\\"" sh %k'
)
# They bring symbol tables that only a debugger reads: 20 MB of llvmlite's 175, 8 of the others'.
STRIPPED = (
    "llvmlite/binding/libllvmlite.so", "libpython*.so*", "kiwisolver/*.so", "PIL/_imaging.*.so",
)  # fmt: skip


def resources(root: Path) -> list[tuple[str, str]]:
    """Files of the clone's resources folder and where they go; this folder stays at home."""
    top = root / "resources"
    files = [path for path in sorted(top.rglob("*")) if path.is_file()]
    return [
        (str(path), str(path.parent.relative_to(root)))
        for path in files
        if path.relative_to(top).parts[0] != "package" and "__pycache__" not in path.parts
    ]


def desktop_entry(command: str) -> str:
    """The .desktop file's text for a program started by ``command``."""
    template = (HERE / "hhgui.desktop").read_text(encoding="utf-8")
    return template.replace("@EXEC@", command)


def furnish(folder: Path) -> None:
    """Give the folder a .desktop file, its icon and a note; shed what only a debugger reads."""
    entry = folder / "hhgui.desktop"
    entry.write_text(desktop_entry(EXEC_BESIDE), encoding="utf-8")
    entry.chmod(0o755)  # file managers start only what may be run
    shutil.copy(ICONS / "hhgui-256.png", folder / "hhgui.png")
    shutil.copy(ICONS / "hhgui.svg", folder / "hhgui.svg")
    shutil.copy(HERE / "README.txt", folder / "README.txt")
    if shutil.which("strip"):
        for pattern in STRIPPED:
            for library in (folder / "_internal").glob(pattern):
                subprocess.run(["strip", "--strip-unneeded", library], check=True)
