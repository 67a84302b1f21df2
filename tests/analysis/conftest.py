"""Fixtures of the analysis tests."""

import pytest


@pytest.fixture(scope="session")
def squid(library):
    """The squid giant axon as it comes."""
    return library["squid-dayan-abbott"]


@pytest.fixture(scope="session", params=[
    "squid-dayan-abbott", "cortical-pyramidal", "traub-miles-lab3", "lecture6-model3",
    "lecture6-model5", "lecture6-model6",
])  # fmt: skip
def membrane(library, request):
    """One membrane after the other, with gates in either form."""
    return library[request.param]
