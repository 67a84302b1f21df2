"""Open, save and recover sessions."""
