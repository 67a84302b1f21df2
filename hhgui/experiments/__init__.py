"""Define what a lab measures on a neuron: each experiment is a generator that yields results."""
