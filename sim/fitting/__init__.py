"""Fitting the model to what is published: calibration, posterior, emulated trials."""
