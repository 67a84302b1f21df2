"""Provide the Single run tab: single runs, kept runs and measured action potentials."""
