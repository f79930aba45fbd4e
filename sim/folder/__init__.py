"""The folder of a run: its lock, the list of what a run wrote, the move into place."""
