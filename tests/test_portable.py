"""The tests themselves run on Windows and macOS: a workflow runs them there."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "resource", "termios"}
WORKFLOW = TESTS.parent / ".github" / "workflows" / "tests.yml"


def imported_at_the_top(path):
    """Return the modules that importing a file imports, unless it is ready for their absence."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def test_every_test_can_be_imported_on_windows():
    """Windows' Python has none of the modules that are POSIX's."""
    needs = {
        path.name: POSIX_ONLY.intersection(imported_at_the_top(path))
        for path in TESTS.rglob("*.py")
    }
    assert {name: found for name, found in needs.items() if found} == {}


@pytest.mark.parametrize(
    "runner", ["ubuntu-24.04", "windows-2025", "windows-11-arm", "macos-15", "macos-15-intel"]
)
def test_the_tests_run_on_every_system(runner):
    """Each system and each kind of processor that there is a package for has a job."""
    assert f"runner: {runner}" in WORKFLOW.read_text(encoding="utf-8")
