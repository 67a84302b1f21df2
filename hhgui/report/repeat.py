"""Write the command line that computes a run, a curve or a measurement again.

Options are enough if they give the same neuron, stimulus and settings to the last bit. If not, as
for an edited equation or a current from a file, the command reads a record (JSON), which is written
too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hhgui.document.fi_protocol import FiProtocol
from hhgui.document.setup import Setup
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD
from hhgui.engine.replay import Replay
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.contract import Experiment, Subject
from hhgui.experiments.settings import number_text
from hhgui.model.edit import values_of, with_value
from hhgui.model.library import Library, load_library, models_dir
from hhgui.model.membrane import Membrane
from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component
from hhgui.model.stimulus.spec import parse_component
from hhgui.model.stimulus.stimulus import Stimulus
from hhgui.storage.csv_table import chosen_names
from hhgui.storage.fi_csv import fi_record
from hhgui.storage.measure_csv import measure_record
from hhgui.storage.record import dump_record
from hhgui.storage.trace_csv import RunRecord, TraceExport, traces_record

# More options than this are no command that someone reads or types.
_MOST_OPTIONS = 40
_PLAIN = re.compile(r"[\w.,:=+/-]+", re.ASCII)


@dataclass(frozen=True)
class Repeat:
    """A command, and the record that it reads, if any.

    words: of the command, after "hhgui"; if it reads a record, the last word is the name of that
    file. record: its JSON text, "" if options are enough.
    """

    words: tuple[str, ...]
    record: str = ""

    @property
    def file(self) -> str:
        """Return the name of the file of the record, "" if there is none."""
        return self.words[-1] if self.record else ""

    def reading(self, file: str) -> Repeat:
        """Return the command with ``file`` as the name of its record, if it has one."""
        return replace(self, words=(*self.words[:-1], file)) if self.record else self

    @property
    def text(self) -> str:
        """Return the command as one types it in a shell, also on Windows."""
        quoted = (w if _PLAIN.fullmatch(w) else f'"{w}"' for w in self.words)
        return " ".join(["hhgui", *quoted])


@cache
def _shipped() -> Library:
    """Return the parameter sets that come with the program."""
    return load_library(models_dir())


def shipped_set(model_id: str) -> Membrane | None:
    """Return the parameter set of the program with this id, None if there is none."""
    return _shipped().membranes.get(model_id)


def repeat_run(setup: Setup) -> Repeat:
    """Return the command that computes the single run of a setup again."""
    options = _written(setup.membrane, setup.stimulus, setup)
    if options is not None and setup.stimulus.origin == 0.0:
        repeat = setup.stimulus.repeat
        options += [] if repeat is None else ["--repeat", number_text(repeat)]
        return Repeat(("run", *options, "--duration", number_text(setup.duration)))
    export = TraceExport(RunRecord.of(setup).replay(), chosen_names(setup.membrane, "all"))
    return _from_record("run", traces_record(export))


def repeat_sweep(replay: Replay) -> Repeat:
    """Return the command that computes a part of the live run again."""
    export = TraceExport(replay, chosen_names(replay.membrane, "all"))
    return _from_record("run", traces_record(export))


def repeat_fi(membrane: Membrane, protocol: FiProtocol) -> Repeat:
    """Return the command that measures an f–I curve again."""
    options = _written(membrane, Stimulus(), protocol)
    if options is None:
        return _from_record("fi", fi_record(membrane, protocol))
    own = {"from": protocol.first, "to": protocol.last, "points": protocol.points,
           "on": protocol.on, "off": protocol.off, "duration": protocol.duration}  # fmt: skip
    return Repeat(
        ("fi", *options, *(t for k, v in own.items() for t in (f"--{k}", number_text(v))))
    )


def repeat_measure(experiment: Experiment, subject: Subject) -> Repeat:
    """Return the command that makes a measurement again."""
    options = _written(subject.membrane, subject.stimulus, subject)
    own = _settings(experiment)
    stimulus = subject.stimulus
    if options is None or own is None or stimulus.origin or stimulus.repeat is not None:
        record = measure_record(experiment, subject)
        return _from_record(f"measure {experiment.id}", record)
    return Repeat(("measure", experiment.id, *options, *own))


def _from_record(command: str, record: dict[str, Any]) -> Repeat:
    return Repeat((*command.split(), "--from-json", "record.json"), dump_record(record))


def _written(
    membrane: Membrane, stimulus: Stimulus, how: Setup | Subject | FiProtocol
) -> list[str] | None:
    """Return the options for neuron, stimulus and method, None if they cannot express these."""
    neuron, current = _neuron(membrane), list(_stimulus(stimulus))
    if neuron is None or None in current:
        return None
    options = [*neuron, *(text for text in current if text is not None)]
    for key, value, default in (
        ("method", how.method, DEFAULT_METHOD), ("dt", how.dt, DEFAULT_DT_MS),
        ("threshold", how.threshold, 0.0), ("rearm", how.rearm, REARM_MV),
    ):  # fmt: skip
        # method and dt always: a report says them
        if value != default or key in ("method", "dt"):
            options += [f"--{key}", value if isinstance(value, str) else number_text(value)]
    return options if len(options) <= _MOST_OPTIONS else None


def _neuron(membrane: Membrane) -> list[str] | None:
    """Return the options --model and --set for a neuron edited from a set of the program.

    It is None if options cannot express the neuron.
    """
    base = shipped_set(membrane.id)
    if base is None:
        return None
    options, made, given = ["--model", base.id], base, values_of(base)
    for path, value in values_of(membrane).items():
        if given.get(path) == value:
            continue
        if value is None:
            return None
        try:
            made = with_value(made, path, value)
        except ModelError:
            return None
        options += ["--set", f"{path}={number_text(value)}"]
    return options if replace(made, name=membrane.name) == membrane else None


def _stimulus(stimulus: Stimulus) -> Iterator[str | None]:
    """Yield the options for a stimulus, None for each part that options cannot express."""
    for component in stimulus.components:
        yield "--stimulus"
        yield _spec(component)
    if stimulus.holding:
        yield "--holding"
        yield number_text(stimulus.holding)


def _spec(component: Component) -> str | None:
    """Return a waveform as a specification of the command line; None if that would change it."""
    parts = (f"{p.key}={number_text(getattr(component, p.key))}" for p in component.parameters)
    spec = f"{component.kind}:{','.join(parts)}"
    try:
        return spec if parse_component(spec) == component else None
    except ModelError:
        return None


def _settings(experiment: Experiment) -> list[str] | None:
    """Return the options for settings of an experiment that differ from the defaults.

    It is None if options cannot express them.
    """
    usual, options = type(experiment)(), list[str]()
    for setting in experiment.form():
        value = getattr(experiment, setting.key)
        if value != getattr(usual, setting.key):
            options += setting.options(value)
    return options if _can_be_typed(options) else None


def _can_be_typed(options: Sequence[str]) -> bool:
    """Return whether any shell leaves these options unchanged, within plain quotation marks."""
    return all(text and not re.search(r"""["'`$\\!%^]|[^ -~]""", text) for text in options)
