"""Ask the Measure tab to vary the number of a field, wherever that field is."""

from PySide6.QtCore import QObject, Signal


class VaryRequests(QObject):
    """Connects the fields of all panels and tabs with the Measure tab.

    ``requested(path, value, Parameter)``: Emitted with the path of a number of the neuron or its
    stimulus, its present value and its description.
    """

    requested = Signal(str, float, object)


_REQUESTS: list[VaryRequests] = []


def vary_requests() -> VaryRequests:
    """Return the object that all fields of the program share."""
    if not _REQUESTS:
        _REQUESTS.append(VaryRequests())
    return _REQUESTS[0]
