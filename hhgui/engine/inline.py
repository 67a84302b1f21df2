"""Mark the functions of kernels for inlining; ``loop.py`` compiles them.

Here they remain plain Python, so that the file of a method imports no numba: the window can list
the methods before anything is compiled, and a test may call any of these functions with numbers.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
# Without forceinline LLVM leaves calls in the loop and it is several times slower. Without _nrt
# numba counts no references to the arrays of its caller, which took a seventh of a step.
SCALAR = {"forceinline": True, "error_model": "numpy", "_nrt": False}
# nnan and ninf would be wrong here: forward Euler may well reach them in a lane that ran away
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
LANE = SCALAR | {"fastmath": FAST}
INLINED: list[tuple[Callable[..., Any], dict[str, Any]]] = []


def inlined(function: Function) -> Function:
    """Mark ``function`` to be inlined by LLVM into every kernel that calls it, and return it."""
    INLINED.append((function, SCALAR))
    return function


def lane_inlined(function: Function) -> Function:
    """Mark ``function`` to be inlined into the loop over 64 neurons, and return it.

    LLVM may add the terms of its sums in any order.
    """
    INLINED.append((function, LANE))
    return function
