"""Bifurcation diagrams of random neurons: none hangs, raises or changes its neuron.

Every neuron is a parameter set with random conductances, reversal potentials, capacitance and
temperature. ``python -m tests.random_diagrams 1000`` prints how its diagrams ended and how long
they took; ``tests/experiments/test_random_diagrams.py`` makes a few of the same.
"""

import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from hhgui.analysis.equilibrium_curve import automatic_range
from hhgui.analysis.system import Neuron
from hhgui.experiments.diagram import CyclePoint, Gap, Remark, SpecialPoint, diagram
from hhgui.model.edit import values_of
from tests.shipped import LIBRARY

LONGEST_MS = 3000.0
# Pieces of one diagram: more would be work without end.
MOST_PIECES = 8000


@dataclass
class Found:
    """How a diagram ended: its points by kind, sentences, number of cycles and CPU seconds."""

    points: Counter = field(default_factory=Counter)
    sentences: list = field(default_factory=list)
    cycles: int = 0
    seconds: float = 0.0


def random_neuron(number):
    """Neuron ``number``: reproducible, whatever was drawn before it."""
    draw = np.random.default_rng([16, number])
    sets = sorted(LIBRARY.membranes)
    membrane = LIBRARY[sets[draw.integers(len(sets))]]
    for current in membrane.currents:
        conductance = current.conductance * 10.0 ** draw.uniform(-0.7, 0.7)
        membrane = membrane.with_current(
            current.name, conductance=min(conductance, 1e4),
            reversal=current.reversal + draw.normal(0.0, 10.0),
        )  # fmt: skip
    if membrane.temperature is not None:
        membrane = replace(membrane, temperature=draw.uniform(0.0, 40.0))
    return replace(membrane, capacitance=membrane.capacitance * 10.0 ** draw.uniform(-0.5, 0.5))


def drawn(number):
    """Draw the diagram of a neuron against the current; raise AssertionError for a wrong piece."""
    membrane = random_neuron(number)
    before = values_of(membrane)
    neuron, found = Neuron(membrane), Found()
    first, last = automatic_range(neuron)
    began = time.thread_time()
    for pieces, piece in enumerate(diagram(neuron, first, last, LONGEST_MS)):
        assert pieces < MOST_PIECES, "work without end"
        match piece:
            case CyclePoint(_, cycle, low, high):
                found.cycles += 1
                assert np.isfinite(cycle.states).all()
                assert 0.0 < cycle.period < np.inf
                assert low <= high
            case SpecialPoint():
                found.points[piece.kind] += 1
                assert np.isfinite(piece.parameter)
            case Gap():
                found.sentences.append(piece.reason)
            case Remark(text):
                found.sentences.append(text)
    found.seconds = time.thread_time() - began
    assert values_of(membrane) == before
    return found


def main(count, first=0):
    """Print how the diagrams of so many neurons ended."""
    ends, kinds, slow, failed = Counter(), Counter(), [], []
    for number in range(first, first + count):
        try:
            found = drawn(number)
        except Exception as error:
            failed.append((number, random_neuron(number).id, repr(error)))
            print("failed", failed[-1], flush=True)
            continue
        kinds.update(found.points)
        said = [" ".join(word for word in s.split() if not any(c.isdigit() for c in word))
                for s in found.sentences]  # fmt: skip
        ends.update(said or ["complete"])
        slow.append((found.seconds, number, random_neuron(number).id))
        if number % 20 == 19:
            print(f"{number + 1}: {sum(s for s, *_ in slow):.0f} s CPU, {len(failed)} failed",
                  flush=True)  # fmt: skip
    print(f"{count} neurons, {len(failed)} failed: {failed}")
    print("points", dict(kinds))
    for text, number in ends.most_common():
        print(f"{number:5} {text}")
    print("slowest", sorted(slow)[-5:])


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]))
