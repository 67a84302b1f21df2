"""What an edit in the Voltage clamp tab changes, for undo."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from hhgui.experiments.clamp_staircase import ClampStaircase

_WORDS = {
    "preset": "protocol", "amplifier": "amplifier", "blocked": "blockers",
    "window_from": "window of the peak", "window_to": "window of the peak",
    "late_at": "place of the late current",
}  # fmt: skip


@dataclass(frozen=True)
class Clamping:
    """The settings of the Voltage clamp tab whose edits can be undone.

    preset: the name of the protocol. staircase: its voltages and times. amplifier: whether the
    clamp goes through one. blocked: how much (%) of each current is blocked, by the current's name.
    """

    preset: str
    staircase: ClampStaircase
    amplifier: bool
    blocked: Mapping[str, float]

    def edited_since(self, before: "Clamping") -> frozenset[str]:
        """Return the keys of the settings that differ from those of ``before``.

        A key is the name of a field, or, for the staircase, the key of its setting.
        """
        own = {f.name for f in fields(self) if getattr(self, f.name) != getattr(before, f.name)}
        if "preset" in own or "staircase" not in own:
            return frozenset(own)
        now, then = (each.staircase.settings() for each in (self, before))
        return frozenset((own - {"staircase"}) | {key for key in now if now[key] != then[key]})


def words_of(keys: frozenset[str]) -> str:
    """Return the text of the undo step that edits the settings ``keys``: "clamp: test voltage"."""
    if "preset" in keys:
        return "clamp: protocol"
    labels = {each.key: each.label for each in ClampStaircase.form()}
    words = dict.fromkeys(_WORDS.get(key) or labels.get(key, key) for key in sorted(keys))
    return "clamp: " + ", ".join(words)
