"""Functions of the kernels: plain Python here, compiled into a loop where ``loop.py`` is imported.

A method's file so costs no numba to read: the window lists the methods before anything compiles,
and a test may call any of these functions with plain numbers.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
# without forceinline LLVM leaves calls in the loop and it is several times slower
SCALAR = {"forceinline": True, "error_model": "numpy"}
# nnan and ninf would be wrong here: forward Euler may well reach them in a lane that ran away
FAST = {"nsz", "arcp", "contract", "afn", "reassoc"}
LANE = SCALAR | {"fastmath": FAST}
INLINED: list[tuple[Callable[..., Any], dict[str, Any]]] = []


def inlined(function: Function) -> Function:
    """Inlined by LLVM into every kernel that calls it."""
    INLINED.append((function, SCALAR))
    return function


def lane_inlined(function: Function) -> Function:
    """Likewise for 64 lanes side by side, with sums in any order."""
    INLINED.append((function, LANE))
    return function
