"""Provide widgets that show data and report user actions as past-tense signals."""
