"""Recorded history folded through the live rules: no database, no clock, no network."""
