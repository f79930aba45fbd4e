"""Whether each part does what it says."""
