"""From a fresh clone to the running app: makes .venv beside this file, installs hhgui, runs it.

    python3 run.py               opens the app
    python3 run.py test [...]    runs the tests on all cores; what follows goes to pytest
    python3 run.py lint          checks style, types and layers
    python3 run.py soak [FRAMES] draws a day of frames, or so many, and says what memory did
    python3 run.py bench --window
                                 times how soon and how smoothly the window moves
    python3 run.py package       builds dist/hhgui, tries the built program, makes the downloads
                                 (with --quick no downloads; the rest goes to PyInstaller)
    python3 run.py fi [...]      anything else goes to hhgui's command line

Standard library only, and readable by Python 3.6, so that an old one gets a helpful line.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "resources" / "package"
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LINUX = sys.platform.startswith("linux")
# A path of Windows has 260 characters, the longest in .venv 177 with its end.
LONGEST_FOLDER = 83

# Libraries that Qt's wheels take from a Linux system, and the Debian package of each.
QT_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
}
SCREEN_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",  # brings libxcb-image0 and libxcb-render-util0
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def version_complaint(version):
    """Say in one line that this Python is too old; None when it will do."""
    line = "hhgui needs Python {}.{} or newer; this is Python {}.{}."
    return None if tuple(version) >= OLDEST else line.format(*OLDEST, *version)


def opens_window(arguments):
    """Whether hhgui would open its window: no subcommand, and no question about hhgui itself."""
    first = arguments[0] if arguments else "-"
    return first.startswith("-") and first not in ("-h", "--help", "--version")


def has_screen(environment):
    """Whether a window has somewhere to go; only on Linux it may not."""
    return not LINUX or any(map(environment.get, ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))


def missing_libraries(libraries, load=ctypes.CDLL):
    """Return those libraries, with their packages, that this machine cannot load."""
    missing = {}
    for name, package in libraries.items():
        try:
            load(name)
        except OSError:
            missing[name] = package
    return missing


def missing_from_system(qt, build):
    """Return what the system has to provide, with the Debian package of each."""
    missing = {}
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        missing["Python's venv module"] = "python{}.{}-venv".format(*sys.version_info)
    if LINUX and qt:
        missing.update(missing_libraries(QT_LIBRARIES))
        if build or os.environ.get("DISPLAY"):  # PyInstaller packs those that it finds
            missing.update(missing_libraries(SCREEN_LIBRARIES))
    if LINUX and build:
        python = "libpython{}.{}".format(*sys.version_info)
        missing.update(missing_libraries({python + ".so.1.0": python}))
        if not shutil.which("objdump"):
            missing["objdump"] = "binutils"
        if not shutil.which("xz"):
            missing["xz"] = "xz-utils"
    return missing


def provide(missing, root_user):
    """Install what the system lacks when root; otherwise say exactly what to do, and stop."""
    packages = sorted(missing.values())
    if not shutil.which("apt-get"):
        sys.exit("Please install with this system's package manager: " + ", ".join(missing))
    if not root_user:
        sys.exit("Please run this, then try again:\n  sudo apt-get install " + " ".join(packages))
    print("Installing system packages:", *packages, flush=True)
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    # An update may fail for one dead source among many: only the install decides.
    subprocess.call(["apt-get", "update"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    quietly("apt-get", "install", "--yes", "--no-install-recommends", *packages)


def quietly(*command):
    """Run a command and show its output only when it fails, which stops everything."""
    done = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(done.stdout.decode(errors="replace") + "This failed: " + " ".join(command))


def fingerprint(pyproject, root=ROOT, version=sys.version):
    """Return a text that changes whenever .venv has to be filled again."""
    return hashlib.sha256(pyproject + str(root).encode() + version.encode()).hexdigest()


def is_installed(extra, mark):
    """Whether .venv is up to date; one that can run the tests can run the app too."""
    stamps = [VENV / (name + ".stamp") for name in (extra, "test")]
    return PYTHON.exists() and any(s.exists() and s.read_text() == mark for s in stamps)


def venv_is_whole():
    """Whether .venv has a Python that runs and pip: after an interruption it may have neither."""
    question = "import pip, sys; sys.exit(sys.version_info < {})".format(OLDEST)
    with suppress(OSError):
        return subprocess.call([str(PYTHON), "-c", question], stderr=subprocess.DEVNULL) == 0
    return False


def windows_notes(folder, python):
    """Return sentences about what may go wrong on Windows, for this folder and this Python."""
    if len(folder) > LONGEST_FOLDER:
        yield (
            "This folder's path has {} characters. Unless Windows allows long paths, more than {} "
            "are too many for Qt's files: if pip fails, move the folder, e.g. to C:\\hhgui."
        ).format(len(folder), LONGEST_FOLDER)
    if "WindowsApps" in python:
        yield (
            "This is the Python of the Microsoft Store: Windows redirects what it writes under "
            "AppData to a folder of its own. hhgui shows that folder."
        )


def install(extra):
    """Fill .venv with hhgui, editable, and what it needs; make .venv first where it must be."""
    mark = fingerprint((ROOT / "pyproject.toml").read_bytes())
    if is_installed(extra, mark):
        return
    if not venv_is_whole():
        print("Making .venv ...", flush=True)
        quietly(sys.executable, "-m", "venv", "--clear", str(VENV))
    print("Installing into .venv; this happens once and takes some minutes ...", flush=True)
    for note in windows_notes(str(ROOT), sys.base_prefix) if os.name == "nt" else ():
        print(note, flush=True)
    # Where the newest has no wheel (Intel Macs), an older one has: pip can't build it without LLVM.
    wheels = "--only-binary=numba,llvmlite,numpy"
    what = "." if extra == "app" else ".[test]"
    quietly(str(PYTHON), "-m", "pip", "install", "-q", wheels, "-e", what)
    (VENV / (extra + ".stamp")).write_text(mark)


def run(*command, **options):
    """Run a command to its end and return its exit status, counted as a shell does."""
    with subprocess.Popen([str(word) for word in command], **options) as child:
        # who ends this program means the one that it runs
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        while child.returncode is None:
            with suppress(KeyboardInterrupt):  # it reached the child as well: let it say goodbye
                child.wait()
    if child.returncode == 0xC000013A:  # Ctrl-C, as Windows counts
        return 130
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def test(arguments):
    """Run the tests on all cores; with COVERAGE set, note which lines they reach."""
    # One process more than cores: many a test waits for a thread, a timer or another process.
    workers = str(min((os.cpu_count() or 1) + 1, 4))
    options = ["-n", workers, "--dist=worksteal", "--benchmark-disable"]
    if os.environ.get("COVERAGE"):
        options += ["--cov", "--cov-report="]
    # Without bytecode on disk every process of the tests, some fifty, would compile all modules.
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return run(PYTHON, "-m", "pytest", *options, *arguments, cwd=str(ROOT), env=environment)


def soak(arguments):
    """Draw for long, unseen, and say how memory grew."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    return run(PYTHON, "-m", "tests.soak", *arguments, cwd=str(ROOT), env=environment)


