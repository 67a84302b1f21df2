"""Offer edits of a curve as a whole: its terms, how they are combined, and its bounds."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from hhgui.analysis.gate_form import bounded, can_grow, shortened, with_term, without_term
from hhgui.model.rate import AnyCurve, Combine, Curve, as_curve


class CurveMenu(QToolButton):
    """A button with a menu that edits a curve; ``curve_given(curve)`` is emitted with the result.

    name: its objectName, with which those of its entries begin. The entries are made for the curve
    that was last shown, when the menu opens.
    """

    curve_given = Signal(object)

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}.edit")
        self.setAccessibleName(f"Terms and bounds of {title}")
        self.setToolTip("Add or remove terms and bounds")
        self.setText("⋯")
        self.setAutoRaise(True)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._name = name
        self._curve: AnyCurve | None = None
        self._entries = QMenu(self)
        self._entries.aboutToShow.connect(self.fill)
        self.setMenu(self._entries)

    def show_curve(self, curve: AnyCurve) -> None:
        """Set the curve that the menu edits."""
        self._curve = curve

    def fill(self) -> None:
        """Make the entries for this curve."""
        self._entries.clear()
        if self._curve is None:
            return
        whole, short = as_curve(self._curve), not isinstance(self._curve, Curve)
        terms, combine = whole.terms, whole.combine
        self._add("add_term", "Add a term", partial(with_term, whole))
        self._entries.actions()[0].setEnabled(can_grow(whole))
        for place in range(len(terms)) if len(terms) > 1 else ():
            self._add(f"remove_term.{place + 1}", f"Remove term {place + 1}",
                      partial(without_term, whole, place))  # fmt: skip
        self._entries.addSeparator()
        for each in Combine if len(terms) > 1 else ():
            self._add(f"combine.{each}", f"{each.capitalize()} of the terms",
                      partial(replace, whole, combine=each), each is combine)  # fmt: skip
        for key, text in (("minimum", "Lower bound"), ("maximum", "Upper bound")):
            on = getattr(whole, key) is not None
            self._add(key, text, partial(bounded, whole, key, not on), on)
        plain = len(terms) == 1 and whole.minimum is None and whole.maximum is None
        other = whole if short else shortened(replace(whole, exponent=1.0, offset=0.0))
        self._add("exponent", "Exponent and offset of the whole", lambda: other, not short)
        self._entries.actions()[-1].setEnabled(plain)

    def _add(
        self, key: str, text: str, make: Callable[[], AnyCurve], checked: bool | None = None
    ) -> None:
        """Add an entry; make: returns the edited curve; checked: its check mark, None for none."""
        action = self._entries.addAction(text)
        action.setObjectName(f"{self._name}.{key}")
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        action.triggered.connect(lambda _on: self.curve_given.emit(make()))
