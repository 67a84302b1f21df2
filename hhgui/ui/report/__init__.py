"""Provide the lab report: its dialog, and its pages as PDF."""
