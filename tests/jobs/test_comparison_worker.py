"""The comparison's worker: results in order, cancel at once, defects told."""

from dataclasses import replace

import pytest

from hhgui.document.setup import Setup, Trial
from hhgui.jobs import comparison_worker, one_at_a_time
from hhgui.jobs.comparison_worker import ComparisonWorker
from hhgui.model.library import load_library, models_dir
from hhgui.model.stimulus.noise import Noise
from hhgui.model.stimulus.stimulus import Stimulus

SQUID = load_library(models_dir())["squid-dayan-abbott"]
TRIALS = (Trial("euler", 0.025), Trial("rk4", 0.01))
SETUP = Setup(SQUID, SQUID, duration=5.0, tab="integrators", trials=TRIALS)


@pytest.fixture
def worker(qapp):
    """A worker in this thread, with what it told as ``results`` and ``ends``."""
    made = ComparisonWorker()
    made.results, made.ends, made.shares = [], [], []
    made.result_ready.connect(lambda *told: made.results.append(told))
    made.comparison_finished.connect(lambda *told: made.ends.append(told))
    made.share_done.connect(lambda *told: made.shares.append(told))
    return made


def test_the_reference_comes_first_then_the_trials_in_order(worker):
    """Each with the generation it belongs to."""
    generation = worker.next_generation()
    worker.run(generation, SETUP)
    assert {g for g, _ in worker.results} == {generation}
    assert worker.results[0][1].reference
    assert tuple(result.trial for _, result in worker.results[1:]) == TRIALS
    assert worker.ends == [(generation, "")]


def test_a_cancelled_comparison_ends_after_the_result_it_had(worker):
    """Nothing comes after the cancel but its end."""
    worker.result_ready.connect(lambda *_: worker.cancel())
    generation = worker.next_generation()
    worker.run(generation, SETUP)
    assert len(worker.results) == 1
    assert worker.ends == [(generation, "cancelled")]


def test_a_newer_comparison_ends_the_older(worker):
    """One ordered before the newest never starts."""
    old = worker.next_generation()
    worker.next_generation()
    worker.run(old, SETUP)
    assert worker.results == []
    assert worker.ends == [(old, "cancelled")]


def test_a_defect_is_told(worker, monkeypatch):
    """The tab must not wait for ever."""

    def broken(*_args):
        raise RuntimeError("no kernel")
        yield

    monkeypatch.setattr(comparison_worker, "compare_integrators", broken)
    worker.run(worker.next_generation(), SETUP)
    assert worker.ends == [(1, "the comparison failed: RuntimeError('no kernel')")]


def test_progress_is_a_share_of_the_work(worker, monkeypatch):
    """From 0 to 1, never falling."""
    monkeypatch.setattr(one_at_a_time, "PROGRESS_EVERY_S", -1.0)
    worker.run(worker.next_generation(), SETUP)
    shares = [share for _, share in worker.shares]
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] == 1.0


def test_what_the_neuron_cannot_have_is_told_in_its_own_words(worker):
    """Noise over too long a time."""
    noisy = replace(SETUP, stimulus=Stimulus((Noise(),)), duration=1e5)
    worker.run(worker.next_generation(), noisy)
    assert worker.ends[0][1].startswith("noise can be compared over at most")
