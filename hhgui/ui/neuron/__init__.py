"""Provide the panel with the neuron's parameters."""
