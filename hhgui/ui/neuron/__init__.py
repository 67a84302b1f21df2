"""The panel with the neuron's parameters."""
