"""Run experiments in another thread, on request or after every edit of the neuron."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from hhgui.document.document import Document
from hhgui.document.session import KeptRun
from hhgui.document.setup import Setup
from hhgui.engine.methods import Trial
from hhgui.experiments.catalogue import EXPERIMENTS
from hhgui.experiments.contract import Experiment, Measured, Subject
from hhgui.experiments.map_two import Map
from hhgui.experiments.measures import driven, run_length
from hhgui.experiments.varied import number_of, paths_of, range_about, with_number
from hhgui.experiments.vary import DEFAULT_MS, Vary
from hhgui.experiments.vary_setting import VarySetting
from hhgui.jobs.runner import Outcome, Policy, Runner, Status
from hhgui.model.edit import named_after
from hhgui.model.parameter import ModelError, Parameter
from hhgui.model.stimulus.edit import is_of_stimulus, stimulus_values
from hhgui.model.words import sentence
from hhgui.ui.editor import Editor
from hhgui.ui.experiments.snapshot import measuring
from hhgui.ui.experiments.stored import measured_again
from hhgui.ui.experiments.tab import MeasureTab
from hhgui.ui.tab_controller import TabController, open_run
from hhgui.ui.widgets.vary import vary_requests

if TYPE_CHECKING:
    from hhgui.ui.window.main_window import MainWindow

FAILURE = "the measurement failed"


class MeasureController(TabController):
    """Owns the thread for experiments, and one that finds the single run behind a row."""

    def __init__(self, tab: MeasureTab, editor: Editor, window: MainWindow) -> None:
        super().__init__(tab, editor, window)
        self._tab, self._editor, self._window = tab, editor, window
        self.runner = Runner("measure")
        self.finder = Runner("measure-run", Policy.QUEUE)
        self.restorer = Runner("kept measurements")
        self.runners = (self.runner, self.finder, self.restorer)
        self._edits = 0
        self._taken: Document | None = None
        self._offer_paths()
        tab.set_common_method(Trial(editor.document.method, editor.document.dt))
        tab.measure_requested.connect(self._measure)
        tab.cancel_requested.connect(self.runner.cancel)
        tab.follow_requested.connect(self._follow)
        tab.open_requested.connect(self._find_run)
        tab.results_requested.connect(self._measure_kept)
        tab.forgotten.connect(self.restorer.cancel)
        tab.neuron_requested.connect(self._take_neuron)
        editor.document_changed.connect(self._on_document_changed)
        vary_requests().requested.connect(self._vary)
        window.closed.connect(self._hear_no_more)

    @Slot()
    def _hear_no_more(self) -> None:
        """Ignore requests of fields from now on, because the window closes."""
        vary_requests().requested.disconnect(self._vary)

    def _offer_paths(self) -> None:
        self._tab.set_paths(paths_of(driven(Subject.of(self._editor.document), DEFAULT_MS)))

    @Slot(str, float, object)
    def _vary(self, path: str, value: float, parameter: Parameter) -> None:
        """Measure runs over a range of the number at ``path``; keep all other settings.

        value: the present number. parameter: its description.
        """
        owner = path.partition(".")[0]
        values = range_about(parameter, value)
        experiment: Experiment
        if owner in EXPERIMENTS:
            others = self._tab.edited(owner).settings()
            experiment = VarySetting(path, values, json.dumps(others))
        else:
            before = self._tab.edited(Vary.id)
            assert isinstance(before, Vary)
            duration = max(before.duration, run_length(self._editor.document.stimulus))
            experiment = replace(before, path=path, values=values, duration=duration)
        self._window.show_tab(self._tab.name)
        self._tab.show_experiment(experiment)
        self._measure(experiment)

    @Slot(object)
    def _measure(self, experiment: Experiment) -> None:
        self._start(experiment, replaces=True)

    def _start(self, experiment: Experiment, replaces: bool) -> None:
        """Start an experiment; replaces: whether the plots are cleared at once."""
        subject = self._subject(self._editor.document)
        tab = self._tab
        tab.begin(experiment, subject.membrane, replaces)
        edits = self._edits

        def superseded() -> bool:
            return self._edits != edits

        job = self.runner.start(measuring(experiment, subject, superseded), FAILURE)
        job.results_ready.connect(tab.add_snapshots)
        job.progressed.connect(tab.show_progress)
        job.finished.connect(self._finish)

    @Slot(object)
    def _measure_kept(self, results: Sequence[KeptRun]) -> None:
        """Make the measurements of a session again, and give up those of an earlier session."""
        self.restorer.cancel()
        if not results:
            return
        job = self.restorer.start(measured_again(results), "the measurements could not be made")
        job.results_ready.connect(self._tab.show_again)
        job.finished.connect(self._end_measuring_kept)

    @Slot(object)
    def _end_measuring_kept(self, outcome: Outcome) -> None:
        """Say which measurements of a session could not be made again."""
        problems = outcome.value if outcome.status is Status.COMPLETE else ()
        for problem in (*problems, *([outcome.message] if outcome.status is Status.FAILED else ())):
            self._window.warn(sentence(f"a measurement of the session: {problem}", "."))

    @Slot(object)
    def _finish(self, outcome: Outcome) -> None:
        self._tab.finish(outcome.message, outcome.value or "")

    @Slot(object, object)
    def _on_document_changed(self, before: Document, after: Document) -> None:
        if self._taken is not None:
            self._taken = None
            self._tab.show_chosen("")
        if before.membrane.structure != after.membrane.structure or (
            list(stimulus_values(before.stimulus)) != list(stimulus_values(after.stimulus))
        ):
            self._offer_paths()
        subject = self._subject(before)
        self._tab.set_common_method(Trial(after.method, after.dt))
        if not self._alike(subject, self._subject(after)):
            self._follow()

    def _subject(self, document: Document) -> Subject:
        """Return what is measured of a document, with the method and dt of the tab."""
        return replace(Subject.of(document), **vars(self._tab.trial))

    def _alike(self, one: Subject, other: Subject) -> bool:
        """Return whether the present experiment finds the same for both subjects.

        That is so if they differ only in numbers that the experiment varies itself.
        """
        experiment = self._tab.experiment() if self._tab.following and one != other else None
        paths = experiment.varied_paths if experiment is not None else ()
        with suppress(ModelError):
            for path in paths:
                value = number_of(other, path)
                one = with_number(one, path, value) if value is not None else one
        named = replace(one.membrane, name=other.membrane.name)
        return replace(one, membrane=named) == other

    @Slot()
    def _follow(self) -> None:
        if self._tab.following:
            self._edits += 1
            self.runner.follow(self._measure_again)

    def _measure_again(self) -> None:
        experiment = self._tab.experiment() if self._tab.following else None
        if experiment is not None:
            self._start(experiment, replaces=False)

    @Slot(object, float, float)
    def _take_neuron(self, measured: Measured, x: float, y: float) -> None:
        """Give the document, and so the live run, the two numbers of a pixel of a map."""
        experiment, document = measured.experiment, self._editor.document
        assert isinstance(experiment, Map)
        try:
            chosen = experiment.neuron(Subject.of(document), x, y)
        except ModelError as error:
            self._tab.show_chosen(f"Not possible in the present neuron: {error}.")
            return
        stimulus = document.stimulus
        if any(map(is_of_stimulus, (experiment.x, experiment.y))):
            stimulus = chosen.stimulus
        membrane = named_after(chosen.membrane, document.base)
        self._editor.edit(membrane=membrane, stimulus=stimulus)
        self._taken = self._editor.document
        self._tab.show_chosen("This neuron now runs in Live.")

    @Slot(object, int)
    def _find_run(self, measured: Measured, index: int) -> None:
        """Find the single run behind a row, which may need a search, and show it."""
        row = next(each for each in measured.rows if each.index == index)

        def find(_cancelled: Callable[[], bool], _progress: Callable[[float], object]) -> object:
            return measured.experiment.opened(measured.subject, row)

        job = self.finder.start(find, "the run was not found")
        job.finished.connect(partial(self._show_run, measured))

    def _show_run(self, measured: Measured, outcome: Outcome) -> None:
        setup = outcome.value
        if not isinstance(setup, Setup):
            return
        setup = replace(setup, base=self._editor.document.base)
        open_run(self._window, self._editor, setup, f"run of {measured.experiment.title}")
