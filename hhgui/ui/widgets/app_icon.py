"""Provide the program's icon for windows, task bars and the About box."""

from PySide6.QtGui import QIcon

from hhgui.paths import resource_dir

SIZES = (16, 24, 32, 48, 64, 128, 256)


def app_icon() -> QIcon:
    """Return the icon, an action potential on a blue tile, drawn for each size from an SVG."""
    icon = QIcon()
    for size in SIZES:
        icon.addFile(str(resource_dir() / "icons" / f"hhgui-{size}.png"))
    return icon
