"""The neuron as data: membranes, currents, gates, rates, stimuli and the files that hold them.

Pure: numpy and the standard library, no clock, no thread, no window. Canonical units everywhere:
mV, ms, µA/cm², mS/cm², µF/cm², °C.
"""
