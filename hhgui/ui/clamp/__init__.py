"""Provide the Voltage clamp tab: families of currents, exact while a number is edited."""
