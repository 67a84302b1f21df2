"""Make one file to download of the packaged folder, and say how large everything is.

python resources/package/download.py dist

Linux: a .tar.xz for any distribution and, where dpkg-deb is, a .deb; Windows and macOS: a .zip;
Windows also an installer, where Inno Setup is.
Exit status 1 if the folder or a download is larger than it may be.
"""

import os
import platform
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import elf
import folder
import icons
import sign

from hhgui import __version__

MOST_FOLDER_MB, MOST_DOWNLOAD_MB = 420, 130
BIGGEST = 8
XZ_LEVEL = 3  # 6 makes it a tenth smaller and takes twice as long
BESIDE = ("hhgui.desktop", "hhgui.png", "hhgui.svg", "README.txt")  # elsewhere in a .deb
# Files that libraries in the folder read: fonts and their configuration, and keyboards.
DATA_PACKAGES = {"fontconfig-config", "xkb-data"}
CONTROL = """\
Package: hhgui
Version: {version}
Architecture: {architecture}
Maintainer: hhgui contributors <nobody@hhgui.invalid>
Section: education
Priority: optional
Installed-Size: {kilobytes}
Depends: {depends}
Recommends: {recommends}
Description: play the Hodgkin-Huxley neuron
 A neuron that runs live in a window while you turn its knobs: membrane voltage, gates and
 ionic currents of the Hodgkin-Huxley equations, f-I curves, tables to take along, and the
 same numbers on the command line. For students, lecturers and labs.
 .
 Brings its own Python and Qt.
"""


def megabytes(path: Path) -> float:
    """Size of a file, or of all files in a folder, in millions of bytes."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.lstat().st_size for file in files if not file.is_dir()) / 1e6


def biggest_parts(top: Path) -> list[tuple[str, float]]:
    """The folders inside the app that weigh most, and single files beside them."""
    sizes: Counter[str] = Counter()
    for file in top.rglob("*"):
        if file.is_file() and not file.is_symlink():
            parts = [part for part in file.relative_to(top).parts if part != "_internal"]
            sizes[parts[0]] += file.stat().st_size
    return [(name, size / 1e6) for name, size in sizes.most_common(BIGGEST)]


def make_tar(dist: Path) -> Path:
    """The folder as .tar.xz, owned by nobody in particular."""
    made = dist / f"hhgui-{__version__}-linux-{platform.machine()}.tar.xz"
    options = ["--owner=0", "--group=0", "--numeric-owner", "--sort=name"]
    with made.open("wb") as out:
        tar = subprocess.Popen(["tar", "-c", *options, "hhgui"], cwd=dist, stdout=subprocess.PIPE)
        subprocess.run(["xz", "-T0", f"-{XZ_LEVEL}"], stdin=tar.stdout, stdout=out, check=True)
        if tar.wait() != 0:
            raise OSError("tar failed")
    return made


def make_deb(dist: Path, build: Path) -> Path:
    """The folder as a Debian package, with a menu entry and the command hhgui."""
    os.umask(0o022)
    shutil.rmtree(build, ignore_errors=True)
    program = build / "usr/lib/hhgui"
    shutil.copytree(
        dist / "hhgui", program, symlinks=True, copy_function=os.link,
        ignore=lambda where, _: BESIDE if Path(where) == dist / "hhgui" else (),
    )  # fmt: skip
    (build / "usr/bin").mkdir()
    (build / "usr/bin/hhgui").symlink_to("../lib/hhgui/hhgui")
    _put(build / "usr/share/applications/hhgui.desktop", folder.desktop_entry("hhgui"))
    _put(build / "usr/share/mime/packages/hhgui.xml", (folder.HERE / "hhgui-mime.xml").read_bytes())
    themed = build / "usr/share/icons/hicolor"
    for size in icons.SIZES:
        _put(themed / f"{size}x{size}/apps/hhgui.png", icons.png(size))
    _put(themed / "scalable/apps/hhgui.svg", (icons.FOLDER / "hhgui.svg").read_bytes())
    licences = program / "_internal/licences"
    told = (licences / "README.txt").read_text("utf-8") + (licences / "hhgui.txt").read_text(
        "utf-8"
    )
    _put(
        build / "usr/share/doc/hhgui/copyright",
        told.replace("in this folder", "in /usr/lib/hhgui/_internal/licences"),
    )
    _put(build / "DEBIAN/control", _control(build, program))
    made = dist / f"hhgui_{__version__}_{_architecture()}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", f"-z{XZ_LEVEL}", "--build", build, made],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.rmtree(build)
    return made


def _put(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def _control(build: Path, program: Path) -> str:
    wants = elf.Wants(program)
    packages = elf.debian_packages(wants.libraries - elf.WAYLAND.keys()) - {"libc6"}
    packages |= DATA_PACKAGES
    glibc = ".".join(map(str, wants.glibc))
    depends = ", ".join([f"libc6 (>= {glibc})", *sorted(packages)])
    recommends = ", ".join(sorted(elf.WAYLAND.values()))
    return CONTROL.format(
        version=__version__, architecture=_architecture(), depends=depends,
        recommends=recommends,
        kilobytes=round(megabytes(build) * 1e3),
    )  # fmt: skip


def _architecture() -> str:
    told = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, check=True)
    return told.stdout.decode().strip()


def make_zip(dist: Path) -> Path:
    """Windows: the folder; macOS: the app, with what only macOS's own tool keeps."""
    name = f"hhgui-{__version__}-{platform.system().lower()}-{platform.machine().lower()}"
    if sys.platform == "darwin":
        made = dist / f"{name}.zip"
        _zip_app(dist, made)
        if sign.notarise(dist / "hhgui.app", made):
            _zip_app(dist, made)
        return made
    shutil.copy(folder.HERE / "README.txt", dist / "hhgui")
    return Path(shutil.make_archive(str(dist / name), "zip", dist, "hhgui"))


