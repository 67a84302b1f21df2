"""Provide the lab report: its dialog, and its PDF."""
