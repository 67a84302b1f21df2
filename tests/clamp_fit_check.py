"""How often fitted rates are within their stated errors. Not a test itself: it takes minutes.

``python -m tests.clamp_fit_check [RECORDINGS]``: the squid's usual family with 1 % of noise, as
many recordings as given (100), and for each of the fifteen numbers how many intervals held the
truth. ``tests/analysis/test_clamp_fit.py`` has one recording of it. Status 1 if a number was held
in fewer than 90 %.
"""

import sys
from collections import Counter

import numpy as np

from hhgui.analysis.clamp_fit import CONFIDENCE
from hhgui.experiments.clamp_fitting import FitRequest, fit_family
from hhgui.experiments.clamp_staircase import ClampStaircase
from tests.shipped import SQUID

NOISE_PERCENT = 1.0
LEAST = 0.9
STEPS = ClampStaircase(values=np.linspace(-100.0, 60.0, 17).tolist())


def main(recordings):
    """Fit so many recordings, print the table, and return the exit status."""
    held, failed = Counter(), Counter()
    gates = {gate.name: gate for gate in SQUID.gates}
    for seed in range(recordings):
        request = FitRequest(STEPS, SQUID, NOISE_PERCENT, seed)
        found = fit_family(request, lambda: False, lambda _: None)
        failed.update(found.problems.values())
        for each in found.fits.values():
            for number in each.numbers:
                true = getattr(getattr(gates[number.gate], number.rate), number.key)
                name = f"{number.gate} {number.rate} {number.key}"
                held[name] += abs(number.value - true) <= CONFIDENCE * number.error
    for name, count in held.items():
        print(f"{name:20} {count} of {recordings}")
    for problem, count in failed.items():
        print(f"not fitted {count} times: {problem}")
    enough = held and min(held.values()) >= LEAST * recordings and not failed
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
