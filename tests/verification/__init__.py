"""Whether the program computes what the model says: closed forms, other software, invariants."""
