"""The Dynamics tab: the phase plane in which the neuron moves, and its bifurcation diagram."""
