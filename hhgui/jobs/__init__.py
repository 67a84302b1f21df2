"""Run engine, experiments and storage in threads (QThread), using QtCore only."""
