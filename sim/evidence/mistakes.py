"""The one way to fail: what a user wrote and cannot be used, said in plain sentences."""

from __future__ import annotations

import sys
import traceback
from pathlib import PurePath
from types import TracebackType

BAD_INPUT_STATUS = 2
"""Exit status of a program that was given something it cannot use."""
MOST_SENTENCES = 20
"""Sentences that are told of one error; the rest is counted in the last of them."""
_MOST_LETTERS = 60
"""Letters of a wrong value that are told."""


class InputError(ValueError):
    """What a user wrote and cannot be used: a sentence for each field that is wrong.

    A sentence names the field, the value, what is allowed, and the nearest right name. A script
    that does not catch the error ends as the command `spinemets` does: with the sentences and exit
    status 2 instead of a traceback, unless the script has an `excepthook` of its own. A notebook
    shows the sentences alone.

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

    @property
    def told(self) -> tuple[str, ...]:
        """The sentences, a line each, at most twenty: of more, how many there are."""
        return shortened([" ".join(sentence.split()) for sentence in self.sentences])

    def __str__(self) -> str:
        """The sentences, a line each."""
        return "\n".join(self.told)

    def _render_traceback_(self) -> list[str]:
        """What IPython and notebooks show."""
        return [f"Error: {sentence}" for sentence in self.told]

    def located(self, script: str) -> tuple[str, ...]:
        """The sentences, each after the line of a script that they come from."""
        frames = [at for at in traceback.extract_tb(self.__traceback__) if at.filename == script]
        place = f"{PurePath(script).name}, line {frames[-1].lineno}: " if frames else ""
        return tuple(f"{place}{sentence}" for sentence in self.told)


def shortened(sentences: list[str]) -> tuple[str, ...]:
    """At most twenty sentences: of more, the first ones and how many there are.

    Examples
    --------
    >>> shortened([f"line {i}" for i in range(100)])[-2:]
    ('line 18', 'and 81 more mistakes')
    """
    if len(sentences) <= MOST_SENTENCES:
        return tuple(sentences)
    kept = sentences[: MOST_SENTENCES - 1]
    return (*kept, f"and {len(sentences) - len(kept)} more mistakes")


def shown(value: object) -> str:
    """A wrong value as Python writes it, cut short if it is long.

    Examples
    --------
    >>> shown("soon"), len(shown([0] * 1_000))
    ("'soon'", 60)
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 4]} ..."


def somebody_types() -> bool:
    """Say whether code comes from a prompt or a notebook, not from a file or a command line."""
    from_command = sys.argv[:1] in (["-c"], ["-"])
    return not hasattr(sys.modules["__main__"], "__file__") and not from_command


def end_script(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """End a script on what nobody caught: by the sentences of an `InputError`, else as ever.

    Where somebody types, and with `python -X dev`, an `InputError` shows its traceback too.
    """
    at_a_prompt = hasattr(sys, "ps1") or sys.flags.interactive
    if not isinstance(error, InputError) or at_a_prompt or sys.flags.dev_mode:
        sys.__excepthook__(kind, error, trace)
        return
    script = getattr(sys.modules["__main__"], "__file__", None) or ""
    for sentence in error.located(script):
        sys.stderr.write(f"Error: {sentence}\n")
    sys.exit(BAD_INPUT_STATUS)


def only_with(needed: str, chosen: bool, **options: object) -> None:
    """Refuse options that do nothing unless another one is given.

    Raises
    ------
    InputError
        If one of them is not None and the other one was not chosen.
    """
    for name, value in options.items():
        if value is not None and not chosen:
            option = name.replace("_", "-")
            raise InputError(f"--{option} does nothing by itself; allowed: with --{needed}")
