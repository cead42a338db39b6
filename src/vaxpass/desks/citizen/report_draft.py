"""A report that is being written: sealed in the session, never in an address; its photos in sealed rows of their own.

A photo's row is a row of Django's session engine under a random key that only the sealed draft knows: it needs no
table, it ends by itself, and whoever reads the database sees neither picture nor whose it is.
"""

import base64
import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from vaxpass.records.sealing import SealBrokenError, open_seal, open_sealed_bytes, seal, seal_bytes
from vaxpass.reports.evidence import Evidence, SourceType
from vaxpass.reports.frames import Frame, read_frames, write_frames
from vaxpass.reports.rules import Claimed, Relation, Wrong

_DRAFT: Final = "report_draft"
_NUMBER: Final = "report_number"
_PICTURE: Final = "report_picture"
_SOURCE: Final = "report_picture_source"
_PHOTOS_LIVE: Final = timedelta(hours=2)


@dataclass(slots=True)
class Draft:
    """What was answered so far.

    `line`: what a proven citizen chose from the own record (see report_forms), with `person_id` and `version_id`; else
    blank and None. `right_said`, `place_known`, `photos_done`: that step was answered. `photos`: keys of sealed
    rows. `token`: of the code that was sent.
    """

    relation: str = ""
    reporter_name: str = ""
    line: str = ""
    person_id: int | None = None
    version_id: int | None = None
    wrongs: list[str] = field(default_factory=list)
    right_said: bool = False
    claimed: dict[str, str] = field(default_factory=dict)
    province_code: str = ""
    facility_id: int | None = None
    commune_office_id: int | None = None
    place_known: bool = False
    note: str = ""
    photos: list[str] = field(default_factory=list)
    photos_done: bool = False
    phone: str = ""
    email: str = ""
    token: str = ""
    contact_proven: bool = False

    @property
    def kinds(self) -> tuple[Wrong, ...]:
        """Give what is wrong."""
        return tuple(Wrong(one) for one in self.wrongs)

    @property
    def for_whom(self) -> Relation:
        """Give for whom; before it was said, for oneself."""
        return Relation(self.relation or Relation.SELF)

    @property
    def claim(self) -> Claimed:
        """Give what is right, as typed."""
        return Claimed(**self.claimed)


def read_draft(request: HttpRequest) -> Draft:
    """Give the draft of a session; an empty one where there is none, or where it cannot be opened any more."""
    kept = _unsealed(request, _DRAFT)
    try:
        return Draft(**json.loads(kept)) if kept else Draft()
    except (TypeError, ValueError):  # written by an older release
        return Draft()


def keep_draft(request: HttpRequest, draft: Draft) -> None:
    """Keep a draft, sealed."""
    _seal_into(request, _DRAFT, json.dumps(asdict(draft)))


def drop_draft(request: HttpRequest) -> None:
    """Forget the draft and its photos."""
    for key in read_draft(request).photos:
        drop_photo(key)
    request.session.pop(_DRAFT, None)


def keep_number(request: HttpRequest, number: str) -> None:
    """Keep the number of the report that is followed, sealed."""
    _seal_into(request, _NUMBER, number)


def read_kept_number(request: HttpRequest) -> str:
    """Give the number of the report that is followed; blank where none is."""
    return _unsealed(request, _NUMBER)


def drop_number(request: HttpRequest) -> None:
    """Stop following."""
    request.session.pop(_NUMBER, None)


def put_photo(picture: Evidence) -> str:
    """Keep a picture for two hours, sealed; give its key."""
    row = SessionStore()
    frame = Frame(picture.content, picture.width, picture.height)
    row[_PICTURE] = base64.b64encode(seal_bytes(write_frames([frame]))).decode()
    row[_SOURCE] = picture.source_type.value
    row.set_expiry(_PHOTOS_LIVE)
    row.create()
    return str(row.session_key)


def take_photo(key: str) -> Evidence | None:
    """Give a picture by its key; None when its time is over."""
    row: Any = SessionStore(session_key=key)
    if _PICTURE not in row:
        return None
    frames = read_frames(open_sealed_bytes(base64.b64decode(row[_PICTURE])))
    (frame,) = (one for one in frames if isinstance(one, Frame))
    return Evidence(frame.content, frame.width, frame.height, SourceType(row[_SOURCE]))


def drop_photo(key: str) -> None:
    """Delete a picture."""
    SessionStore(session_key=key).delete()


def _seal_into(request: HttpRequest, name: str, text: str) -> None:
    request.session[name] = base64.b64encode(seal(text)).decode()


def _unsealed(request: HttpRequest, name: str) -> str:
    kept = request.session.get(name, "")
    try:
        return open_seal(base64.b64decode(kept)) if kept else ""
    except SealBrokenError:  # its key was retired meanwhile
        return ""
