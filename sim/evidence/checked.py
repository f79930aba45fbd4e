"""Frozen objects that check their fields, and say in sentences what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from sim.evidence.mistakes import InputError, shown
from sim.evidence.vocabulary import nearest


class Checked(BaseModel):
    """What has fields: they cannot be changed, misspelt, or hold what is no finite number.

    Raises
    ------
    InputError
        With every field that is wrong, those of objects within it by their path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, **fields: Any) -> None:
        with _in_sentences(type(self)):
            super().__init__(**fields)

    # Pydantic then checks an object within another by its fields, so that its errors keep a path.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Make one of a dictionary, as `Checked(**dictionary)` does."""
        with _in_sentences(cls):
            return super().model_validate(obj, **options)

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        if faults := dict.fromkeys(self.faults()):
            raise InputError(*faults)
        return self

    def faults(self) -> Iterator[str]:
        """What is wrong of several fields together, once each by itself is right."""
        yield from ()

    def with_options(self, **changes: object) -> Self:
        """The same with some fields changed, checked again."""
        return type(self)(**{**dict(self), **changes})

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse to change a field."""
        with _in_sentences(type(self)):
            super().__setattr__(name, value)


def one_of(words: tuple[str, ...] | Callable[[], Iterable[str]]) -> AfterValidator:
    """A check, for `Annotated`, that a word is one of those that are known, or read when needed."""

    def check(word: str) -> str:
        known = tuple(words() if callable(words) else words)
        if word not in known:
            raise ValueError(f"is {word!r}; {nearest(word, known)}")
        return word

    return AfterValidator(check)


ONE_OR_SEVERAL = BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)
"""For `Annotated`: a word stands for a list of it alone."""


def each_of(words: tuple[str, ...]) -> AfterValidator:
    """A check, for `Annotated`, of all words of a tuple or all keys of a dictionary."""

    def check(given: Any) -> Any:
        for word in given:
            if word not in words:
                raise ValueError(f"names {word!r}; {nearest(word, words)}")
        return given

    return AfterValidator(check)


ONE, BY_NAME, INTERVAL = Tag("@one"), Tag("@by_name"), Tag("@interval")
ONE_OR_BY_NAME = Discriminator(lambda given: (BY_NAME if isinstance(given, dict) else ONE).tag)
"""For `Annotated`: of a value or a dictionary, only what is wrong of the one meant is told."""


_ALLOWED = {
    "greater_than_equal": "at least {bound}",
    "greater_than": "more than {bound}",
    "less_than_equal": "at most {bound}",
    "less_than": "less than {bound}",
    "finite_number": "a finite number",
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    "string_type": "a text",
    **dict.fromkeys(("dict_type", "model_type"), "a dictionary"),
    **dict.fromkeys(("date_type", "date_parsing"), "a date, such as 2010-05-01"),
    "date_from_datetime_parsing": "a date, such as 2010-05-01",
    **dict.fromkeys(("tuple_type", "list_type"), "a list"),
}
"""What is allowed, in the words of this program, by the kind of mistake that Pydantic finds."""


@contextmanager
def _in_sentences(kind: type[BaseModel]) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        told = [_sentences(kind, problem) for problem in error.errors()]
        raise InputError(*(sentence for sentences in told for sentence in sentences)) from None


def _sentences(kind: type[BaseModel], problem: ErrorDetails) -> tuple[str, ...]:
    """Field, value, what is allowed, nearest right name."""
    tags = (ONE.tag, BY_NAME.tag, INTERVAL.tag)
    path = [str(part) for part in problem["loc"] if part not in tags]
    field = ".".join(path)
    match problem["type"]:
        case "value_error":
            error = problem["ctx"]["error"]
            messages = error.sentences if isinstance(error, InputError) else (str(error),)
            return tuple(f"{field} {message}".lstrip() for message in messages)
        case "missing":
            return (f"{field} is missing; allowed: a value, as it has no default",)
        case "frozen_instance":
            return (f"{field} is frozen; allowed: to make another {kind.__name__}",)
        case "extra_forbidden":
            fields = list(_kind_at(kind, path[:-1]).model_fields)
            return (f"{field} is not a field; {nearest(path[-1], fields)}",)
        case "literal_error":
            words = str(problem["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
            allowed = nearest(str(problem["input"]), words.split(", "))
        case other if other in _ALLOWED:
            bound = problem["msg"].rpartition(" ")[2]
            allowed = f"allowed: {_ALLOWED[other].format(bound=bound)}"
        case _:
            said = problem["msg"].removeprefix("Input should be ")
            allowed = f"allowed: {said[0].lower()}{said[1:]}"
    return (f"{field or kind.__name__} is {shown(problem['input'])}; {allowed}",)


def _kind_at(kind: type[BaseModel], path: Iterable[str]) -> type[BaseModel]:
    """The class of the object at a path of fields; keys and positions are passed over."""
    for part in path:
        if part in kind.model_fields:
            kind = next(_kinds_in(kind.model_fields[part].annotation), kind)
    return kind


def _kinds_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _kinds_in(inner)
