"""The parameter sets that hhgui ships, read once, whatever the user's folder holds."""

from hhgui.model.library import load_library, models_dir

LIBRARY = load_library(models_dir())
SQUID = LIBRARY["squid-dayan-abbott"]
