"""What is known: tables of parameters, targets and sources, and their reader."""

from sim.evidence.reader import Evidence, EvidenceError, Parameter, evidence
from sim.evidence.targets import Target, targets

__all__ = ["Evidence", "EvidenceError", "Parameter", "Target", "evidence", "targets"]
