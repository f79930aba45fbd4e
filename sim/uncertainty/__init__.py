"""How sure we are of the parameters: calibration to published outcomes."""
