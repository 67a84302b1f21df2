"""Compile every kernel for a common processor, for the packaged program to bring along.

In a process of its own, because numba fixes the processor when it is imported; run as a script,
this file is that process and prints the folder.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shipped(build: Path) -> list[tuple[str, str]]:
    """Return the compiled files and the folder of each in the app; kept in ``build`` until used."""
    from hhgui.engine.shipped_kernels import target_here

    target = target_here()
    if target is None:
        return []
    settings = {"NUMBA_" + name: value for name, value in target.options.items()}
    done = subprocess.run(
        [sys.executable, __file__], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
        encoding="utf-8", env=os.environ | settings | {
            "NUMBA_CACHE_DIR": str(build), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1",
        },
    )  # fmt: skip
    folder = Path(done.stdout.strip())
    return [(str(path), f"resources/kernels/{folder.name}") for path in sorted(folder.iterdir())]


def compile_all() -> Path:
    """Run each method, lanes, noise, both clamps and a cycle; return the folder of the cache."""
    import numpy as np

    from hhgui.analysis.cycles import multipliers
    from hhgui.analysis.system import Neuron
    from hhgui.document.fi_protocol import FiProtocol
    from hhgui.engine.kernel_cache import KernelLocator
    from hhgui.engine.methods import METHODS
    from hhgui.engine.simulation import Simulation
    from hhgui.experiments.clamp_staircase import ClampStaircase
    from hhgui.experiments.diagram import CyclePoint, diagram
    from hhgui.experiments.fi import fi_points
    from hhgui.model.library import DEFAULT_ID, load_library, models_dir
    from hhgui.model.stimulus.command import FIRST_COMMAND
    from hhgui.model.stimulus.stimulus import KINDS, Stimulus

    squid = load_library(models_dir())[DEFAULT_ID]
    noisy = Stimulus((KINDS["noise"](),))
    Simulation(squid, FIRST_COMMAND).advance(8)
    for method in METHODS:
        Simulation(squid, noisy, method).advance(8)
        list(fi_points(squid, FiProtocol(0.0, 10.0, 2, 1.0, 2.0, 2.0, method=method)))
    ClampStaircase(series_resistance=1.0, test_duration=1.0).record(squid)
    for piece in diagram(Neuron(squid), 150.0, 160.0, 3000.0):
        if isinstance(piece, CyclePoint):
            break
    multipliers(np.full((2, 2, 2), 1e9))
    assert KernelLocator.folder is not None, "there is no place for kernels"
    return KernelLocator.folder


if __name__ == "__main__":
    print(compile_all())
