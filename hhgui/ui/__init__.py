"""Widgets. They show what they are given and say, as past-tense signals, what the user did."""
