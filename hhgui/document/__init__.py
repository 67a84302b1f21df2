"""What the user has set, as frozen data: document, setup, session, and what differs between two."""
