"""What a user writes: population, strategies, clinics, the setting of a run; checked."""
