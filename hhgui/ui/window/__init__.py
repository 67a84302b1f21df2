"""Provide the main window: menus, run bar, side panels and their controller."""
