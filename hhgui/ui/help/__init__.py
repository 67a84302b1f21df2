"""Dialogs of the Help menu, and the one that tells of a failure."""
