"""The parts of the download: icons, menu entry, licences, and what is left out."""

import ast
import configparser
import hashlib
import importlib
import itertools
import plistlib
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QImage, QImageReader

from hhgui import __version__
from hhgui.storage.session import OLD_SUFFIX, SUFFIX
from tests.contrast import luminance

ROOT = Path(__file__).parents[1]
LINUX = sys.platform.startswith("linux")


@pytest.fixture
def part(monkeypatch):
    """Import a file of resources/package, which is no Python package."""
    monkeypatch.syspath_prepend(ROOT / "resources" / "package")
    return importlib.import_module


def test_windows_finds_every_size_in_its_icon(qapp, part):
    """Qt's own reader of .ico counts the pictures and reads them."""
    icons = part("icons")
    buffer = QBuffer()
    buffer.setData(QByteArray(icons.ico()))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, b"ico")
    widths = []
    for number in range(reader.imageCount()):
        reader.jumpToImage(number)
        widths.append(reader.read().width())
    assert widths == [16, 24, 32, 48, 64, 128, 256]


def test_macos_icon_holds_whole_pictures(part):
    """Chunk after chunk, each as long as it says, up to the end of the file (Apple's icns)."""
    data = part("icons").icns()
    assert (data[:4], struct.unpack(">I", data[4:8])[0]) == (b"icns", len(data))
    at = 8
    while at < len(data):
        kind, length = struct.unpack(">4sI", data[at : at + 8])
        image = QImage.fromData(data[at + 8 : at + length])
        assert image.width() == {"ic11": 32, "ic12": 64, "ic07": 128}.get(
            kind.decode(), 512 if kind in (b"ic09", b"ic14") else 256
        )
        at += length
    assert at == len(data)


@pytest.mark.parametrize("size", [16, 64, 256])
def test_the_pictures_are_those_of_the_svg(qapp, part, tmp_path, size):
    """Who changes the drawing draws the PNGs again: they hardly differ from it."""
    icons = part("icons")
    icons.draw(size, tmp_path / "new.png")
    old, new = QImage(str(icons.FOLDER / f"hhgui-{size}.png")), QImage(str(tmp_path / "new.png"))
    kinds = [image.convertToFormat(QImage.Format.Format_ARGB32) for image in (old, new)]
    worst = max(
        abs(a - b) for a, b in zip(*map(bytes, (k.constBits() for k in kinds)), strict=True)
    )
    assert worst <= 16


def test_the_trace_stands_out_at_16_pixels(part):
    """White on blue has a contrast of at least 3 (WCAG 2.1, 1.4.11) in the smallest icon."""
    image = QImage.fromData(part("icons").png(16))
    light = sorted(luminance(image.pixelColor(x, y)) for x in range(3, 13) for y in range(3, 13))
    assert (light[-5] + 0.05) / (light[20] + 0.05) >= 3.0


def entry_of(text):
    """The [Desktop Entry] of a .desktop file."""
    parser = configparser.RawConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(text)
    return parser["Desktop Entry"]


def command_line(value):
    """The words of an Exec key: first a string's escapes, then those within double quotes."""
    words = re.findall(r'"(?:\\.|[^"\\])*"|[^\s"]+', value.replace("\\\\", "\\"))
    words = [word[1:-1] if word.startswith('"') else word for word in words]
    return [re.sub(r'\\(["`$\\])', r"\1", word) for word in words]


@pytest.mark.skipif(not LINUX, reason="a Linux desktop's file")
def test_the_entry_beside_the_program_starts_it_from_anywhere(part, tmp_path):
    """The entry's command, read as the Desktop Entry Specification says, runs the program."""
    here = tmp_path / "a folder's"
    here.mkdir()
    program = here / "hhgui"
    program.write_text('#!/bin/sh\necho started "$0" "$@"\n')
    program.chmod(0o755)
    folder = part("folder")
    words = command_line(entry_of(folder.desktop_entry(folder.EXEC_BESIDE))["Exec"])
    words = [str(here / "hhgui.desktop") if word == "%k" else word for word in words]
    assert words.pop() == "%f"
    for opened in ([], ["/a b/mine.hhgui"]):
        written = subprocess.run(
            [*words, *opened], capture_output=True, text=True, check=True, cwd="/"
        ).stdout
        assert written == " ".join(["started", str(program), *opened]) + "\n"


