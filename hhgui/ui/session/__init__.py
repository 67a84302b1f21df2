"""Sessions in the window: opening, saving, recovery."""
