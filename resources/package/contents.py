"""What goes into the packaged app, and what PyInstaller would bring along for nothing."""

import re
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

Entry = tuple[str, str, str]  # name inside the app, file it comes from, kind: PyInstaller's TOC

# Modules that nothing here uses, but that hooks or try-imports would bring along. QtOpenGL and
# QtOpenGLWidgets stay: pyqtgraph imports them. So does _hashlib: numba hashes the whole program.
UNUSED = [
    "IPython",
    "PySide6.QtConcurrent",
    "PySide6.QtDesigner",
    "PySide6.QtHelp",
    "PySide6.QtNetwork",
    "PySide6.QtPdf",
    "PySide6.QtPrintSupport",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtSql",
    "PySide6.QtSvgWidgets",
    "PySide6.QtTest",
    "PySide6.QtUiTools",
    "PySide6.QtXml",
    "_ssl",
    "coverage",
    "hypothesis",
    "matplotlib.pyplot",
    "numba.np.ufunc.omppool",
    "numba.np.ufunc.tbbpool",
    "numpy.f2py",
    "pandas",
    "pydoc_data",
    "pygments",
    "pyqtgraph.examples",
    "pyqtgraph.jupyter",
    "pyqtgraph.opengl",
    "pytest",
    "readline",
    "scipy",
    "setuptools",
    "tkinter",
]
# Loaded by import_module or from data files, or only when asked for: PyInstaller may not see them.
WHOLE = ["hhgui"]
# Qt's plugins are files in folders. Of these folders only the named ones are of use here.
PLUGINS = {
    "platforms": {"xcb", "wayland", "offscreen", "windows", "cocoa"},
    "platformthemes": {"xdgdesktopportal"},
    "platforminputcontexts": {
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    },
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-shell-integration": {"xdg-shell"},
    "styles": {"modernwindowsstyle", "macstyle"},
    "imageformats": {"svg", "ico", "icns", "jpeg"},
    "iconengines": {"svgicon"},
}
_PLUGIN = re.compile(r"PySide6/(?:Qt/)?plugins/([^/]+)/(?:lib)?q?([^/.]+)")


def present(packages: Iterable[str]) -> list[str]:
    """Those of ``packages`` that are installed."""
    return [name for name in packages if find_spec(name) is not None]


def is_wanted(name: str) -> bool:
    """Whether a file is of use: hhgui speaks English, and needs few of Qt's plugins."""
    path = name.replace("\\", "/")
    if "/translations/" in path or path.endswith("opengl32sw.dll"):  # a software OpenGL, 20 MB
        return False
    plugin = _PLUGIN.search(path)
    return plugin is None or plugin[2] in PLUGINS.get(plugin[1], ())


def without_dangling(datas: list[Entry], binaries: list[Entry]) -> list[Entry]:
    """Leave out the links to Linux libraries that are not among ``binaries`` any more."""
    there = {Path(name).name for name, _, _ in binaries}
    return [
        (name, source, kind) for name, source, kind in datas
        if kind != "SYMLINK" or ".so" not in name or Path(name).name in there
    ]  # fmt: skip


def without_orphans(binaries: list[Entry]) -> list[Entry]:
    """Leave out the libraries that only unwanted plugins needed. Linux only: elsewhere Qt has few.

    What is kept: all that is loaded by its name (modules, plugins), and what that needs.
    """
    if not sys.platform.startswith("linux"):
        return binaries
    from PyInstaller.depend.bindepend import get_imports

    files = {Path(name).name: source for name, source, kind in binaries if kind != "SYMLINK"}
    todo = [Path(name).name for name, _, kind in binaries if kind != "SYMLINK" and _is_root(name)]
    needed = set(todo)
    while todo:
        for wanted, _path in get_imports(files[todo.pop()]):
            library = Path(wanted).name
            if library in files and library not in needed:
                needed.add(library)
                todo.append(library)
    return [entry for entry in binaries if Path(entry[0]).name in needed]


def _is_root(name: str) -> bool:
    """Whether a file is loaded by its name, and not because another one needs it."""
    in_folder = "/" in name and "/Qt/lib/" not in name and "numpy.libs" not in name
    return in_folder or name.startswith("libpython")