def test_the_menu_entry_names_command_and_icon(part):
    """The entry has a command, an icon and a main category of the menu specification."""
    entry = entry_of(part("folder").desktop_entry("hhgui"))
    assert (entry["Type"], entry["Exec"], entry["Icon"]) == ("Application", "hhgui %f", "hhgui")
    assert "Education" in entry["Categories"].split(";")


def test_sessions_belong_to_hhgui_on_every_desktop(part):
    """Linux's MIME type and macOS's type have the endings that sessions have."""
    mime = ElementTree.parse(ROOT / "resources" / "package" / "hhgui-mime.xml")
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    (kind,) = mime.findall("m:mime-type", space)
    globs = {glob.get("pattern") for glob in kind.findall("m:glob", space)}
    assert globs == {"*" + SUFFIX, "*" + OLD_SUFFIX}
    entry = entry_of(part("folder").desktop_entry("hhgui"))
    assert entry["MimeType"].split(";") == [kind.get("type"), ""]
    info = plistlib.loads(plistlib.dumps(part("macos").info_plist()))
    (document,), (declared,) = info["CFBundleDocumentTypes"], info["UTExportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert "." + declared["UTTypeTagSpecification"]["public.filename-extension"][0] == SUFFIX


def test_the_app_brings_its_resources_but_not_these_tools(part):
    """Models and icons go along, what only builds the package does not."""
    targets = {target for _, target in part("folder").resources(ROOT)}
    assert {"resources/models", "resources/icons"} <= {Path(t).as_posix() for t in targets}
    assert not any("package" in target for target in targets)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platformthemes/libqgtk3.so", False),
        ("PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so", True),
        (r"PySide6\plugins\platforms\qwindows.dll", True),
        (r"PySide6\plugins\platforms\qdirect2d.dll", False),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/translations/qt_de.qm", False),
        (r"PySide6\translations\qt_de.qm", False),
        ("PySide6/Qt/lib/libQt6Gui.so.6", True),
    ],
)
def test_only_useful_plugins_stay(part, name, wanted):
    """Each system keeps its own platform plugin, and no language but English."""
    assert part("contents").is_wanted(name) is wanted


def test_links_to_dropped_libraries_go_too(part):
    """A link that would lead nowhere is removed; those of macOS's frameworks are left alone."""
    link, kept, framework = (
        (name, "", "SYMLINK") for name in ("libA.so.6", "libB.so.6", "QtCore.framework/QtCore")
    )
    binaries = [("PySide6/Qt/lib/libB.so.6", "", "BINARY")]
    left = part("contents").without_dangling([link, kept, framework], binaries)
    assert left == [kept, framework]


def imported_modules():
    """The modules that hhgui's files import, with what they import from them."""
    for path in (ROOT / "hhgui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{name.name}" for name in node.names)


def test_nothing_that_hhgui_imports_is_left_out(part):
    """A module of the list of unused ones would be missing only in the packaged app."""
    unused = set(part("contents").UNUSED)
    assert unused.isdisjoint(imported_modules())


def test_windows_gets_four_numbers(part):
    """A version resource has four numbers; ours may have three."""
    text = part("windows_version").resource("1.20.3")
    ast.parse(text)
    assert "filevers=(1, 20, 3, 0)" in text
    assert '"ProductVersion", "1.20.3"' in text


def test_macos_gets_the_oldest_system_of_the_wheels(part):
    """A wheel for macOS 14 decides over those for 13; one of two tags counts as the older."""
    wheels = [
        "Tag: cp313-abi3-macosx_13_0_universal2\n",
        "Tag: cp313-cp313-macosx_14_0_arm64\nTag: cp313-cp313-macosx_15_0_arm64\n",
        "Tag: py3-none-any\n",
        None,
    ]
    installed = [SimpleNamespace(read_text=lambda _, text=text: text) for text in wheels]
    assert part("macos").oldest_system(installed) == "14.0"


