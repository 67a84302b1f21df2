"""Noise that is the same for the same seed, however a run is cut into blocks.

Counter-based: the k-th normal number is a function of (seed, k) alone. Bits from SplitMix64
(Steele, Lea & Flood 2014), normals by Box & Muller 1958.
"""

import math

import numpy as np
from numba import njit

from hhgui.engine.integrators._kernel import INLINE, KERNEL

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE = np.uint64(1)


@njit(**INLINE)
def _bits(counter):
    z = counter * _STEP
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@njit(**INLINE)
def _uniform(seed, counter):
    """In (0, 1], never 0, for the logarithm."""
    return (float(_bits(_bits(seed + _ONE) ^ counter) >> _S11) + 1.0) * 2.0**-53


@njit(**INLINE)
def normal(seed, k):
    """The k-th standard normal number of ``seed`` (both uint64)."""
    radius = math.sqrt(-2.0 * math.log(_uniform(seed, k + k)))
    return radius * math.cos(2.0 * math.pi * _uniform(seed, k + k + _ONE))


@njit(**KERNEL)
def ornstein_uhlenbeck(out, x, seed, first, decay, kick):
    """x(k+1) = decay x(k) + kick normal(seed, first + k), from x(0) = x, into ``out``.

    With decay = exp(-dt/tau), kick = sd sqrt(1 - decay**2) this is exact at every step
    (Gillespie 1996, Phys Rev E 54:2084).
    """
    key = np.uint64(seed)
    out[0] = x
    for k in range(out.size - 1):
        out[k + 1] = decay * out[k] + kick * normal(key, np.uint64(first + k))
