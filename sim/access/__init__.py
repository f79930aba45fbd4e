"""Finite access in SimPy: machines with an appointment book, lines before them, people who wait."""
