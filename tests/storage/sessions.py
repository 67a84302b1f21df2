"""Sessions for tests of what keeps them. Not a test itself."""

from dataclasses import replace

import numpy as np

from hhgui.document.document import Document
from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import FiPoint, FiProtocol
from hhgui.document.session import KeptRun, KeptSweep, Session, View
from hhgui.document.setup import Setup
from hhgui.document.sweep import Sweep
from hhgui.engine.replay import Replay, Stretch
from hhgui.engine.simulation import Checkpoint
from hhgui.engine.spikes import Oscillations
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.model.edit import named_after, with_value
from hhgui.model.stimulus.command import Command
from hhgui.model.stimulus.noise import Noise, SmoothedNoise
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.model.stimulus.waveforms import Paired, Ramp, Samples, Step
from tests.shipped import LIBRARY, SQUID

THIRD = 1.0 / 3.0  # a number whose every digit counts


def plain_session(voltage=-65.0):
    """A small session: the squid's axon as it comes, but for its start voltage (mV)."""
    return Session(Document(with_value(SQUID, "membrane.initial_voltage", voltage), SQUID))


def long_current(count):
    """A current of ``count`` samples from a file, each with all its digits."""
    random = np.random.default_rng(1)
    times = np.cumsum(random.uniform(0.01, 0.02, count + 1))
    return Samples(tuple(times.tolist()), tuple(random.normal(size=count).tolist()), "µ/é.csv")


HELD = Command((Step(THIRD, 8.0, 20.0),), -100.0 * THIRD)
LINES = Samples((0.0, 5.0, 7.0), (THIRD, 2.0), "lines.csv", (THIRD, -THIRD))


def full_session(samples=100, points=41):
    """A session with something in every place."""
    library = LIBRARY
    lab = library["traub-miles-lab3"]
    edited = with_value(with_value(SQUID, "Na.conductance", 120.0 * THIRD), "m.initial", THIRD)
    edited = named_after(edited, SQUID)
    parts = (
        Step(THIRD, 1.0, 3.0),
        Noise(seed=7),
        SmoothedNoise(),
        Paired(),
        long_current(samples),
        LINES,
    )
    stimulus = Stimulus(parts, holding=-THIRD, origin=17.3, repeat=100.0 * THIRD)
    protocol = FiProtocol(0.0, 10.0 * THIRD, points, method="rk4", dt=0.01, rearm=4.0 * THIRD)
    setup = Setup(
        edited, SQUID, stimulus, "euler", 0.1 * THIRD, 70.0, -10.0, "integrators", lab, True, True,
        ("voltage", "gates"), 0.01, "integrators", {"duration": 3.0}, 7.0 * THIRD,
    )  # fmt: skip
    runs = KeptRun("Run “1”", 3, False, setup), KeptRun("", 0, True, Setup(lab, lab))
    curves = measured(edited, protocol), FiCurve("leer", lab, FiProtocol(), (), "why")
    tabs = {
        "live": {"speed": 0.0, "window_ms": 321.5, "panes": ("voltage",),
                 "kept": (kept_sweep(edited, SQUID, stimulus), kept_sweep(edited, SQUID, HELD))},
        "experiment": {"duration": 70.0, "panes": ("gates",), "marks": True, "rise": 15.0,
                       "runs": runs},
        "fi": {"settings": FrequencyCurrent.of(protocol).settings(), "method": "rk4", "dt": 0.01,
               "threshold": 0.0, "rearm": protocol.rearm, "show_rate": True, "curves": curves},
        "gating": {"against": lab.id, "thermal": True},
        "integrators": {"settings": {"trials": (("euler", 0.1), ("adaptive", 0.05)),
                                     "duration": 33.0}},
        "later": {"neuron": lab, "nested": {"a": (1, (None, "b"))}},
    }  # fmt: skip
    command = Command((Step(THIRD, 1.0, 3.0), Ramp()), -THIRD, 17.3, 100.0 * THIRD)
    document = Document(
        edited, SQUID, stimulus, "rk4", 0.01, -10.0, 3.0 * THIRD, command, clamped=True
    )
    return Session(document, View("fi", tabs, "lesson-1", 4, "-conductance.L membrane.temperature"))


def kept_sweep(membrane, base, stimulus):
    """Ten milliseconds of a live run, in two stretches."""
    state = (-50.0 * THIRD, *(THIRD for _ in membrane.gates), 0.0)
    start = Checkpoint(membrane, stimulus, "rk4", 0.01, -10.0, 700, 7, THIRD, state, (THIRD,))
    stretches = Stretch(start, 600, 2, 1), Stretch(replace(start, step=1300, armed=True), 400, 2)
    return KeptSweep(
        "ḡNa 120 → 60", 3, False, Sweep(base, Replay(stretches, 7.0, 17.0), 8.0 + THIRD)
    )


def measured(membrane, protocol):
    """A made-up curve that lacks its last point."""
    points = tuple(
        FiPoint(i, float(current), i, i * 2.0 * THIRD, None if i % 3 else 9.9 * THIRD,
                "At 3 ms it ran away." if i % 5 == 4 else "",
                i % 4, 20.0 * THIRD if i % 2 else None,
                Oscillations(i, -10.0 * THIRD, -60.0 * THIRD) if i % 3 else Oscillations())
        for i, current in enumerate(protocol.currents[:-1])
    )  # fmt: skip
    return FiCurve(f"ḡNa {protocol.points}", membrane, protocol, points)
