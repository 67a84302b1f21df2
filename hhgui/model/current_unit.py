"""Show currents per area (µA/cm²) or as those of a whole cell (pA, nA).

1 µA/cm² through an area of 1 µm² is 0.01 pA. Everything that is computed or stored is a density
(µA/cm²); a ``CurrentUnit`` converts only what people read: units, fields, sentences, axes.
"""

import math
import re
from dataclasses import dataclass, replace

from hhgui.model.parameter import Parameter

DENSITY_TEXT, CHARGE_TEXT = "µA/cm²", "nC/cm²"
PA_PER_DENSITY = 0.01
# The units of a cell, in pA.
ABSOLUTE = {"pA": 1.0, "nA": 1000.0}
# What current, slope and charge of a whole cell are called, and in ASCII for headers.
_CHARGES = {"pA": "fC", "nA": "pC"}
_MOST_DIGITS = 6  # of an amount in a sentence
_NUMBER = r"[-−±]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?"
_BETWEEN = r"(?:…|, | to | and | → | ± |–| and between | and above | \+ )"
_AMOUNT = re.compile(
    rf"(?P<numbers>{_NUMBER}(?:{_BETWEEN}{_NUMBER})*(?: × noise)? )?"
    r"(?P<unit>µA/cm²(?:/ms)?|nC/cm²)"
)
_ASCII_AMOUNT = re.compile(r"uA(?:_per)?_cm2(?P<slope>_ms)?|nC(?:_per)?_cm2")


@dataclass(frozen=True)
class CurrentUnit:
    """A unit of current: its name in ``text``, and ``factor``, how many of it are 1 µA/cm².

    It converts charges as well (nC/cm² to pC or so). For densities it changes nothing.
    """

    text: str = DENSITY_TEXT
    factor: float = 1.0

    @classmethod
    def of(cls, text: str, area: float | None) -> "CurrentUnit":
        """Return the unit named ``text`` for a cell of ``area`` (µm²).

        If area is None, currents remain densities.
        """
        if text not in ABSOLUTE or area is None:
            return DENSITY
        return cls(text, PA_PER_DENSITY * area / ABSOLUTE[text])

    def unit(self, unit: str) -> str:
        """Return the unit that replaces ``unit``: "µA/cm²" becomes "pA"; "mV" remains "mV"."""
        if self.text not in ABSOLUTE:
            return unit
        charge = unit.replace(CHARGE_TEXT, _CHARGES[self.text])
        return charge.replace(DENSITY_TEXT, self.text)

    def factor_of(self, unit: str) -> float:
        """Return what to multiply numbers in ``unit`` by to get them in the unit shown for it.

        unit: as in a parameter or column, such as "µA/cm²" or "nC/cm²". What is no current or
        charge per area is shown as it is: 1.
        """
        return self.factor if self.unit(unit) != unit else 1.0

    def parameter(self, parameter: Parameter) -> Parameter:
        """Return a copy of ``parameter`` for an input field that shows and takes this unit."""
        factor = self.factor_of(parameter.unit)
        if self.unit(parameter.unit) == parameter.unit:
            return parameter
        decades = round(math.log10(factor))
        return replace(
            parameter, unit=self.unit(parameter.unit), minimum=tidy(factor * parameter.minimum),
            maximum=tidy(factor * parameter.maximum), step=parameter.step * 10.0**decades,
            decimals=max(parameter.decimals - decades, 0),
        )  # fmt: skip

    def sentence(self, text: str) -> str:
        """Return ``text`` with the currents and charges in it converted, as "2.24 µA/cm²".

        Both amounts and units without a number are converted.
        """
        return text if self.text not in ABSOLUTE else _AMOUNT.sub(self._amount, text)

    def header(self, name: str) -> str:
        """Return a CSV header with its unit replaced: "I_stim_uA_per_cm2" becomes "I_stim_pA"."""
        return name if self.text not in ABSOLUTE else _ASCII_AMOUNT.sub(self._ascii, name)

    def _amount(self, found: re.Match[str]) -> str:
        numbers = re.sub(_NUMBER, self._number, found["numbers"] or "")
        return numbers + self.unit(found["unit"])

    def _number(self, found: re.Match[str]) -> str:
        text = found[0].replace("−", "-")
        sign = "±" if text.startswith("±") else ""
        digits = len(re.sub(r"e.*|\D", "", text).lstrip("0"))
        value = self.factor * float(text.removeprefix("±"))
        shown = f"{value:.{min(max(digits, 4), _MOST_DIGITS)}g}"
        return sign + (shown.replace("-", "−") if "−" in found[0] else shown)

    def _ascii(self, found: re.Match[str]) -> str:
        if found[0].startswith("nC"):
            return _CHARGES[self.text]
        return f"{self.text}_per_ms" if found["slope"] else self.text


DENSITY = CurrentUnit()


def tidy(value: float) -> float:
    """Return a product without the rounding error of its last digits: 12.566 × 10 as 125.66."""
    return float(f"{value:.13g}")
