"""Lessons and protocols: what the program brings along for its users to open."""
