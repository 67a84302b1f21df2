"""The Live tab: the neuron as it runs."""
