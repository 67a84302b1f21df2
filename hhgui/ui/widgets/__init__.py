"""Provide widgets that depend on no room: fields, labels, banners and the theme."""
