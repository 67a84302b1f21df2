"""Provide the Live tab, which shows the running neuron."""