def test_the_licences_of_what_is_packed_are_there(part, tmp_path):
    """Qt's LGPL and the licence of each package are included and listed in the overview."""
    files = [("PySide6/QtCore.abi3.so", f"{sys.prefix}/QtCore.abi3.so", "EXTENSION")]
    part("licences").write(tmp_path / "l", files, [("numpy.linalg", "", "PYMODULE")])
    texts = {path.name: path.read_text("utf-8") for path in (tmp_path / "l").iterdir()}
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts["LGPL-3.0.txt"]
    assert "NumPy Developers" in texts["numpy.txt"]
    assert "MIT" in texts["hhgui.txt"]
    assert re.search(r"^  PySide6_Essentials \S+: LGPL-3.0", texts["README.txt"], re.MULTILINE)


def test_a_font_tells_its_licence(part):
    """The licence is read from the name table's records 0 and 13, Windows platform, in UTF-16."""
    words = ["(c) somebody", "free to use"]
    texts = b"".join(word.encode("utf-16-be") for word in words)
    sizes = [2 * len(word) for word in words]
    records = struct.pack(">6H", 3, 1, 0x409, 0, sizes[0], 0)
    records += struct.pack(">6H", 3, 1, 0x409, 13, sizes[1], sizes[0])
    table = struct.pack(">3H", 0, 2, 6 + len(records)) + records + texts
    head = struct.pack(">I4H", 0x10000, 1, 16, 0, 0)
    font = head + struct.pack(">4s3I", b"name", 0, 28, len(table)) + table
    assert part("licences").font_notices(font) == words


@pytest.mark.skipif(not (LINUX and shutil.which("objdump")), reason="reads Linux programs")
def test_a_program_wants_its_libraries(part, tmp_path):
    """A library that is not in the folder, such as those of ls, has to come from the system."""
    shutil.copy(shutil.which("ls"), tmp_path)
    wants = part("elf").Wants(tmp_path)
    assert "libc.so.6" in wants.libraries
    assert wants.glibc >= (2, 17)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="Debian's own tool makes the package")
def test_the_debian_package_has_command_entry_icons_and_copyright(part, tmp_path, monkeypatch):
    """All lies where Debian's policy and the menu and icon specifications want it."""
    download = part("download")
    licences = tmp_path / "hhgui" / "_internal" / "licences"
    licences.mkdir(parents=True)
    for path in (licences / "README.txt", licences / "hhgui.txt", tmp_path / "hhgui" / "hhgui"):
        path.write_text("text\n")
    monkeypatch.setattr(download.elf, "debian_packages", lambda libraries: {"libc6", "libgl1"})
    made = download.make_deb(tmp_path, tmp_path / "build")
    listing = subprocess.run(["dpkg-deb", "-c", made], capture_output=True, text=True, check=True)
    for wanted in (
        "./usr/bin/hhgui -> ../lib/hhgui/hhgui", "./usr/share/applications/hhgui.desktop",
        "./usr/share/mime/packages/hhgui.xml",
        "./usr/share/icons/hicolor/48x48/apps/hhgui.png", "./usr/share/doc/hhgui/copyright",
    ):  # fmt: skip
        assert wanted in listing.stdout
    fields = subprocess.run(["dpkg-deb", "-f", made], capture_output=True, text=True, check=True)
    assert f"Version: {__version__}" in fields.stdout
    assert re.search(r"^Depends: libc6 \(>= 2\.\d+\), .*libgl1\b", fields.stdout, re.MULTILINE)


@pytest.mark.skipif(not LINUX, reason="the stand-in is a shell script")
@pytest.mark.parametrize("script", ["exit 3", "echo Traceback >&2"])
def test_a_program_that_fails_is_noticed(part, tmp_path, script):
    """A bad exit status or a traceback fails the check of the package."""
    check = part("check")
    program = tmp_path / "app" / "hhgui"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    (tmp_path / "work").mkdir()
    trial = check.Trial(program, tmp_path / "work")
    with pytest.raises(check.PackageError, match="hhgui --smoke-test: exit status"):
        trial.run("--smoke-test")


