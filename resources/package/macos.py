"""What macOS reads of the packaged app: its Info.plist."""

import re
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions

BUNDLE_ID = "local.hhgui"  # a placeholder until somebody signs
SESSION_TYPE = f"{BUNDLE_ID}.session"
_TAG = re.compile(r"^Tag: .*-macosx_(\d+)_(\d+)_", re.MULTILINE)


def oldest_system(packages: Iterable[Distribution] | None = None) -> str:
    """Return the oldest macOS that runs all installed wheels, as "14.0"; "" without such wheels.

    A wheel of several tags runs on the oldest of them.
    """
    needs = []
    for package in distributions() if packages is None else packages:
        tags = _TAG.findall(package.read_text("WHEEL") or "")
        if tags:
            needs.append(min((int(major), int(minor)) for major, minor in tags))
    return "{}.{}".format(*max(needs)) if needs else ""


def info_plist() -> dict[str, object]:
    """Return what the app says of itself beside its name and version."""
    return {
        "CFBundleDisplayName": "hhgui",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": "hhgui session",
                "CFBundleTypeRole": "Editor",
                "CFBundleTypeIconFile": "hhgui.icns",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [SESSION_TYPE],
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": SESSION_TYPE,
                "UTTypeDescription": "hhgui session",
                "UTTypeConformsTo": ["public.json"],
                "UTTypeTagSpecification": {"public.filename-extension": ["hhgui"]},
            }
        ],
        "LSAppNapIsDisabled": True,  # a sweep goes on at full speed behind other windows
        "LSApplicationCategoryType": "public.app-category.education",
        "LSMinimumSystemVersion": oldest_system(),
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": "hhgui contributors, MIT licence",
    }
