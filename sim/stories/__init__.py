"""One life told: find a person, the story, twins, portrait."""
