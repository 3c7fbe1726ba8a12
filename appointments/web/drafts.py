# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person has typed on the contact page, as it lies sealed on their hold."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

from appointments.models import Hold

_LONGEST: Final = 300
"""Characters kept of each field: more than any of them takes, less than a nuisance."""


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """Raw text, right or wrong: nobody types anything twice because of a mistake. No repr: it names a person."""

    name: str = ""
    remind: str = ""
    email: str = ""
    mobile: str = ""
    phone: str = ""
    post: str = ""
    language: str = ""
    helper: str = ""
    companion: str = ""

    @classmethod
    def typed(cls, data: Mapping[str, str]) -> Self:
        return cls(**{one.name: str(data.get(one.name, ""))[:_LONGEST] for one in fields(cls)})

    @classmethod
    def of(cls, held: Hold) -> Self:
        """The draft of a hold, empty when nothing was typed yet."""
        return cls.typed(json.loads(held.draft_json or "{}"))

    def as_json(self) -> str:
        return json.dumps(asdict(self))

    def values(self) -> dict[str, str]:
        return asdict(self)
