"""Whether a small run still gives what it gave."""
