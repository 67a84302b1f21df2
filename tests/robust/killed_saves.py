"""Kill a saving process again and again, and check the files it leaves. Not a test itself.

``killed_saves.py session|traces|recovery KILLS FOLDER`` prints JSON: kills, torn (file: what is
wrong), temporaries left behind, versions seen, pairs of a new table and an old record.
"""

import itertools
import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Simulation
from hhgui.model.model_file import ModelFileError
from hhgui.storage.atomic import remove_leftovers
from hhgui.storage.recovery import Recovery, leftover_recoveries
from hhgui.storage.session import load_session, save_session
from hhgui.storage.trace_csv import TraceExport, write_traces
from tests.shipped import SQUID
from tests.storage.sessions import full_session, plain_session

SESSIONS = (full_session(20_000, 401), plain_session(-70.0), full_session(3000, 41))
LONGEST_WAIT_S = 0.1


def exports():
    """Three runs of different lengths."""
    squid = SQUID
    start = Simulation(squid).checkpoint()
    for steps in (4000, 400, 1200):
        yield TraceExport(Replay((Stretch(start, steps),), last_sample=True), ("V", "m", "I_Na"))


class Sessions:
    """Saves sessions over each other under one name."""

    def __init__(self, folder):
        self.path = folder / "Übung.hh.json"
        self.seen = set()

    def save(self, number):
        save_session(self.path, SESSIONS[number % 3])

    def look(self):
        if self.path.exists():
            self.seen.add(SESSIONS.index(load_session(self.path)))


class Traces:
    """Writes tables and the records beside them over each other."""

    def __init__(self, folder):
        self.path = folder / "traces.csv"
        self.exports = list(exports())
        self.seen, self.mixed = set(), 0
        self.whole = []
        for export in self.exports:
            write_traces(folder / "whole.csv", export)
            whole = (folder / "whole.csv", folder / "whole.json")
            self.whole.append(tuple(path.read_bytes() for path in whole))
            for path in whole:
                path.unlink()

    def save(self, number):
        write_traces(self.path, self.exports[number % 3])

    def look(self):
        if not self.path.exists():
            return
        table = self.path.read_bytes()
        record = self.path.with_suffix(".json").read_bytes()
        found = [pair[0] for pair in self.whole].index(table)
        self.seen.add(found)
        self.mixed += [pair[1] for pair in self.whole].index(record) != found


class Recoveries:
    """Keeps sessions for recovery, each process in a file of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.mine = Recovery(folder)
        self.seen = set()

    def save(self, number):
        self.mine.save(SESSIONS[number % 3])

    def look(self):
        for left in leftover_recoveries(self.folder):
            self.seen.add(SESSIONS.index(left.load()))
            left.discard()


KINDS = {"session": Sessions, "traces": Traces, "recovery": Recoveries}


def kill_one(job, late):
    """Kill a process while it saves: at any moment, or ``late``: after its first save."""
    ready, tell = os.pipe()
    process = os.fork()
    if process == 0:
        if late:
            job.save(0)
        os.write(tell, b"!")
        for number in itertools.count(random.randrange(3)):
            job.save(number)
    os.read(ready, 1)
    time.sleep(random.uniform(0.0, LONGEST_WAIT_S))
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    os.close(ready)
    os.close(tell)


def main(kind, kills, folder):
    """Kill this number of saving processes and print what they left as JSON."""
    job, torn, temporaries = KINDS[kind](folder), [], 0
    for number in range(kills):
        kill_one(job, late=number % 2 == 0)
        temporaries += sum(1 for name in os.listdir(folder) if name.endswith(".hhgui-tmp"))
        try:
            job.look()
        except (ModelFileError, ValueError, OSError) as error:
            torn.append(f"{error!r}"[:200])
        remove_leftovers(folder, older_than_s=0.0)
    counts = {"kills": kills, "torn": torn, "temporaries": temporaries, "seen": sorted(job.seen)}
    print(json.dumps(counts | {"mixed": getattr(job, "mixed", 0)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
