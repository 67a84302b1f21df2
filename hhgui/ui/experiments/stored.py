"""Store a measurement in a session, as neuron and settings, and make it again from these."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from hhgui.document.session import KeptRun
from hhgui.document.setup import Setup
from hhgui.experiments.catalogue import experiment_named
from hhgui.experiments.contract import Measured, Subject
from hhgui.model.parameter import ModelError
from hhgui.ui.experiments.snapshot import Snapshot, snapshot_of

Work = Callable[[Callable[[], bool], Callable[[float], object]], object]
_DURATION_MS = 1.0  # a setup has one; that of an experiment is among its settings


def stored(measured: Measured, kept: bool) -> KeptRun:
    """Return a measurement as a session stores it; kept: whether the user has kept it."""
    subject, experiment = measured.subject, measured.experiment
    setup = replace(
        subject.setup(subject.stimulus, _DURATION_MS), tab="measure",
        experiment=experiment.id, settings=experiment.settings(),
    )  # fmt: skip
    return KeptRun("", 0, kept, setup)


def check_stored(results: Sequence[KeptRun]) -> None:
    """Raise ModelError if the experiment of a stored measurement, or a setting, is unknown."""
    for each in results:
        experiment_named(each.setup.experiment).from_settings(each.setup.settings)


def measured_again(results: Sequence[KeptRun]) -> Work:
    """Return the job that makes the measurements of a session again.

    It yields the snapshot of each in order, None if it can't be made, and returns the reasons for
    these.
    """

    def work(
        cancelled: Callable[[], bool], progress: Callable[[float], object]
    ) -> Generator[Snapshot | None, None, list[str]]:
        problems = []
        for place, each in enumerate(results):
            try:
                yield _measured(each.setup, cancelled)
            except ModelError as error:
                problems.append(f"{experiment_named(each.setup.experiment).title}: {error}")
                yield None
            progress((place + 1) / len(results))
        return problems

    return work


def _measured(setup: Setup, cancelled: Callable[[], bool]) -> Snapshot:
    experiment = experiment_named(setup.experiment).from_settings(setup.settings)
    subject = Subject(
        setup.membrane, setup.stimulus, setup.method, setup.dt, setup.threshold, setup.rearm
    )
    measured = Measured(experiment, subject)
    for event in experiment.run(subject, cancelled):
        measured.put(event)
    return snapshot_of(measured)
