"""How soon the packaged window is there, and how soon its trace moves.

python resources/package/startup.py PROGRAM [STARTS]

The first start is that of a user whose home is empty, as at the first log-in on a lab's computer.
Both are seen from outside, on a virtual screen: the first changed pixel is the window, and changes
that follow each other closely in the middle of the picture are the trace. Prints seconds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import screen

MOVING_CHANGES = 10  # so many, in
MOVING_S = 0.5
GIVE_UP_S = 60.0
POLL_S = 0.004
MIDDLE = (220, 420)


def measure(program: Path, virtual: screen.VirtualScreen, home: str) -> tuple[float, float]:
    """Start the program once; seconds until its window and, after that, until its trace moves."""
    empty = virtual.checksum(0, virtual.height)
    environment = {
        name: value for name, value in os.environ.items()
        if not name.startswith("XDG_") and name != "NUMBA_CACHE_DIR"
    } | {"DISPLAY": virtual.name, "QT_QPA_PLATFORM": "xcb", "HOME": home}  # fmt: skip
    begin = time.perf_counter()
    with subprocess.Popen([program], env=environment) as child:
        try:
            visible = _wait_for_window(virtual, empty, begin)
            return visible, _wait_for_motion(virtual, begin) - visible
        finally:
            child.terminate()


def _wait_for_window(virtual: screen.VirtualScreen, empty: int, begin: float) -> float:
    while virtual.checksum(0, virtual.height) == empty:
        _pause(begin)
    return time.perf_counter() - begin


def _wait_for_motion(virtual: screen.VirtualScreen, begin: float) -> float:
    changes: list[float] = []
    last = virtual.checksum(*MIDDLE)
    while len(changes) < MOVING_CHANGES:
        _pause(begin)
        now, picture = time.perf_counter() - begin, virtual.checksum(*MIDDLE)
        if picture != last:
            changes = [moment for moment in changes if moment > now - MOVING_S] + [now]
            last = picture
    return changes[0]


def _pause(begin: float) -> None:
    if time.perf_counter() - begin > GIVE_UP_S:
        raise TimeoutError(f"nothing moved on the screen for {GIVE_UP_S:.0f} s")
    time.sleep(POLL_S)


def main(program: Path, starts: int) -> int:
    """Start once in an empty home, then ``starts`` times in it; print the times."""
    if not screen.available():
        print("  start-up not measured: there is no Xvfb here")
        return 0
    results = []
    with screen.VirtualScreen() as virtual, tempfile.TemporaryDirectory() as home:
        window, moving = measure(program, virtual, home)
        print(f"  in an empty home: window after {window:.2f} s, moving {moving:.2f} s later")
        for _ in range(starts):
            time.sleep(0.5)
            results.append(measure(program, virtual, home))
    for kind, seconds in zip(("window", "moving"), zip(*results, strict=True), strict=True):
        told = " ".join(f"{value:.2f}" for value in seconds)
        print(f"  {kind} after {min(seconds):.2f} s at best ({told})")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5))
