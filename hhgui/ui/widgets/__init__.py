"""Provide widgets that all tabs and panels may use: fields, labels, banners and the theme."""
