"""Lives people on a graphics card, by the same translation of the model as everywhere."""
