"""Injected currents: components that add up, their text form, and how they look."""
