"""Whether the model agrees with what is published."""
