"""Wait for what the Dynamics tab computes."""


def complete(desktop, qtbot):
    """Wait until the diagram that the tab now asks for is complete."""
    drawer, panel = desktop.controllers["dynamics"].drawer, desktop.window.pages["dynamics"].diagram
    qtbot.waitUntil(
        lambda: (
            not drawer.running
            and panel.data is not None
            and panel.data.question.essence == panel.question.essence
        )
    )
