"""The lesson panel and the page of equations."""
