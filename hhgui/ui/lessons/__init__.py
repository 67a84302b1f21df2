"""Provide the lesson panel, the menus of protocols, and the page of equations."""
