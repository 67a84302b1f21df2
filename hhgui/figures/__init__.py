"""Figures of results: what is in one, as data, and its drawing by matplotlib. Knows no Qt."""
