"""QThread workers: thin shells around engine, experiments and storage. QtCore only."""
