"""Fields of a user's treatment, each number by a key as the parameters of the evidence have one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def numbers_by_key(treatment: str, fields: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """What fields hold by field and treatment, or with a class of therapy behind a comma.

    Examples
    --------
    >>> numbers_by_key("mine", {"cost": 9.0, "hold_days": {"cytotoxic": 7}})
    {('cost', 'mine'): 9.0, ('hold_days', 'mine, cytotoxic'): 7}
    """
    found = {}
    for field, value in fields.items():
        of = value if isinstance(value, dict) else {"": value}
        for name, one in of.items():
            found[field, f"{treatment}, {name}" if name else treatment] = one
    return found
