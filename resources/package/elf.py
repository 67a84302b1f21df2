"""What the packaged programs and libraries want of the Linux system they run on."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

_NEEDED = re.compile(r"^\s+NEEDED\s+(\S+)", re.MULTILINE)
_GLIBC = re.compile(r"\bGLIBC_(\d+)\.(\d+)")
# Qt takes X11 where these are missing, so no program is refused for them.
WAYLAND = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}


class Wants:
    """Sonames that the folder does not bring along, and the oldest glibc that will do."""

    def __init__(self, folder: Path) -> None:
        self.libraries: set[str] = set()
        self.glibc = (2, 17)
        brought = {path.name for path in folder.rglob("*.so*")}
        for path in folder.rglob("*"):
            if path.is_symlink() or not path.is_file() or not _is_elf(path):
                continue
            told = subprocess.run(
                ["objdump", "-p", path], capture_output=True, text=True, check=True
            ).stdout
            self.libraries |= set(_NEEDED.findall(told)) - brought
            versions = [(int(major), int(minor)) for major, minor in _GLIBC.findall(told)]
            self.glibc = max([self.glibc, *versions])


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def debian_packages(libraries: Iterable[str]) -> set[str]:
    """The Debian packages that have these libraries, as found on this machine."""
    known = subprocess.run(
        ["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True
    ).stdout
    packages = set()
    for library in libraries:
        found = re.search(rf"^\s+{re.escape(library)} .*=> (\S+)", known, re.MULTILINE)
        if found is None:
            raise FileNotFoundError(f"{library} is needed, but this machine does not have it")
        packages.add(_owner(found[1]))
    return packages


def _owner(path: str) -> str:
    """The package of a file, which Debian knows with or without /usr in front."""
    for name in (path, f"/usr{path}", path.removeprefix("/usr"), str(Path(path).resolve())):
        answer = subprocess.run(
            ["dpkg-query", "--search", name], capture_output=True, text=True, check=False
        )
        if answer.returncode == 0:
            return answer.stdout.split(":")[0]
    raise FileNotFoundError(f"no Debian package has {path}")
