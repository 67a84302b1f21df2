"""Sign programs for Windows and notarise the app of macOS, where there is something to do it with.

python resources/package/sign.py dist/hhgui

HHGUI_SIGN is the command, without the files: ``signtool sign /fd sha256 /a /tr URL /td sha256``.
Smart App Control wants every program and library signed. The identity for macOS is
HHGUI_CODESIGN_IDENTITY, which build_app.spec hands to PyInstaller; HHGUI_NOTARISE is the command
that sends a zip to Apple and waits for the answer, without the zip's name:
``xcrun notarytool submit --wait --apple-id … --team-id … --password …``.
Without these variables nothing is done.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

SIGNED = (".exe", ".dll", ".pyd")
_MOST = 50  # files for one command: Windows' command lines are short


def _command(variable: str) -> list[str]:
    return shlex.split(os.environ.get(variable, ""), posix=os.name != "nt")


def sign(*places: Path) -> int:
    """Sign the files, and those in the folders; return their number. Raises SubprocessError."""
    command = _command("HHGUI_SIGN")
    if not command:
        return 0
    found = [sorted(place.rglob("*")) if place.is_dir() else [place] for place in places]
    files = [file for each in found for file in each if file.suffix.lower() in SIGNED]
    for at in range(0, len(files), _MOST):
        subprocess.run([*command, *files[at : at + _MOST]], check=True)
    return len(files)


def notarise(app: Path, packed: Path) -> bool:
    """Have Apple check the packed app, and staple its ticket to the app; say whether that was done.

    The zip must then be made again. Raises SubprocessError if Apple refuses.
    """
    command = _command("HHGUI_NOTARISE")
    if not command:
        return False
    subprocess.run([*command, packed], check=True)
    subprocess.run(["xcrun", "stapler", "staple", app], check=True)
    return True


if __name__ == "__main__":
    print(f"  {sign(*map(Path, sys.argv[1:]))} files signed")
