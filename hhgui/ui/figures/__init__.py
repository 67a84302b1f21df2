"""Save and copy figures of the tabs' content: dialog, options and preview."""
