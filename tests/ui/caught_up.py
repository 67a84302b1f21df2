"""Whether what other threads do for the window has caught up with the last edit."""

from dataclasses import replace


def live_has_caught_up(desktop):
    """Whether the newest stretch of the recording is of the document's neuron and stimulus.

    A stimulus or command that runs has its own origin, the time from which it was switched on.
    """
    stretches, document = desktop.window.recording.bookmarks(), desktop.editor.document
    if not stretches:
        return False
    start, asked = stretches[-1].start, document.command if document.clamped else document.stimulus
    running = replace(start.stimulus, origin=asked.origin)
    return (start.membrane, running) == (document.membrane, asked)


def run_has_caught_up(desktop):
    """Whether the run in the Single run tab is of the document."""
    run = desktop.window.pages["experiment"]
    setup = desktop.editor.document.setup(run.duration)
    return run.current is not None and run.current.setup == setup
