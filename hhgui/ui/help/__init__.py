"""Provide the dialogs of the Help menu and the one that reports a failure."""
