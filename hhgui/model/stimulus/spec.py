"""Parse stimuli as the command line writes them: ``step:amplitude=10,start=50,stop=200``."""

from hhgui.model.parameter import ModelError
from hhgui.model.stimulus.component import Component, shortened
from hhgui.model.stimulus.stimulus import KINDS
from hhgui.model.stimulus.waveforms import Samples


def parse_component(spec: str) -> Component:
    """Return the component that ``kind:key=value,…`` describes. Raises ModelError.

    Currents from files (``file:PATH``) are parsed by ``storage/currents/spec.py``.
    """
    kind, _, rest = spec.partition(":")
    if kind not in KINDS:
        allowed = ", ".join(KINDS)
        raise ModelError("kind", f"stimulus kind must be one of {allowed}, not {shortened(kind)!r}")
    if kind == Samples.kind:
        raise ModelError(kind, "a current from a file can't be read here")
    whole = {p.key for p in KINDS[kind].parameters if p.whole}
    values: dict[str, float] = {}
    for part in filter(None, rest.split(",")):
        key, equals, text = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ModelError(kind, f"stimulus {kind}: write {shortened(key)!r} as key=value")
        if key in values:
            problem = f"stimulus {kind}: {shortened(key)} is there twice; write it once"
            raise ModelError(key, problem)
        try:
            values[key] = int(_plain(text)) if key in whole else float(_plain(text))
        except ValueError:
            name = shortened(key)
            problem = f"stimulus {kind}: {name} must be a number, not {shortened(text)!r}"
            raise ModelError(key, problem) from None
    return KINDS[kind].from_dict(values)


def _plain(text: str) -> str:
    """Return ``text``, or raise ValueError if it has underscores, as Python's numbers may."""
    if "_" in text:
        raise ValueError(text)
    return text
