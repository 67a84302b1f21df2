"""The parameter sets on offer: those that come with the app, and the user's own folder."""

from dataclasses import dataclass, field
from pathlib import Path

from hhgui.model.membrane import Membrane
from hhgui.model.model_file import ModelFileError, load_membrane
from hhgui.paths import resource_dir, user_data_dir

# From the neuron everybody looks for to the lessons; what is not named here follows by file name.
ORDER = (
    "squid-dayan-abbott",
    "squid-1952",
    "squid-textbook-euler",
    "traub-miles-lab3",
    "cortical-pyramidal",
    "lecture6-model1",
    "lecture6-model2",
    "lecture6-model3",
    "lecture6-model4",
    "lecture6-model5",
    "lecture6-model6",
    "lecture7-as-printed",
)
DEFAULT_ID = ORDER[0]


@dataclass(frozen=True)
class Library:
    """Parameter sets by id, in the order of the dropdown, and the files that were refused."""

    membranes: dict[str, Membrane]
    problems: tuple[ModelFileError, ...] = field(default=())

    def with_membrane(self, membrane: Membrane) -> "Library":
        """This library with ``membrane`` added, or in place of the one with its id."""
        return Library(self.membranes | {membrane.id: membrane}, self.problems)

    def __getitem__(self, model_id: str) -> Membrane:
        return self.membranes[model_id]


def models_dir() -> Path:
    """Folder of the app's own model files."""
    return resource_dir() / "models"


def user_models_dir() -> Path:
    """Folder of the user's model files; may not exist."""
    return user_data_dir() / "models"


def load_library(*folders: Path) -> Library:
    """Every model file of ``folders`` (default: the app's, then the user's).

    A file that is broken, or whose id is taken, is left out and listed in ``problems``.
    """
    membranes: dict[str, Membrane] = {}
    problems: list[ModelFileError] = []
    for folder in folders or (models_dir(), user_models_dir()):
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
    """The membrane of an id or of a ``.toml`` path. Raises ModelFileError saying what there is."""
    if name.endswith(".toml"):
        return load_membrane(Path(name))
    library = load_library()
    if name in library.membranes:
        return library[name]
    known = ", ".join(library.membranes)
    raise ModelFileError(name, "", f"no such parameter set; choose one of {known}, or a .toml file")
