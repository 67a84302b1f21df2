"""Try the packaged program as a stranger would, and compare its numbers with this clone's.

python resources/package/check.py dist/hhgui/hhgui

The folder is copied to an empty place with a space and a letter that is not ASCII in its name, and
tried there: offscreen, on a virtual screen, from another working directory, where nothing can be
written, and by a user who has no home. Exit status 0 if all of that went well.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import screen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300
NOBODY = 65534
LINUX = sys.platform.startswith("linux")
RUN = [
    "run", "--model", "squid-dayan-abbott", "--stimulus", "step:amplitude=10,start=5,stop=60",
    "--stimulus", "noise:mean=0,sd=2,seed=7", "--duration", "80", "--csv",
]  # fmt: skip
FI = [
    "fi", "--model", "traub-miles-lab3", "--from", "0", "--to", "10", "--points", "11",
    "--method", "euler", "--csv",
]  # fmt: skip
HOME_VARIABLES = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
                  "XDG_RUNTIME_DIR", "NUMBA_CACHE_DIR")  # fmt: skip


class PackageError(Exception):
    """The packaged program did not do what it should; the text says what."""


class Trial:
    """The copied program and a folder for what it writes."""

    def __init__(self, program: Path, work: Path) -> None:
        # on macOS the whole .app, of which the program is Contents/MacOS/hhgui
        top = program.parents[2] if program.parent.name == "MacOS" else program.parent
        self.home = work / "home"
        self.folder = work / "a place é" / top.name
        self.out = work / "out"
        for folder in (self.home, self.out, self.folder.parent):
            folder.mkdir()
        shutil.copytree(top, self.folder, symlinks=True)
        self.program = self.folder / program.relative_to(top)
        # a windowed program of Windows has no console to print to: its twin for the command line
        self.command = self.program
        if sys.platform == "win32":
            self.command = self.program.with_name("hhgui-cli.exe")
        self.environment = {
            name: value for name, value in os.environ.items()
            if name not in HOME_VARIABLES and not name.startswith(("PYTHON", "QT_", "VIRTUAL_ENV"))
        } | {"HOME": str(self.home), "USERPROFILE": str(self.home),
             "WIN_PD_OVERRIDE_APPDATA": str(self.home),
             "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(self.home)}  # fmt: skip

    def run(self, *arguments: str, screen_name: str = "", **changes: object) -> str:
        """Run a command, or the window, to its end and return what it printed.

        Raises PackageError if it fails.
        """
        environment = self.environment | {"QT_QPA_PLATFORM": "offscreen"}
        if screen_name:
            environment |= {"QT_QPA_PLATFORM": "xcb", "DISPLAY": screen_name}
        options = {"env": environment, "cwd": self.out} | changes
        program = self.program if "--smoke-test" in arguments else self.command
        done = subprocess.run(  # type: ignore[call-overload]
            [program, *arguments], capture_output=True, text=True, encoding="utf-8",
            timeout=PATIENCE_S, check=False, **options,
        )  # fmt: skip
        if done.returncode != 0 or "Traceback" in done.stderr:
            told = " ".join(arguments)
            raise PackageError(f"hhgui {told}: exit status {done.returncode}\n{done.stderr}")
        return str(done.stdout)

    def tables_equal(self, command: list[str], **changes: object) -> None:
        """Make a table with the program and with this clone: the same bytes, CSV and JSON."""
        ours, theirs = self.out / "source.csv", Path(str(changes.get("cwd", self.out))) / "app.csv"
        subprocess.run(
            [sys.executable, "-m", "hhgui", *command, ours], cwd=ROOT, check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.run(*command, "app.csv", **changes)
        for suffix in (".csv", ".json"):
            if not filecmp.cmp(ours.with_suffix(suffix), theirs.with_suffix(suffix), shallow=False):
                raise PackageError(f"{suffix[1:].upper()} differs from the one made from source")
            theirs.with_suffix(suffix).unlink()


def knows_itself(trial: Trial) -> None:
    """The version and the parameter sets are those of this clone."""
    for question in ("--version", "models"):
        ours = subprocess.run(
            [sys.executable, "-m", "hhgui", question], cwd=ROOT, check=True, text=True,
            encoding="utf-8", stdout=subprocess.PIPE, env=trial.environment,
        ).stdout  # fmt: skip
        if trial.run(question) != ours:
            raise PackageError(f"hhgui {question} does not answer as from source")


def computes_the_same(trial: Trial) -> None:
    """A noisy run and an f-I curve as CSV and JSON: the same bytes as from source."""
    trial.tables_equal(RUN)
    trial.tables_equal(FI)


def opens_offscreen(trial: Trial) -> None:
    """The window opens, draws, sweeps, exports and closes on no screen."""
    trial.run("--smoke-test")


def opens_on_a_screen(trial: Trial) -> None:
    """The same through X11, which takes libraries that offscreen does not."""
    if not screen.available():
        print("    skipped: there is no Xvfb here")
        return
    with screen.VirtualScreen() as virtual:
        trial.run("--smoke-test", screen_name=virtual.name)


def works_from_elsewhere(trial: Trial) -> None:
    """The working directory does not matter, and tables go where it is."""
    elsewhere = trial.out / "ελλο"
    elsewhere.mkdir()
    trial.tables_equal(RUN, cwd=elsewhere)


def works_read_only(trial: Trial) -> None:
    """In a folder that the user cannot write, and nothing is written there by anybody."""
    before = _listing(trial.folder)
    with _unwritable(trial.folder):
        trial.run("--smoke-test", **_as_nobody(trial))
    if _listing(trial.folder) != before:
        raise PackageError("something was written into the program's folder")


def works_without_a_home(trial: Trial) -> None:
    """By a user whose home is not there and cannot be made: files and window all the same."""
    homeless = trial.environment | {"HOME": "/nonexistent", "QT_QPA_PLATFORM": "offscreen"}
    user = _as_nobody(trial) | {"env": homeless}
    trial.tables_equal(RUN, **user)
    trial.run("--smoke-test", **user)
    nameless = {name: value for name, value in homeless.items() if name != "HOME"}
    if os.geteuid() == 0:  # nor is this user in the list of users
        trial.tables_equal(RUN, **user | {"env": nameless, "user": 54321, "group": 54321})


def _as_nobody(trial: Trial) -> dict[str, object]:
    """Options that run the program as an ordinary user, if it is root who checks."""
    if os.geteuid() != 0:
        return {}
    for folder in (trial.out, trial.home):
        folder.chmod(0o777)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class _unwritable:  # noqa: N801 - reads as what it does
    """Nobody but root can write into these folders while it lasts."""

    def __init__(self, top: Path) -> None:
        self._folders = [top, *(path for path in top.rglob("*") if path.is_dir())]

    def __enter__(self) -> None:
        for folder in self._folders:
            folder.chmod(0o555)

    def __exit__(self, *_: object) -> None:
        for folder in self._folders:
            folder.chmod(0o755)


def _listing(folder: Path) -> dict[str, int]:
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def checks() -> Mapping[str, Callable[[Trial], None]]:
    """What is checked, by what is said of it."""
    everywhere = {
        "knows its version and its models": knows_itself,
        "the same bytes as from source": computes_the_same,
        "smoke test offscreen": opens_offscreen,
        "from another working directory": works_from_elsewhere,
    }
    on_linux = {
        "smoke test on a virtual screen": opens_on_a_screen,
        "in a read-only folder": works_read_only,
        "without a writable home": works_without_a_home,
    }
    return everywhere | (on_linux if LINUX else {})


def main(program: Path) -> int:
    """Make every check, whatever the others say; the exit status."""
    failed = 0
    with tempfile.TemporaryDirectory(prefix="hhgui-package-") as work:
        os.chmod(work, 0o755)
        trial = Trial(program.resolve(), Path(work))
        for name, check in checks().items():
            print(f"  {name}", flush=True)
            try:
                check(trial)
            except (PackageError, subprocess.SubprocessError, OSError, UnicodeError) as error:
                failed += 1
                print(f"    FAILED: {error}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
