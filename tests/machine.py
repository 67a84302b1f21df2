"""How much of the machine other programs took: a measured time means nothing while they run."""

import os
import resource
import sys
from pathlib import Path

import pytest

MOST_OTHERS = 0.10


class Load:
    """What the machine did since this was made, in CPU seconds of all its cores."""

    def __init__(self):
        self._busy, self._mine = _busy_seconds(), _my_seconds()

    def others(self):
        """CPU seconds of programs that are not ours, per second of CPU that there was."""
        busy = _busy_seconds() - self._busy
        mine = _my_seconds() - self._mine
        return max(0.0, busy - mine) / max(busy, 1e-9)

    def means_something(self):
        """Whether a time measured since says anything about the program."""
        return not _is_traced() and self.others() < MOST_OTHERS


def best_round(measure, good_enough, rounds=5):
    """All of ``measure()``'s values until one is ``good_enough``, at most ``rounds``.

    A value that was measured beside other programs says nothing against ours: it is not kept,
    and where none is left the test is skipped, as it is where every line is traced.
    """
    if _is_traced():
        pytest.skip("coverage is measured, which takes time of its own")
    values = []
    for _ in range(rounds):
        load = Load()
        value = measure()
        if good_enough(value):
            return [*values, value]
        if load.others() < MOST_OTHERS:
            values.append(value)
    if not values:
        pytest.skip("other programs keep this machine busy: nothing can be timed")
    return values


def _is_traced():
    return sys.gettrace() is not None or bool(os.environ.get("COVERAGE"))


def _my_seconds():
    own, ended = (resource.getrusage(who) for who in
                  (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))  # fmt: skip
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def _busy_seconds():
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _iowait, irq, softirq, steal, *_ = map(
        float, stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
