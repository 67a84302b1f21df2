"""Fill in the manifests that winget and Flathub want of a release.

python resources/package/manifests.py DOWNLOADS OWNER/NAME

DOWNLOADS is the folder with the files of the release; its name and address on GitHub come from
OWNER/NAME and from the version. The manifests are written into DOWNLOADS/winget and
DOWNLOADS/flathub. Exit status 1 if a file that they name is missing.
"""

import hashlib
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from hhgui import __version__

HERE = Path(__file__).resolve().parent
KINDS = ("winget", "flathub")
_SHA256 = re.compile(r"@SHA256:(.+?)@")


def facts(repository: str, version: str) -> dict[str, str]:
    """Return what each @NAME@ of a manifest stands for."""
    owner, _, name = repository.partition("/")
    project = f"https://github.com/{owner}/{name}"
    return {
        "VERSION": version,
        "TAG": f"v{version}",
        "PROJECT": project,
        "RELEASE": f"{project}/releases/download/v{version}",
        "RAW": f"https://raw.githubusercontent.com/{owner}/{name}/v{version}",
        # Of names on GitHub, a hyphen is what an application's id can't have.
        "DEVELOPER": f"io.github.{owner.lower().replace('-', '_')}",
        "ID": f"io.github.{owner.lower().replace('-', '_')}.{name}",
        "DATE": datetime.now(UTC).strftime("%Y-%m-%d"),
    }


def filled(template: str, known: dict[str, str], downloads: Path) -> str:
    """Return a manifest with its facts and checksums. Raises OSError for a missing download."""
    for name, value in known.items():
        template = template.replace(f"@{name}@", value)
    return _SHA256.sub(lambda found: _sha256(downloads / found[1]), template)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(downloads: Path, repository: str, version: str = __version__) -> list[Path]:
    """Write all manifests; return their paths. Raises OSError for a missing download."""
    known = facts(repository, version)
    texts = {
        downloads / kind / filled(template.name, known, downloads): filled(
            template.read_text("utf-8"), known, downloads
        )
        for kind in KINDS
        for template in sorted((HERE / kind).iterdir())
    }
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    shutil.copy(HERE / "hhgui-mime.xml", downloads / "flathub")
    return list(texts)


def main(downloads: str, repository: str) -> int:
    """Write the manifests and name them; the exit status."""
    try:
        made = write(Path(downloads), repository)
    except OSError as error:
        print(f"  no manifests: {error}")
        return 1
    print("\n".join(f"  {path}" for path in made))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
