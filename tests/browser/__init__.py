"""Pages in a real browser, from a file."""
