"""A scan of recorded interactions: no database, no clock, no network."""