@pytest.mark.skipif(not LINUX, reason="the stand-ins are shell scripts")
def test_windows_tries_the_command_line_and_the_window(part, tmp_path, monkeypatch):
    """On Windows commands go to hhgui-cli.exe, the window to hhgui.exe; bad bytes are a failure."""
    check = part("check")
    app = tmp_path / "app"
    app.mkdir()
    for name in ("hhgui.exe", "hhgui-cli.exe"):
        (app / name).write_text('#!/bin/sh\nprintf "%s\\226" "${0##*/}"\n')
        (app / name).chmod(0o755)
    monkeypatch.setattr(check, "checks", lambda: {"a name": lambda trial: trial.run("models")})
    assert check.main(app / "hhgui.exe") == 1
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(sys, "platform", "win32")
    trial = check.Trial(app / "hhgui.exe", tmp_path / "work")
    assert (trial.command.name, trial.program.name) == ("hhgui-cli.exe", "hhgui.exe")
    for name, arguments in (("hhgui-cli.exe", ["models"]), ("hhgui.exe", ["--smoke-test"])):
        with pytest.raises(UnicodeDecodeError) as caught:
            trial.run(*arguments)
        assert caught.value.object == name.encode() + b"\x96"


def test_the_workflow_installs_what_run_py_would(monkeypatch):
    """The workflow's list has every library of Qt that run.py would install as root."""
    monkeypatch.syspath_prepend(ROOT)
    run = importlib.import_module("run")
    workflow = (ROOT / ".github" / "workflows" / "package.yml").read_text("utf-8")
    wanted = {*run.QT_LIBRARIES.values(), *run.SCREEN_LIBRARIES.values(), "xvfb"}
    assert wanted <= set(workflow.split())


def test_the_zip_of_windows_has_its_note(part, tmp_path, monkeypatch):
    """README.txt lies beside the programs and says which one is for double clicks."""
    (tmp_path / "hhgui").mkdir()
    (tmp_path / "hhgui" / "hhgui.exe").write_text("program")
    monkeypatch.setattr(sys, "platform", "win32")
    made = part("download").make_zip(tmp_path)
    with zipfile.ZipFile(made) as packed:
        assert {"hhgui/hhgui.exe", "hhgui/README.txt"} <= set(packed.namelist())
        note = packed.read("hhgui/README.txt").decode("utf-8")
    assert "hhgui-cli.exe" in note


