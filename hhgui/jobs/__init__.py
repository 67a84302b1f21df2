"""Run engine, experiments and storage in QThreads, using QtCore only."""