def _zip_app(dist: Path, made: Path) -> None:
    both = dist / "zip" / "hhgui"
    shutil.rmtree(both.parent, ignore_errors=True)
    shutil.copytree(dist / "hhgui.app", both / "hhgui.app", symlinks=True)
    shutil.copy(folder.HERE / "README.txt", both)
    command = ["ditto", "-c", "-k", "--sequesterRsrc", "--keepParent"]
    subprocess.run([*command, both, made], check=True)


def make_installer(dist: Path) -> Path | None:
    """Windows: the folder as an installer, by Inno Setup; None where that is not installed."""
    compiler = shutil.which("iscc") or shutil.which(r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe")
    if compiler is None:
        return None
    machine = platform.machine().lower()
    name = f"hhgui-{__version__}-windows-{machine}-setup"
    options = {
        "Version": __version__, "Source": dist / "hhgui", "Name": name,
        "Arch": "arm64" if machine == "arm64" else "x64compatible",
    }  # fmt: skip
    defines = [f"/D{key}={value}" for key, value in options.items()]
    subprocess.run([compiler, "/Q", f"/O{dist}", *defines, folder.HERE / "windows.iss"], check=True)
    sign.sign(dist / f"{name}.exe")
    return dist / f"{name}.exe"


def main(dist: Path) -> int:
    """Make the downloads and tell the sizes; the exit status."""
    top = dist / ("hhgui.app" if sys.platform == "darwin" else "hhgui")
    size = megabytes(top)
    print(f"  {top.name}: {size:.0f} MB (at most {MOST_FOLDER_MB})")
    for part, weight in biggest_parts(top):
        print(f"    {weight:6.1f} MB  {part}")
    downloads = []
    if sys.platform.startswith("linux"):
        if shutil.which("dpkg-deb"):
            downloads.append(make_deb(dist, dist.parent / "build" / "deb"))
        downloads.append(make_tar(dist))
    else:
        downloads.append(make_zip(dist))
        if sys.platform == "win32" and (installer := make_installer(dist)):
            downloads.append(installer)
    for made in downloads:
        print(f"  {made.name}: {megabytes(made):.0f} MB (at most {MOST_DOWNLOAD_MB})")
    too_large = [made for made in downloads if megabytes(made) > MOST_DOWNLOAD_MB]
    return 1 if too_large or size > MOST_FOLDER_MB else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
