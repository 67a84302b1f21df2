"""Provide plot parts that depend on no room: panes, axes, curves and cursors."""
