"""Describe the neuron as data: membranes, currents, gates, rates, stimuli and their files.

The package is pure: numpy and the standard library, no clock, no thread, no window. The units are
mV, ms, µA/cm², mS/cm², µF/cm² and °C everywhere.
"""
