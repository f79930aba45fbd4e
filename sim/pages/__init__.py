"""Pages for readers: one file each, which needs neither network nor installation."""
