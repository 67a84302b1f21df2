"""Plot parts that know no room: panes, axes, curves, cursors."""
