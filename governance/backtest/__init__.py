"""Recorded decisions and outcomes under another policy: no database, no clock, no network."""
