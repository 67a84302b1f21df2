"""The Measure tab: every experiment on the neuron, its form, plots and results."""
