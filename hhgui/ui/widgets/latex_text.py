"""Convert simple LaTeX to text or HTML, for formulas in a sentence and for screen readers.

The subset has letters, subscripts, superscripts, bars, Greek letters and a few operators.
``ui.widgets.equation`` typesets display equations.
"""

import re
from html import escape
from unicodedata import normalize

_TOKEN = re.compile(r"\\[A-Za-z]+(?:\s+(?=[A-Za-z]))?|\\.|.", re.DOTALL)
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "lambda": "λ",
    "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ",
    "theta": "θ", "omega": "ω",
}  # fmt: skip
_SIGNS = {
    "infty": "∞", "sum": "Σ", "prod": "Π", "cdot": "·", "times": "×", "approx": "≈", "le": "≤",
    "leq": "≤", "ge": "≥", "geq": "≥", "neq": "≠", "pm": "±", "to": "→", "propto": "∝",
    "partial": "∂", "int": "∫", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω", "ldots": "…",
    "quad": "  ", "qquad": "   ", "lim": "lim", "exp": "exp", "ln": "ln", "log": "log",
    "begin": "", "end": "", "left": "", "right": "", "displaystyle": "",
}  # fmt: skip
_SPACES = {"\\,": " ", "\\;": " ", "\\:": " ", "\\ ": " ", "\\!": "", "\\\\": " "}
_UPRIGHT = {"mathrm", "text", "operatorname", "mathsf"}
_ACCENTS = {"bar": "\u0304", "overline": "\u0304", "dot": "\u0307", "hat": "\u0302"}
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{\w+\*?\}")


def inline_html(latex: str) -> str:
    """Return the formula as HTML with italic letters and small subscripts and superscripts."""
    return normalize("NFC", _Reader(latex, as_html=True).read())


def plain_text(latex: str) -> str:
    """Return the formula as one line of text, e.g. ``C (dV)/(dt) = I - ḡ_L (V - E_L)``."""
    return normalize("NFC", " ".join(_Reader(latex, as_html=False).read().split()))


class _Reader:
    """Reads the tokens of a formula and converts them, to HTML or to plain text."""

    def __init__(self, latex: str, as_html: bool) -> None:
        self._tokens = _TOKEN.findall(_ENVIRONMENT.sub("", latex))
        self._at = 0
        self._as_html = as_html

    def read(self, upright: bool = False) -> str:
        """Convert all tokens up to the end, or to the closing brace of the present group.

        upright: whether letters are not in italics.
        """
        parts = []
        while self._at < len(self._tokens):
            if self._tokens[self._at] == "}":
                self._at += 1
                break
            parts.append(self._next(upright))
        return "".join(parts)

    def _next(self, upright: bool = False) -> str:
        """Convert the next token with its arguments; return "" at the end."""
        if self._at >= len(self._tokens):
            return ""
        token = self._tokens[self._at]
        self._at += 1
        if token == "{":
            return self.read(upright)
        if token in ("^", "_"):
            return self._shifted(token, upright)
        if token.startswith("\\"):
            return self._command(token, upright)
        return self._character(token, upright)

    def _shifted(self, mark: str, upright: bool) -> str:
        inner = self._next(upright)
        if self._as_html:
            tag = "sup" if mark == "^" else "sub"
            return f"<{tag}>{inner}</{tag}>"
        return f"{mark}{inner}" if inner.isalnum() or len(inner) < 2 else f"{mark}({inner})"

    def _command(self, token: str, upright: bool) -> str:
        if token in _SPACES:
            return _SPACES[token]
        name = token[1:].strip()
        if name in _UPRIGHT:
            return self._next(upright=True)
        if name in _ACCENTS:
            return self._accented(_ACCENTS[name], upright)
        if name in ("frac", "dfrac", "tfrac"):
            above, below = self._next(upright), self._next(upright)
            return f"({above})/({below})"
        if name in _GREEK:
            return self._character(_GREEK[name], upright)
        return _SIGNS.get(name, name if len(name) > 1 else escape(name))

    def _accented(self, accent: str, upright: bool) -> str:
        inner = self._next(upright)
        if inner.endswith("</i>"):
            return f"{inner[:-4]}{accent}</i>"
        return inner + accent

    def _character(self, character: str, upright: bool) -> str:
        if character == "-":
            return "−"
        if character == "&":  # where the lines of an equation are aligned
            return ""
        if not self._as_html:
            return character
        if character.isalpha() and not upright:
            return f"<i>{character}</i>"
        return escape(character)
