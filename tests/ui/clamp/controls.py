"""Find the controls of the Voltage clamp tab."""


def find(tab, kind, name):
    """A control of the tab by its name."""
    return tab.findChild(kind, f"clamp.{name}")
