"""What happens to one person: small compiled functions on a flat state."""
