"""Provide the lesson panel and the page of equations."""
