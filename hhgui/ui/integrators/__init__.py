"""The Integrators tab: methods side by side."""
