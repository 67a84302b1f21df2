"""Compose a report of what was run and measured, as data and as HTML."""
