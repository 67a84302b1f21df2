"""The list of tabs, and the import contracts in pyproject.toml that separate them."""

import tomllib
from pathlib import Path

from hhgui.ui.tabs import TABS

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


def test_the_contracts_of_rooms_name_every_tab():
    """Every tab's package is in the contract of independence."""
    linter = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["importlinter"]
    contracts = {each["name"]: each for each in linter["contracts"]}
    apart = set(contracts["Tabs and panels do not know each other"]["modules"])
    (rooms, *_) = contracts["Plots and widgets know no room"]["layers"]
    assert {tab.__module__.removesuffix(".tab") for tab, _ in TABS} <= apart
    assert {f"hhgui.ui.{room}" for room in rooms.split(" | ")} == apart
