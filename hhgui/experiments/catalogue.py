"""List the experiments in the order of the menu; a new one is a file and one line here."""

from hhgui.experiments.accommodation import Accommodation
from hhgui.experiments.adaptation import Adaptation
from hhgui.experiments.anode_break import AnodeBreak
from hhgui.experiments.bifurcation import Bifurcation
from hhgui.experiments.bifurcation_curves import BifurcationCurves
from hhgui.experiments.clamp_staircase import ClampStaircase
from hhgui.experiments.comparison import Integrators
from hhgui.experiments.contract import Experiment
from hhgui.experiments.displacement import Displacement
from hhgui.experiments.fixed_points import FixedPoints
from hhgui.experiments.frequency_current import FrequencyCurrent
from hhgui.experiments.hysteresis import Hysteresis
from hhgui.experiments.impedance import Impedance
from hhgui.experiments.map_two import Map
from hhgui.experiments.paired_pulses import PairedPulses
from hhgui.experiments.phase_response import PhaseResponse
from hhgui.experiments.refractory import Refractory
from hhgui.experiments.strength_duration import StrengthDuration
from hhgui.experiments.temperature import Temperature
from hhgui.experiments.threshold import Threshold
from hhgui.experiments.vary import Vary
from hhgui.experiments.vary_setting import VarySetting
from hhgui.experiments.voltage_clamp import VoltageClamp
from hhgui.model.parameter import ModelError

EXPERIMENTS: dict[str, type[Experiment]] = {
    experiment.id: experiment
    for experiment in (
        Threshold,
        StrengthDuration,
        Refractory,
        PairedPulses,
        AnodeBreak,
        Displacement,
        Accommodation,
        FrequencyCurrent,
        Adaptation,
        Hysteresis,
        PhaseResponse,
        Impedance,
        Temperature,
        Vary,
        Map,
        VarySetting,
        Integrators,
        VoltageClamp,
        ClampStaircase,
        FixedPoints,
        Bifurcation,
        BifurcationCurves,
    )
}


def experiment_named(experiment_id: str) -> type[Experiment]:
    """Return the class of the experiment with an id.

    Raises ModelError, which lists the ids, if there is none.
    """
    if experiment_id not in EXPERIMENTS:
        known = ", ".join(EXPERIMENTS)
        problem = f"experiment must be one of {known}, not {experiment_id[:40]!r}"
        raise ModelError("experiment", problem)
    return EXPERIMENTS[experiment_id]
