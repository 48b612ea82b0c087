"""What all models of files have in common: frozen, nothing unknown, nothing guessed; and how a name is spelt."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$"
Name: TypeAlias = Annotated[str, Field(pattern=NAME, max_length=100)]


class Strict(BaseModel):
    """A mapping of a file."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )
