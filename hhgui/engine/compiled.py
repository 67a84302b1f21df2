"""Define how kernels are compiled and where they are kept. Importing this loads numba."""

from hhgui.engine.kernel_cache import keep_kernels_in, kernel_cache_dir
from hhgui.engine.shipped_kernels import use_shipped_kernels

_FOLDER = kernel_cache_dir()
if _FOLDER is not None:
    keep_kernels_in(_FOLDER)  # for every @njit of the engine
    use_shipped_kernels(_FOLDER)
KERNEL = {"nogil": True, "cache": _FOLDER is not None, "error_model": "numpy"}
