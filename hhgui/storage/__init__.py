"""Read and write files: CSV tables, the JSON beside them, sessions; every write is atomic."""
