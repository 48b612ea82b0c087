"""What models and their samples are asked for with, each number and text bounded."""

from typing import Annotated, TypeAlias

from fastapi import Path, Query

#: characters; a file's name is no longer, an author's seldom
_LONGEST_NAME = 255
#: larger than any seed that is asked for twice
MOST_SEED = 2**53 - 1

ModelName: TypeAlias = Annotated[str, Path(min_length=1, max_length=_LONGEST_NAME)]
#: a model's name where two are asked for
AskedModel: TypeAlias = Annotated[str, Query(min_length=1, max_length=_LONGEST_NAME)]
#: as whom; empty: as nobody
AskedAuthor: TypeAlias = Annotated[str, Query(max_length=_LONGEST_NAME)]
#: by chance where it is left out
AnyAuthor: TypeAlias = Annotated[str | None, Query(max_length=_LONGEST_NAME)]
Temperature: TypeAlias = Annotated[float, Query(ge=0.05, le=2.0, allow_inf_nan=False)]
Prefix: TypeAlias = Annotated[str, Query(max_length=100)]
Seed: TypeAlias = Annotated[int, Query(ge=0, le=MOST_SEED)]
Count: TypeAlias = Annotated[int, Query(ge=1, le=20)]
#: the same where the page can do without
OptionalModel: TypeAlias = Annotated[str, Query(max_length=_LONGEST_NAME)]