@pytest.mark.skipif(not LINUX, reason="the stand-ins are shell scripts")
def test_an_installer_is_made_and_signed_where_that_is_possible(part, tmp_path, monkeypatch):
    """Inno Setup gets version and folder, the signing command every program and the installer."""
    download = part("download")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert download.make_installer(tmp_path) is None
    note = f'echo "${{0##*/}} $@" >> {tmp_path}/log'
    for name in ("iscc", "signtool"):
        (tmp_path / name).write_text(f"#!/bin/sh\n{note}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda name: str(tmp_path / "iscc"))
    monkeypatch.setattr("platform.machine", lambda: "AMD64")
    made = download.make_installer(tmp_path)
    assert made.name == f"hhgui-{__version__}-windows-amd64-setup.exe"
    written = (tmp_path / "log").read_text()
    assert f"/DVersion={__version__} /DSource={tmp_path / 'hhgui'}" in written
    assert "/DArch=x64compatible" in written
    assert "signtool" not in written
    (tmp_path / "hhgui").mkdir()
    for name in ("a.exe", "b.DLL", "c.pyd", "d.txt"):
        (tmp_path / "hhgui" / name).touch()
    monkeypatch.setenv("HHGUI_SIGN", f"{tmp_path}/signtool sign /a")
    assert part("sign").sign(tmp_path / "hhgui") == 3
    assert (tmp_path / "log").read_text().splitlines()[-1].startswith("signtool sign /a ")


def test_the_installer_needs_no_rights_and_opens_sessions():
    """Per user unless asked otherwise; .hhgui files belong to the program, until it is removed."""
    script = (ROOT / "resources" / "package" / "windows.iss").read_text("utf-8")
    sections = re.split(r"^\[(\w+)\]$", script, flags=re.MULTILINE)
    parts = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert "PrivilegesRequired=lowest" in parts["Setup"]
    assert f'"Software\\Classes\\{SUFFIX}"' in parts["Registry"]
    assert '"""{app}\\hhgui.exe"" ""%1"""' in parts["Registry"]
    assert parts["Registry"].count("Root: HKA;") == 4
    assert parts["Registry"].count("uninsdelete") == 2


def test_a_notarised_app_may_compile():
    """Without these entitlements macOS ends numba's compiler in a signed app."""
    path = ROOT / "resources" / "package" / "entitlements.plist"
    rights = plistlib.loads(path.read_bytes())
    wanted = ("allow-jit", "allow-unsigned-executable-memory", "disable-library-validation")
    assert rights == {f"com.apple.security.cs.{name}": True for name in wanted}


def test_no_workflow_runs_on_a_retired_runner():
    """GitHub starts no job on macos-13 or macos-14 any more, and numba's last Intel Mac is 3.13."""
    for path in (ROOT / ".github" / "workflows").glob("*.yml"):
        text = path.read_text("utf-8")
        assert not re.search(r"macos-1[234]\b|windows-2019|ubuntu-20", text), path.name
        assert not re.search(r'python-version: "3\.(?!13|14)', text), path.name


def test_an_app_is_notarised_where_that_is_possible(part, tmp_path, monkeypatch):
    """Apple gets the zip, its ticket goes into the app; without a command nothing is called."""
    calls = []
    monkeypatch.setattr(subprocess, "run", lambda command, **_: calls.append(command))
    app, packed = tmp_path / "hhgui.app", tmp_path / "hhgui.zip"
    monkeypatch.delenv("HHGUI_NOTARISE", raising=False)
    assert not part("sign").notarise(app, packed)
    assert calls == []
    monkeypatch.setenv("HHGUI_NOTARISE", "xcrun notarytool submit --wait --password secret")
    assert part("sign").notarise(app, packed)
    submit = ["xcrun", "notarytool", "submit", "--wait", "--password", "secret", packed]
    assert calls == [submit, ["xcrun", "stapler", "staple", app]]


RELEASED = ("windows-amd64-setup.exe", "windows-arm64-setup.exe", "linux-x86_64.tar.xz")


def test_the_manifests_name_the_release_and_its_checksums(part, tmp_path):
    """winget and Flathub get the address and the SHA-256 of every file that they install."""
    for end in RELEASED:
        (tmp_path / f"hhgui-{__version__}-{end}").write_text(end)
    made = part("manifests").write(tmp_path, "some-lab/hhgui")
    texts = {path.name: path.read_text("utf-8") for path in made}
    address = f"https://github.com/some-lab/hhgui/releases/download/v{__version__}/hhgui-"
    named = set()
    for name, text in texts.items():
        assert not re.search(r"@[A-Z]", text), name
        lines = [line.strip() for line in text.splitlines()]
        for line, after in itertools.pairwise(lines):
            if found := re.match(rf"(?:InstallerUrl|url): {address}{__version__}-(.+)", line):
                assert after.split(": ")[1] == hashlib.sha256(found[1].encode()).hexdigest()
                named.add(found[1])
    assert named == set(RELEASED)
    assert {path.parent.name for path in made} == {"winget", "flathub"}
    described = ElementTree.fromstring(texts["io.github.some_lab.hhgui.metainfo.xml"])
    assert described.findtext("id") == "io.github.some_lab.hhgui"
    assert described.find("releases/release").get("version") == __version__
    for image in described.iter("image"):
        assert (ROOT / image.text.partition(f"/v{__version__}/")[2]).is_file()


def test_a_manifest_without_its_download_is_not_written(part, tmp_path, capsys):
    """A release that lacks an installer is noticed before anybody is sent to it."""
    assert part("manifests").main(str(tmp_path), "some-lab/hhgui") == 1
    assert f"hhgui-{__version__}-windows-amd64-setup.exe" in capsys.readouterr().out
    assert not any(tmp_path.iterdir())
