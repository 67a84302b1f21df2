"""Provide plot parts that all tabs may use: panes, axes, curves and cursors."""
