"""Provide the Voltage clamp tab: families of currents, computed while numbers are edited."""
