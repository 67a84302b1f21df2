"""Load the parameter sets: those that come with the program and those in the user's folder."""

from dataclasses import dataclass, field
from pathlib import Path

from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, load_membrane
from hhgui.paths import resource_dir, site_data_dir, user_data_dir


@dataclass(frozen=True)
class Group:
    """A section of the window's list of parameter sets.

    ``sets`` maps the id of each set to a sentence that says when to use it.
    """

    title: str
    sets: dict[str, str]


YOURS = "Yours"
# Sections of the dropdown in order. A set that is not named here is one of the user's.
GROUPS = (
    Group("Squid axon", {
        "squid-dayan-abbott": "The classic: action potentials, thresholds, refractoriness.",
        "squid-1952": "Compare with the paper's own signs and numbers.",
        "squid-textbook-euler": "Compute along with lecture 6 by forward Euler.",
    }),
    Group("Cortex and hippocampus", {
        "traub-miles-lab3": "Lab course 3: an f–I curve that rises from zero.",
        "reduced-traub-miles": "The excitatory cell of models of gamma rhythms.",
        "wang-buzsaki": "A fast-spiking interneuron whose sodium opens at once.",
        "cortical-pyramidal": "Compare a pyramidal cell's gates with the squid's.",
        "golomb-ca1": "Bursts and adaptation by persistent sodium, M- and A-current.",
        "pospischil-rs": "Spike-frequency adaptation by a slow potassium current.",
        "pospischil-fs": "Fast, regular firing without adaptation.",
        "pospischil-lts": "Low-threshold bursts by a T-type calcium current.",
    }),
    Group("Crab and barnacle", {
        "connor-stevens": "Delayed first spikes and slow firing by an A-current.",
        "morris-lecar-hopf": "The phase plane of a neuron that fires by a Hopf bifurcation.",
        "morris-lecar-snic": "The phase plane of a neuron that fires by a SNIC.",
    }),
    Group("Build-up", {
        "lecture6-model1": "Only a leak: charging and discharging.",
        "lecture6-model2": "Two leaks: where rest comes from.",
        "lecture6-model3": "One gate: a conductance that answers the voltage.",
        "lecture6-model4": "Two gated currents, too slow for a spike.",
        "lecture6-model5": "Activation and inactivation in one current.",
        "lecture6-model6": "All together: nearly an action potential.",
    }),
    Group("Handouts", {
        "lecture7-as-printed": "Find lecture 7's slip: a capacitance ten times too large.",
        "odeint-slides-as-coded": "Find the odeint program's slip: a missing 0.1 in β_h.",
    }),
)  # fmt: skip
ORDER = tuple(model_id for group in GROUPS for model_id in group.sets)
DEFAULT_ID = ORDER[0]


def use_of(model_id: str) -> str:
    """Return the sentence on when to use the parameter set with this id; "" if it is the user's."""
    return next((g.sets[model_id] for g in GROUPS if model_id in g.sets), "")


def section_of(model_id: str) -> str:
    """Return the title of the section, in the window's list, of the parameter set with this id."""
    return next((g.title for g in GROUPS if model_id in g.sets), YOURS)


@dataclass(frozen=True)
class Library:
    """Parameter sets by id, in the order of the window's list.

    ``problems`` has the files that were refused, each as the error with its reason.
    """

    membranes: dict[str, Membrane]
    problems: tuple[ModelFileError, ...] = field(default=())

    def with_membrane(self, membrane: Membrane) -> "Library":
        """Return a copy of the library with ``membrane`` added; it replaces one of the same id."""
        return Library(self.membranes | {membrane.id: membrane}, self.problems)

    def __getitem__(self, model_id: str) -> Membrane:
        return self.membranes[model_id]


def models_dir() -> Path:
    """Return the folder of the program's model files."""
    return resource_dir() / "models"


def user_models_dir() -> Path:
    """Return the folder of the user's model files, which may not exist."""
    return user_data_dir() / "models"


def load_library(*folders: Path) -> Library:
    """Return the library of all model files in ``folders``.

    By default these are the folders of the program, of the computer and of the user. A file that is
    invalid, or whose id an earlier file has, is left out and listed in ``problems``.
    """
    membranes: dict[str, Membrane] = {}
    problems: list[ModelFileError] = []
    for folder in folders or (models_dir(), site_data_dir() / "models", user_models_dir()):
        for path in sorted(folder.glob("*.toml")):
            try:
                membrane = load_membrane(path)
            except ModelFileError as error:
                problems.append(error)
                continue
            if membrane.id in membranes:
                taken = f"{membrane.id!r} is taken by another parameter set; choose another id"
                problems.append(ModelFileError(path.name, "model.id", taken))
            else:
                membranes[membrane.id] = membrane
    ranked = sorted(membranes, key=lambda i: ORDER.index(i) if i in ORDER else len(ORDER))
    return Library({i: membranes[i] for i in ranked}, tuple(problems))


def find_membrane(name: str) -> Membrane:
    """Return the membrane whose id, or whose file (a path that ends with ".toml"), is ``name``.

    Raises ModelFileError, which lists the ids, if there is none.
    """
    if name.endswith(".toml"):
        return load_membrane(Path(name))
    library = load_library()
    if name in library.membranes:
        return library[name]
    known = ", ".join(library.membranes)
    raise ModelFileError(name, "", f"no such parameter set; choose one of {known}, or a .toml file")
