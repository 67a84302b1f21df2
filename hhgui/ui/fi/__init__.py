"""The f–I tab: sweeps of current steps."""
