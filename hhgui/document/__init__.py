"""Hold what the user has set, as frozen data: document, setup, session, and their differences."""
