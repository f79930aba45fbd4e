"""How sure the answers are, what they depend on, and what it would be worth to know more."""
