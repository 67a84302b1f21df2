"""Widgets that know no room: fields, labels, banners, the theme."""
