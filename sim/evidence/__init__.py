"""What is known: parameters, targets and sources as tables, and the reader that checks and draws."""

from sim.evidence.reader import Evidence, EvidenceError, Parameter, evidence
from sim.evidence.targets import Target, targets

__all__ = ["Evidence", "EvidenceError", "Parameter", "Target", "evidence", "targets"]
