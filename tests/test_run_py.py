"""run.py's decisions: what is missing, what is up to date, what it says. Nothing is installed."""

import ast
import importlib.util
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("run", ROOT / "run.py")
run = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run)


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """A .venv with a Python in it, empty otherwise."""
    monkeypatch.setattr(run, "VENV", tmp_path)
    monkeypatch.setattr(run, "PYTHON", tmp_path / "python")
    run.PYTHON.touch()
    return tmp_path


def refuse(*arguments):
    """Fail the test if a forbidden action is attempted."""
    raise AssertionError(arguments)


def test_old_python_gets_one_line():
    """Under Python 3.8 one line names the version that is needed."""
    line = "hhgui needs Python 3.11 or newer; this is Python 3.8."
    assert run.version_complaint((3, 8, 10, "final", 0)) == line


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_new_python_is_welcome(version):
    """Python 3.11 and later give no complaint."""
    assert run.version_complaint(version) is None


def test_run_py_is_readable_by_python_3_6():
    """An old Python reaches the complaint instead of a syntax error."""
    ast.parse((ROOT / "run.py").read_text("utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("arguments", [[], ["--smoke-test"], ["--live-run", "10"]])
def test_window_opens_without_a_subcommand(arguments):
    """Options alone belong to the window."""
    assert run.opens_window(arguments)


@pytest.mark.parametrize("arguments", [["fi", "--from", "0"], ["models"], ["--help"]])
def test_command_line_opens_no_window(arguments):
    """Subcommands and questions need no screen."""
    assert not run.opens_window(arguments)


def test_only_unloadable_libraries_are_missing():
    """A library that loads is not asked for."""

    def load(name):
        if name == "libEGL.so.1":
            raise OSError

    assert run.missing_libraries(run.QT_LIBRARIES, load) == {"libEGL.so.1": "libegl1"}


def test_ordinary_user_gets_the_line_to_run(monkeypatch):
    """Without root the exact apt-get line is printed and nothing is run."""
    monkeypatch.setattr(run, "shutil", SimpleNamespace(which=lambda name: name))
    monkeypatch.setattr(run, "quietly", refuse)
    with pytest.raises(SystemExit, match=r"sudo apt-get install libegl1 libgl1$"):
        run.provide({"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1"}, root_user=False)


def test_other_systems_get_the_names_of_the_libraries(monkeypatch):
    """Without apt-get the missing libraries are named, not Debian's packages."""
    monkeypatch.setattr(run, "shutil", SimpleNamespace(which=lambda name: None))
    with pytest.raises(SystemExit, match=r"package manager: libGL\.so\.1$"):
        run.provide({"libGL.so.1": "libgl1"}, root_user=True)


@pytest.mark.skipif(not run.LINUX, reason="only Linux takes Qt's libraries from the system")
@pytest.mark.parametrize(("display", "wanted"), [("", False), (":0", True)])
def test_screen_libraries_are_for_screens(venv, monkeypatch, display, wanted):
    """Tests on a machine without a screen do not ask for the libraries of one."""
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.setattr(run, "missing_libraries", dict)
    missing = run.missing_from_system(qt=True, build=False)
    assert ("libxcb-cursor0" in missing.values()) is wanted


@pytest.mark.skipif(not run.LINUX, reason="only Linux takes Qt's libraries from the system")
def test_building_wants_the_screen_libraries(venv, monkeypatch):
    """PyInstaller packs those that it finds, also on a machine without a screen."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr(run, "missing_libraries", dict)
    missing = run.missing_from_system(qt=True, build=True)
    assert set(run.SCREEN_LIBRARIES) <= set(missing)


@pytest.fixture
def steps(monkeypatch):
    """The files that packaging runs, in order; nothing is run."""
    done = []

    def note(*command, **options):
        done.append(Path(command[1]).name if len(command) == 3 else command[2])
        return 1 if command[-1] == "fail" else 0

    monkeypatch.setattr(run, "run", note)
    monkeypatch.setattr(run, "offer_virtual_screen", lambda: None)
    return done


@pytest.mark.parametrize(
    ("arguments", "status", "wanted"),
    [
        pytest.param(
            [], 0, ["PyInstaller", "sign.py", "check.py", "startup.py", "download.py"], id="whole"
        ),
        pytest.param(["--quick"], 0, ["PyInstaller", "sign.py", "check.py"], id="quick"),
        pytest.param(["fail"], 1, ["PyInstaller"], id="failed build"),
    ],
)
def test_packaging_takes_its_steps_in_order(steps, arguments, status, wanted):
    """Packaging builds, signs, tries, measures and packs; quick, no download; failed, no more."""
    assert run.package(arguments) == status
    assert steps == wanted


def test_venv_module_is_missing_before_the_first_run(venv, monkeypatch):
    """Debian's Python without ensurepip asks for the package of its own version."""
    run.PYTHON.unlink()
    without_ensurepip = SimpleNamespace(util=SimpleNamespace(find_spec=lambda name: None))
    monkeypatch.setattr(run, "importlib", without_ensurepip)
    monkeypatch.setattr(run, "sys", SimpleNamespace(version_info=(3, 13, 5, "final", 0)))
    assert "python3.13-venv" in run.missing_from_system(qt=False, build=False).values()


@pytest.mark.parametrize(
    "other", [(b"b", "/a", "3.11"), (b"a", "/b", "3.11"), (b"a", "/a", "3.12")]
)
def test_fingerprint_follows_what_matters(other):
    """Another pyproject.toml, another folder or another Python gives another fingerprint."""
    assert run.fingerprint(b"a", "/a", "3.11") != run.fingerprint(*other)


def test_stamp_with_the_same_mark_is_enough(venv):
    """What was installed for this pyproject.toml is not installed again."""
    (venv / "app.stamp").write_text("mark")
    assert run.is_installed("app", "mark")
    assert not run.is_installed("app", "another mark")


def test_llvm_is_never_built(venv, monkeypatch):
    """On an Intel Mac pip takes the newest numba that has a wheel, not the newest source."""
    commands = []
    monkeypatch.setattr(run, "venv_is_whole", lambda: True)
    monkeypatch.setattr(run, "quietly", lambda *command: commands.append(command))
    run.install("app")
    assert "--only-binary=numba,llvmlite,numpy" in commands[0]


def test_windows_users_are_warned():
    """A folder too deep for 260 characters, and the Python of the Store, each get a sentence."""
    deep = "C:\\Users\\" + "a" * 90
    (note,) = run.windows_notes(deep, "C:\\Python313")
    assert f"{len(deep)} characters" in note
    store = "C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.13"
    (note,) = run.windows_notes("C:\\hhgui", store)
    assert "Store" in note


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX's signals")
def test_who_ends_run_py_ends_what_it_runs():
    """SIGTERM reaches the program, whose status run.py returns."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import run; print(run.run('sleep', 60))"
    parent = subprocess.Popen([sys.executable, "-c", code, str(ROOT)], stdout=subprocess.PIPE)
    status = Path(f"/proc/{parent.pid}/status")
    if not status.exists():
        parent.kill()
        pytest.skip("caught signals are listed on Linux only")
    term = 1 << (signal.SIGTERM - 1)
    while not int(re.search(r"SigCgt:\s*(\w+)", status.read_text())[1], 16) & term:
        time.sleep(0.01)
    parent.terminate()
    assert parent.communicate(timeout=60)[0] == b"143\n"


def test_tests_installation_serves_the_app_but_not_the_other_way(venv):
    """The test extra holds all that the app needs, and more."""
    (venv / "test.stamp").write_text("new")
    (venv / "app.stamp").write_text("newer")
    assert run.is_installed("app", "new")
    assert not run.is_installed("test", "newer")


def test_venv_without_its_python_is_not_installed(venv):
    """A stamp alone proves nothing: the Python it was made for may be gone."""
    (venv / "app.stamp").write_text("mark")
    run.PYTHON.unlink()
    assert not run.is_installed("app", "mark")


def test_app_without_a_screen_says_so(monkeypatch):
    """On Linux with no display, one line, before anything is installed."""
    monkeypatch.setattr(run, "LINUX", True)
    monkeypatch.setattr(run, "install", refuse)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(SystemExit, match="needs a screen"):
        run.main([])


def test_wheel_lists_every_package():
    """The list in pyproject.toml is the folders', plus the resources that are mapped in."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    folders = {p.parent.relative_to(ROOT) for p in (ROOT / "hhgui").rglob("__init__.py")}
    packages = {".".join(folder.parts) for folder in folders} | {"hhgui.resources"}
    assert set(listed["tool"]["setuptools"]["packages"]) == packages
