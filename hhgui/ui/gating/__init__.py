"""Provide the Gating tab: steady states, time constants and rates of every gate."""
