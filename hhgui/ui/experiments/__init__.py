"""Provide the Measure tab: experiments on the neuron with form, plots and results."""
