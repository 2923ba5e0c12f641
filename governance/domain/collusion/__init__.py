"""Rings of agents that damage integrity together, found in what they did for each other."""
