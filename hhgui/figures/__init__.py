"""Describe figures of results as data, and draw them by matplotlib, without Qt."""
