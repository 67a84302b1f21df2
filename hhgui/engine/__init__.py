"""The numbers: tables, kernels, integrators, the stateful Simulation and batch runs.

numpy and numba; no clock, no thread, no window. Importing ``hhgui.engine.loop`` loads numba, which
takes a second: do it in a worker, or where there is no window.
"""
