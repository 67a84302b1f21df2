"""Explain why a run stopped early, and what the user can try."""

from collections.abc import Callable
from dataclasses import dataclass

from hhgui.engine.kernel import Status
from hhgui.engine.methods import DEFAULT_DT_MS, DEFAULT_METHOD, METHODS, REFERENCE_METHOD
from hhgui.engine.tables import V_MAX_MV, V_MIN_MV

SMALLER_DT_MS = (0.5, 0.2, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001)


@dataclass(frozen=True)
class Stop:
    """Why and when a run ended early.

    time: model time (ms). message: the reason and what to try. method, dt (ms): the settings with
    which the run is known to complete, both None if other settings of the integrator do not help.
    """

    time: float
    message: str
    method: str | None = None
    dt: float | None = None


def explain_stop(
    status: Status, time: float, method: str, dt: float, is_stable: Callable[[str, float], bool]
) -> Stop:
    """Return the Stop for the Status with which a kernel ended at ``time`` (ms).

    method, dt: the settings of the run. is_stable(method, dt): tries whether the run completes with
    other settings.
    """
    default = METHODS[DEFAULT_METHOD].label
    at = f"At {time:.3f} ms"
    if status is Status.STEP_BUDGET:
        return Stop(
            time,
            f"{at} the adaptive method needed too many steps. Try {default}, "
            f"dt {DEFAULT_DT_MS} ms.",
            DEFAULT_METHOD,
            DEFAULT_DT_MS,
        )
    if not METHODS[method].adaptive:
        remedied = _with_remedy(time, at, method, dt, is_stable)
        if remedied is not None:
            return remedied
    if status is Status.GATE_RAN_AWAY:
        message = f"{at} a gate ran far from 0…1: at this V its rates are negative or no numbers. "
        return Stop(time, f"{message}Change them, or the current that drives V there.")
    if method != REFERENCE_METHOD and is_stable(REFERENCE_METHOD, dt):
        message = (
            f"{at} V left {V_MIN_MV:g}…{V_MAX_MV:g} mV, driven there by the stimulus or a reversal "
            "potential. Reduce the current, or use the adaptive method, which has no such limit."
        )
        return Stop(time, message, REFERENCE_METHOD, dt)
    return Stop(time, f"{at} V ran away: the stimulus is too strong for this membrane. Reduce it.")


def _with_remedy(
    time: float, at: str, method: str, dt: float, is_stable: Callable[[str, float], bool]
) -> Stop | None:
    """Return the Stop if the run completes with a smaller dt or the default method, else None.

    at: the time and place of the stop in words, for the message.
    """
    label, default = METHODS[method].label, METHODS[DEFAULT_METHOD].label
    for smaller in SMALLER_DT_MS:
        if smaller < dt and is_stable(method, smaller):
            message = (
                f"{at} the run blew up: dt {dt:g} ms is too large for {label} here. "
                f"Try dt ≤ {smaller:g} ms"
            )
            other = "." if method == DEFAULT_METHOD else f", or {default}."
            return Stop(time, message + other, method, smaller)
    if method != DEFAULT_METHOD and is_stable(DEFAULT_METHOD, dt):
        message = f"{at} the run blew up: {label} is stable here at no dt that was tried. "
        return Stop(time, f"{message}Try {default}.", DEFAULT_METHOD, dt)
    return None
