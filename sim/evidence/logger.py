"""The log of this program, under its name."""

from __future__ import annotations

import logging

LOG = logging.getLogger("spinemets")
