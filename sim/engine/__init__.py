"""Who advances lives: the compiled cohort engine, the SimPy process engine, and their inputs."""