def bench_window(_arguments):
    """Print how soon and how smoothly the window moves on this machine."""
    return run(PYTHON, "-m", "tests.window_bench", cwd=str(ROOT))


def lint(_arguments):
    """Make every check, whatever the others say, and return the worst status."""
    checks = ("ruff check", "ruff format --check", "mypy")
    statuses = [run(PYTHON, "-m", *check.split(), cwd=str(ROOT)) for check in checks]
    layers = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return max(*statuses, run(PYTHON, "-c", layers, cwd=str(ROOT)))


def offer_virtual_screen():
    """Install Xvfb for the package's checks when that is easy; without it they skip the screen."""
    easy = LINUX and shutil.which("apt-get") and os.geteuid() == 0
    if easy and not shutil.which("Xvfb"):
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "xvfb"]
        for command in (["apt-get", "update"], install):
            subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def package(arguments):
    """Build the app that needs no Python, try the built program, and make the downloads."""
    options = [word for word in arguments if word != "--quick"]
    build = [PYTHON, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN", "build_app.spec"]
    if sys.platform == "darwin":
        program = ROOT / "dist" / "hhgui.app" / "Contents" / "MacOS" / "hhgui"
    else:
        program = ROOT / "dist" / "hhgui" / ("hhgui" + PYTHON.suffix)
    offer_virtual_screen()
    steps = [
        ("Building", build + options),
        ("Signing", [PYTHON, PACKAGE / "sign.py", program.parent]),
        ("Trying the packaged program", [PYTHON, PACKAGE / "check.py", program]),
    ]
    if options == arguments:
        steps += [
            ("How soon it starts", [PYTHON, PACKAGE / "startup.py", program]),
            ("Downloads", [PYTHON, PACKAGE / "download.py", ROOT / "dist"]),
        ]
    for name, command in steps:
        print(name, flush=True)
        status = run(*command, cwd=str(ROOT))
        if status:
            return status
    return 0


def main(arguments):
    """Do what the first argument asks for, and return its exit status."""
    arguments = arguments[1:] if arguments[:1] == ["app"] else arguments
    tasks = {"test": test, "lint": lint, "soak": soak, "package": package}
    task = tasks.get("".join(arguments[:1]))
    if arguments == ["bench", "--window"]:
        task = bench_window
    window = not task and opens_window(arguments)
    if not has_screen(os.environ):
        if window and not {"--smoke-test", "--live-run"}.intersection(arguments):
            sys.exit("hhgui needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set.")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = missing_from_system(qt=window or task not in (None, lint), build=task is package)
    if missing:
        provide(missing, root_user=not hasattr(os, "geteuid") or os.geteuid() == 0)
    install("test" if task else "app")
    return task(arguments[1:]) if task else run(PYTHON, "-m", "hhgui", *arguments)


if __name__ == "__main__":
    try:
        sys.exit(version_complaint(sys.version_info) or main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
