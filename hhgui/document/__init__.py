"""Hold the user's settings as frozen data: document, setup, session, and their differences."""
