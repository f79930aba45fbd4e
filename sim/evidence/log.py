"""The log in which the library says what a user should know; it prints nothing by itself."""

from __future__ import annotations

import logging

LOG = logging.getLogger("spinemets")
