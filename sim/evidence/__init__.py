"""What is known: tables of parameters, targets and sources, and their reader."""
