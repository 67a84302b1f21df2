"""Provide the Integrators tab, which compares integration methods."""
