"""Ask for a series of measurements over the number of a field, from wherever the field is."""

from PySide6.QtCore import QObject, Signal


class VaryRequests(QObject):
    """Carry requests from the fields of all rooms to the tab that measures.

    ``requested(path, value, Parameter)``: Emitted with the path of a number of the neuron or its
    stimulus, its value and its description.
    """

    requested = Signal(str, float, object)


_REQUESTS: list[VaryRequests] = []


def vary_requests() -> VaryRequests:
    """Return the object that all fields of the program share."""
    if not _REQUESTS:
        _REQUESTS.append(VaryRequests())
    return _REQUESTS[0]
