"""Sign programs for Windows, if there is something to sign with; otherwise do nothing.

python resources/package/sign.py dist/hhgui

HHGUI_SIGN is the command, without the files: ``signtool sign /fd sha256 /a /tr URL /td sha256``.
Smart App Control wants every program and library signed. The identity for macOS is
HHGUI_CODESIGN_IDENTITY, which build_app.spec hands to PyInstaller.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

SIGNED = (".exe", ".dll", ".pyd")
_MOST = 50  # files for one command: Windows' command lines are short


def sign(*places: Path) -> int:
    """Sign the files, and those in the folders; return their number. Raises SubprocessError."""
    command = shlex.split(os.environ.get("HHGUI_SIGN", ""), posix=os.name != "nt")
    if not command:
        return 0
    found = [sorted(place.rglob("*")) if place.is_dir() else [place] for place in places]
    files = [file for each in found for file in each if file.suffix.lower() in SIGNED]
    for at in range(0, len(files), _MOST):
        subprocess.run([*command, *files[at : at + _MOST]], check=True)
    return len(files)


if __name__ == "__main__":
    print(f"  {sign(*map(Path, sys.argv[1:]))} files signed")
