"""Provide the Dynamics tab: the phase plane of the neuron, and its bifurcation diagram."""
