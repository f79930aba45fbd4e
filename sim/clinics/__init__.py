"""Finite access: centers, machines, appointments, and people in line, in SimPy."""
