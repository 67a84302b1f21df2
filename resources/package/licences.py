"""The licences of all that is in the packaged app, gathered from what it was built from.

Python packages bring theirs in their metadata; system libraries have theirs in Debian's copyright
files; fonts carry theirs inside; for Qt, whose wheels bring none, the texts lie here.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE / "texts"
OVERVIEW = "README.txt"
# Not in the app as modules: PyInstaller's starter is the program's first part.
ALWAYS = ("pyinstaller",)
_LICENCE_FILE = re.compile(r"licen[cs]e|copying|notice|authors", re.IGNORECASE)

Entry = tuple[str, str, str]


def write(folder: Path, files: Sequence[Entry], modules: Sequence[Entry]) -> None:
    """Fill ``folder`` with an overview and the texts, for PyInstaller's lists of contents."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(TEXTS, folder)
    shutil.copy(HERE.parents[1] / "LICENSE", folder / "hhgui.txt")
    (folder / "Python.txt").write_text(_python_licence(), encoding="utf-8")
    found = _distributions([name for name, *_ in [*files, *modules]])
    for distribution in found:
        text = _about(distribution) + "".join(_texts(distribution))
        (folder / f"{distribution.name}.txt").write_text(text, encoding="utf-8")
    packages = _debian_packages(source for _, source, _ in files)
    for package in packages:
        shutil.copy(_copyright_file(package), folder / f"{package}.txt")
    lines = [f"  {d.name} {d.version}: {_licence_name(d)}" for d in found]
    overview = (HERE / "overview.txt").read_text(encoding="utf-8").format(
        python=sys.version.split()[0], packages="\n".join(lines),
        libraries=_library_part(packages),
    )  # fmt: skip
    (folder / OVERVIEW).write_text(overview, encoding="utf-8")


def _library_part(packages: Sequence[str]) -> str:
    if not packages:
        return ""
    return (
        "Libraries of the system it was built on, from these Debian packages, each with its own\n"
        "file here:\n\n" + "\n".join(f"  {package}" for package in packages) + "\n"
    )


def _distributions(names: Iterable[str]) -> list[metadata.Distribution]:
    """The installed packages that these modules and files belong to, by name."""
    owners = metadata.packages_distributions()
    tops = {re.split(r"[./\\]", name)[0] for name in names}
    wanted = {owner for top in tops for owner in owners.get(top, ())} | set(ALWAYS)
    return sorted(
        (metadata.distribution(name) for name in wanted - {"hhgui"}), key=lambda d: d.name.lower()
    )


def _licence_name(distribution: metadata.Distribution) -> str:
    fields = distribution.metadata
    name = fields.get("License-Expression") or fields.get("License") or ""
    if not name or "\n" in name:  # some put the whole text there
        classifiers = fields.get_all("Classifier") or []
        found = [c.split(" :: ")[-1] for c in classifiers if c.startswith("License")]
        name = ", ".join(found) or "see its file"
    return str(name)


def _about(distribution: metadata.Distribution) -> str:
    fields = distribution.metadata
    authors = ", ".join(filter(None, (fields.get("Author"), fields.get("Author-email"))))
    pages = [fields.get("Home-page"), *(fields.get_all("Project-URL") or [])]
    return (
        f"{distribution.name} {distribution.version}: {fields.get('Summary')}\n"
        f"Licence: {_licence_name(distribution)}\nAuthors: {authors}\n"
        + "".join(f"{page}\n" for page in pages if page)
    )


def _texts(distribution: metadata.Distribution) -> Iterable[str]:
    """Its licence files, then what its fonts say of theirs."""
    files = [file for file in distribution.files or () if file.suffix not in {".py", ".pyc"}]
    for file in files:
        path = Path(str(file.locate()))
        if ".dist-info" in str(file) and _LICENCE_FILE.search(str(file.name)):
            text = path.read_text(encoding="utf-8", errors="replace")
            yield f"\n{'-' * 72}\n{file.name}\n\n{text}"
        elif file.suffix in {".ttf", ".otf"}:
            yield f"\n{'-' * 72}\n{file.name}\n\n" + "\n".join(font_notices(path.read_bytes()))


def font_notices(font: bytes) -> list[str]:
    """Copyright and licence that stand in a TrueType font's "name" table (OpenType spec, name)."""
    count = struct.unpack(">H", font[4:6])[0]
    notices = []
    for table in range(count):
        tag, _sum, start, _length = struct.unpack(">4s3I", font[12 + 16 * table : 28 + 16 * table])
        if tag != b"name":
            continue
        _version, records, texts = struct.unpack(">3H", font[start : start + 6])
        for record in range(records):
            at = start + 6 + 12 * record
            platform, _, _, kind, length, offset = struct.unpack(">6H", font[at : at + 12])
            if platform == 3 and kind in (0, 13):  # in UTF-16; copyright and licence
                begin = start + texts + offset
                notices.append(font[begin : begin + length].decode("utf-16-be"))
    return notices


def _python_licence() -> str:
    """Python's own text, where this system keeps it."""
    for folder in (Path(os.__file__).parent, Path(sys.base_prefix)):
        for name in ("LICENSE.txt", "LICENSE"):
            if (folder / name).exists():
                return (folder / name).read_text(encoding="utf-8")
    return f"{sys.copyright}\n\nhttps://docs.python.org/3/license.html\n"


def _debian_packages(sources: Iterable[str]) -> list[str]:
    """The Debian packages that these files come from; none on other systems."""
    if not shutil.which("dpkg-query"):
        return []
    own = {path for source in sources if not source.startswith((sys.prefix, sys.base_prefix))
           for path in _spellings(source)}  # fmt: skip
    if not own:
        return []
    # it complains of the spellings that it does not know, and tells of the others
    answer = subprocess.run(
        ["dpkg-query", "--search", *sorted(own)], capture_output=True, text=True, check=False
    )
    packages = {line.split(":")[0] for line in answer.stdout.splitlines()}
    return sorted(package for package in packages if _copyright_file(package).exists())


def _spellings(path: str) -> Iterable[str]:
    """A file's names: links followed, and with and without /usr, which Debian merged late."""
    for name in {path, os.path.realpath(path)}:
        if name.startswith("/"):
            yield name
            yield name.removeprefix("/usr") if name.startswith("/usr/lib") else f"/usr{name}"


def _copyright_file(package: str) -> Path:
    return Path("/usr/share/doc") / package / "copyright"
