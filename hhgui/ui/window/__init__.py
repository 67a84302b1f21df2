"""The main window: menus, run bar, side panels, and the controller that joins them."""
