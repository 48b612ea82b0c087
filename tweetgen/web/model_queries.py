"""What models and their samples are asked for with, each number and text bounded."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Path, Query

from tweetgen.pipeline.showcase import NOBODY, Wanted

#: characters; a file's name is no longer, an author's seldom
_LONGEST_NAME = 255
#: a browser's numbers are exact up to here
_MOST_SEED = 2**53 - 1

ModelName: TypeAlias = Annotated[str, Path(min_length=1, max_length=_LONGEST_NAME)]
#: a model's name where two are asked for
AskedModel: TypeAlias = Annotated[str, Query(min_length=1, max_length=_LONGEST_NAME)]
#: the same where the page can do without
OptionalModel: TypeAlias = Annotated[str, Query(max_length=_LONGEST_NAME)]
AskedAuthor: TypeAlias = Annotated[str, Query(max_length=_LONGEST_NAME)]
#: by chance where it is left out; empty: nobody
AnyAuthor: TypeAlias = Annotated[str | None, Query(max_length=_LONGEST_NAME)]
Temperature: TypeAlias = Annotated[float, Query(ge=0.05, le=2.0, allow_inf_nan=False)]


def _wanted(
    author: Annotated[str, Query(max_length=_LONGEST_NAME, description="empty: nobody")] = NOBODY,
    temperature: Temperature = 0.8,
    prefix: Annotated[str, Query(max_length=100, description="what each text begins with")] = "",
    seed: Annotated[int, Query(ge=0, le=_MOST_SEED, description="of the first text")] = 1,
    count: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Wanted:
    return Wanted(author, temperature, prefix, seed, count)


#: samples that are asked for
Wish: TypeAlias = Annotated[Wanted, Depends(_wanted)]
