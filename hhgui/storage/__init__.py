"""What leaves the app and comes back: CSV, the JSON beside it; every write is atomic."""
