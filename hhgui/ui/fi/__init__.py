"""Provide the f–I tab, which measures sweeps of current steps."""
