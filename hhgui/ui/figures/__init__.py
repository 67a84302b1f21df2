"""Figures of what the tabs show: dialog, layout and painting."""
