"""The Experiment tab: single runs, kept ones, and the marked action potential."""
