"""Settings of review queues."""

from pydantic import BaseModel, ConfigDict


class QueueSettings(BaseModel):
    """Settings that refuse what they do not know and never change."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
