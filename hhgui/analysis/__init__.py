"""Analyse traces and neurons: spikes, their shape, gating curves, equilibria, limit cycles."""
