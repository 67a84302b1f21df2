"""Provide the Integrators tab, which compares methods."""
