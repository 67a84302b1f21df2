"""Use the compiled kernels that come with the packaged program, if the processor can run them.

They are compiled for a common kind of processor (``TARGETS``), so that the first start is as quick
as later ones. For any other processor, and in a clone, numba compiles them on the user's machine.
"""

import os
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import numba
from llvmlite import binding

from hhgui.paths import resource_dir


@dataclass(frozen=True)
class Target:
    """A kind of processor: LLVM's name for it, and the features that its kernels may use."""

    cpu: str
    features: frozenset[str]

    @property
    def options(self) -> dict[str, str]:
        """Return numba's settings for this kind of processor, by environment variable."""
        features = ",".join("+" + name for name in sorted(self.features))
        return {"CPU_NAME": self.cpu, "CPU_FEATURES": features}


_X86_64_V3 = (
    "avx avx2 bmi bmi2 cmov cx16 cx8 f16c fma fxsr lzcnt mmx movbe popcnt sahf sse sse2 sse3 "
    "sse4.1 sse4.2 ssse3"
)
_TARGETS = {
    "x86_64": Target("x86-64-v3", frozenset(_X86_64_V3.split())),  # x86-64 psABI, of 2013 or newer
    "arm64": Target("generic", frozenset({"neon"})),
}
_TARGETS |= {"amd64": _TARGETS["x86_64"], "aarch64": _TARGETS["arm64"]}


def target_here() -> Target | None:
    """Return the Target of packages for this operating system and machine.

    None if there is none.
    """
    return _TARGETS.get(platform.machine().lower())


def use_shipped_kernels(cache: Path) -> bool:
    """Copy the kernels that come with the program into ``cache`` and tell numba to use them.

    Call it before anything is compiled. Returns whether this processor can run them. If the user
    has set NUMBA_CPU_NAME, that is respected.
    """
    shipped = resource_dir() / "kernels" / cache.name
    target = target_here()
    if target is None or numba.config.CPU_NAME is not None or not shipped.is_dir():
        return False
    here = {name for name, has in binding.get_host_cpu_features().items() if has}
    if not target.features <= here:
        return False
    for name, value in target.options.items():
        setattr(numba.config, name, value)
    try:
        # numba's index files last, so that every file an index names exists
        for source in sorted(shipped.iterdir(), key=lambda path: path.suffix == ".nbi"):
            _copy(source, cache / source.name)
    except OSError:
        pass  # a full disk: numba compiles
    return True


def _copy(source: Path, target: Path) -> None:
    """Copy a file if it is not there yet, in one step, since another window may be reading it."""
    if not target.exists():
        temporary = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copyfile(source, temporary)
        os.replace(temporary, target)
