"""The log that nobody can quietly change: digests of rows, seals over them, and their check."""
