"""The panel with the injected current."""
