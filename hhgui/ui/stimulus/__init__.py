"""Provide the panel with the injected current."""
