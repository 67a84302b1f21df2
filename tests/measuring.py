"""Measure with an experiment, without a window and without a thread."""

from hhgui.experiments.contract import Measured


def measured(experiment, subject):
    """Everything that an experiment finds in a subject."""
    found = Measured(experiment, subject)
    for event in experiment.run(subject):
        found.put(event)
    return found


def result(found, key):
    """One result of a measurement."""
    return next(each for each in found.results if each.key == key)
