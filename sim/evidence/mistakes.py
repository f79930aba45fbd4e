"""The one way to fail: what a user wrote and cannot be used, said in plain sentences."""

from __future__ import annotations

import sys
import traceback
from pathlib import PurePath
from types import TracebackType

BAD_INPUT_STATUS = 2
"""Exit status of a program that was given something it cannot use."""


class InputError(ValueError):
    """What a user wrote and cannot be used: a sentence for each field that is wrong.

    A sentence names the field, the value, what is allowed, and the nearest right name. A script
    that does not catch the error ends as the command `spinemets` does: with the sentences and exit
    status 2 instead of a traceback, unless the script has an `excepthook` of its own.

    Parameters
    ----------
    *sentences : str
        All that is wrong, not only the first.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__(*sentences)
        # Not when imported: a program in which nothing goes wrong is left alone.
        if sys.excepthook is sys.__excepthook__:
            sys.excepthook = end_script

    @property
    def sentences(self) -> tuple[str, ...]:
        """A sentence for each thing that is wrong."""
        return self.args

    def __str__(self) -> str:
        """The sentences, a line each."""
        return "\n".join(self.sentences)

    def located(self, script: str) -> tuple[str, ...]:
        """The sentences, each after the line of a script that they come from."""
        frames = [at for at in traceback.extract_tb(self.__traceback__) if at.filename == script]
        place = f"{PurePath(script).name}, line {frames[-1].lineno}: " if frames else ""
        return tuple(f"{place}{sentence}" for sentence in self.sentences)


def end_script(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End a script on what nobody caught: by the sentences of an `InputError`, else as ever.

    Where somebody types, and with `python -X dev`, an `InputError` shows its traceback too.
    """
    somebody_types = hasattr(sys, "ps1") or sys.flags.interactive
    if not isinstance(error, InputError) or somebody_types or sys.flags.dev_mode:
        sys.__excepthook__(kind, error, trace)
        return
    script = getattr(sys.modules["__main__"], "__file__", None) or ""
    for sentence in error.located(script):
        sys.stderr.write(f"Error: {sentence}\n")
    sys.exit(BAD_INPUT_STATUS)
