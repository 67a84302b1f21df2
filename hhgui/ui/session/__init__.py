"""Open, save and recover sessions in the window."""
