"""Compute runs: tables, kernels, integration methods, the Simulation and batches of neurons.

The engine uses numpy and numba, and no clock, thread or window. Importing ``hhgui.engine.loop``
loads numba, which takes a second; import it in a worker thread, or where there is no window.
"""
