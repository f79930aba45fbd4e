"""Who advances lives: the compiled cohort engine and the SimPy process engine."""
