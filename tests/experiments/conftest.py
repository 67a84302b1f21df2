"""Membranes for the tests of the experiments."""

import pytest


@pytest.fixture(scope="session")
def squid(library):
    """The squid giant axon as it comes."""
    return library["squid-dayan-abbott"]


@pytest.fixture(scope="session")
def leak(library):
    """A membrane that only leaks: C = 1, g = 1, E = -65 mV."""
    return library["lecture6-model1"]
