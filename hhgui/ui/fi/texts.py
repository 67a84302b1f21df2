"""Describe protocols and f–I curves in words."""

from hhgui.document.fi_curve import FiCurve
from hhgui.document.fi_protocol import FiProtocol
from hhgui.engine.methods import METHODS
from hhgui.engine.spikes import REARM_MV
from hhgui.experiments.warnings import oscillation_problem, outside_problem
from hhgui.model.words import counted, with_minus


def protocol_text(protocol: FiProtocol) -> str:
    """Return a protocol as one line of text."""
    steps = "1 step of" if protocol.points == 1 else f"{protocol.points} steps,"
    ends = f"{protocol.first:g}"
    if protocol.points > 1:
        ends += f" to {protocol.last:g}"
    text = (
        f"{steps} {ends} µA/cm² on {protocol.on:g}–{protocol.off:g} ms of {protocol.duration:g} ms"
        f" · {METHODS[protocol.method].label}, dt {protocol.dt:g} ms"
        f" · threshold {protocol.threshold:g} mV"
    )
    if protocol.rearm != REARM_MV:
        text += f", re-arm {protocol.rearm:g} mV"
    return with_minus(text)


def result_text(curve: FiCurve) -> str:
    """Return the result of a curve as one line of text."""
    if curve.rheobase_step is None:
        parts = ["No spikes"]
    else:
        most = counted(curve.most_spikes, "spike")
        step = with_minus(f"{curve.rheobase_step:.6g}")
        parts = [f"At most {most}", f"smallest step with a spike {step} µA/cm²"]
    early = len(curve.ended_early)
    if early:
        parts.append(f"{counted(early, 'run')} ended early (×)")
    if outside := outside_problem(curve.points):
        parts.append(outside)
    if oscillations := oscillation_problem(curve.protocol, curve.points):
        parts.append(with_minus(f"⚠ {oscillations} (○)"))
    if curve.inaccuracy:
        parts.append(f"⚠ inaccurate here: {curve.inaccuracy}; try a smaller dt or another method")
    return " · ".join(parts)
