"""Save and copy figures of what tabs show: dialog, options and preview."""
