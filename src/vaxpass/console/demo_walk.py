"""The demo's records walk the way by the very verbs that the desks' buttons call; nothing is put in by a side door.

The files of one facility are left for the newcomer to upload, and something is left waiting at every later station.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from vaxpass import wiring
from vaxpass.adapters.signing.files import DEMO_PIN
from vaxpass.console.demo_given import DEPARTMENTS, enter_demo_given
from vaxpass.console.demo_keys import DemoKeys
from vaxpass.console.demo_offices import enrol_demo_officers, open_demo_offices, sign_ins
from vaxpass.console.demo_rules import publish_demo_rules
from vaxpass.facility_signing import actions as facility_signing
from vaxpass.facility_signing import credentials
from vaxpass.facility_signing import queries as batches
from vaxpass.facility_signing.facts import Verdict
from vaxpass.intake import actions as intake
from vaxpass.intake import queries as uploads
from vaxpass.jobs.intake import store_and_ask
from vaxpass.jobs.ministry_signing import defer_preparing, defer_signing, defer_survey
from vaxpass.ministry_signing import actions as ministry
from vaxpass.ministry_signing import preparing, standing
from vaxpass.ministry_signing import queries as runs
from vaxpass.ministry_signing.rules import RunScope, RunState
from vaxpass.offices.queries import get_actor_by_id
from vaxpass.offices.scope import Actor, Refused
from vaxpass.records import queries as records
from vaxpass.records.states import State
from vaxpass.synth import DEMO_FACILITIES

LEFT_TO_UPLOAD = "40001"
SIGNED = ("40002", "01001", "01002", "01004")
FIRST_RUN = 250
PATIENCE = 180  # seconds for the worker and the simulator to keep up

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's folder and its officers' ids by user name."""

    folder: Path

    @property
    def _officers_file(self) -> Path:
        return self.folder / "officers.json"

    def keep_officers(self, ids: dict[str, int]) -> None:
        """Remember the officers for the next process."""
        self._officers_file.write_text(json.dumps(ids))

    def officer_id(self, username: str) -> int:
        """Give an officer's id."""
        ids: dict[str, int] = json.loads(self._officers_file.read_text())
        return ids[username]

    def actor(self, username: str) -> Actor:
        """Give an officer as he may act now."""
        return get_actor_by_id(self.officer_id(username))

    def file_of(self, code: str) -> Path:
        """Give a facility's synthetic file."""
        return next(file for folder in ("files", "to-upload") for file in (self.folder / folder).glob(f"{code}.*"))


def _now() -> datetime:
    return datetime.now(UTC)


def prepare_people(demo: Demo, keys: DemoKeys, sign_ins_file: Path) -> None:
    """Open the offices, enrol the officers, register the signers' certificates by another's hand."""
    ids = enrol_demo_officers(open_demo_offices(), _now())
    demo.keep_officers(ids)
    for key in keys.signers:
        wish = credentials.Registration(ids[key.username], "pkcs12", key.reference, key.certificates_pem)
        credentials.register_credential(demo.actor("admin"), wish, wiring.facility_anchors(), now=_now())
    shown = [{**one, "pin": keys.pin} for one in sign_ins()]
    sign_ins_file.write_text(json.dumps(shown, ensure_ascii=False))
    publish_demo_rules(demo.actor("operator"), demo.actor("approver"), _now())


def leave_files_to_upload(demo: Demo) -> None:
    """Put one facility's files aside for the newcomer."""
    folder = demo.folder / "to-upload"
    folder.mkdir(exist_ok=True)
    for file in (demo.folder / "files").glob(f"{LEFT_TO_UPLOAD}.*"):
        file.replace(folder / file.name)


def walk(demo: Demo, say: Say) -> None:
    """Let the demo's records walk: enter, compare, sign, certify. An interrupted walk goes on where it stopped."""
    say("• The facilities bring in their files …")
    stored = sum(_bring_in(demo, plan.code) for plan in DEMO_FACILITIES if plan.code != LEFT_TO_UPLOAD)
    say(f"  {stored:,} doses accepted; comparing their people with the population database …")
    _wait(_all_were_asked, "the identity checks")
    for code in SIGNED:
        if facility_signing_waits(demo, code):
            say(f"• Facility {code} signs {_sign(demo, code):,} doses …")
    if not runs.runs().exists():
        say("• Two officers of the ministry release a run …")
        _certify(demo)
    _give_standing_orders(demo)
    enter_demo_given(map(demo.actor, DEPARTMENTS), _now())


def _give_standing_orders(demo: Demo) -> None:
    """From now on a corrected person waits for one press of the approver, and so does whose passport ends."""
    for kind, order in standing.standing_orders().items():
        if order is None:
            standing.begin(demo.actor("operator"), kind, now=_now())


def _all_were_asked() -> bool:
    """Say whether everybody was asked about once; who got no answer is asked again later, as in real life."""
    return not any(states.get(State.RECEIVED) for states in records.count_by_facility_and_state().values())


def facility_signing_waits(demo: Demo, code: str) -> bool:
    """Say whether something waits for a facility's signer."""
    return batches.count_waiting(demo.actor(f"signer.{code}")) > 0


def _bring_in(demo: Demo, code: str) -> int:
    clerk, file = demo.actor(f"clerk.{code}"), demo.file_of(code)
    try:
        upload_id = intake.stage(clerk, content=file.read_bytes(), file_name=file.name, now=_now())
    except Refused as refused:
        if refused.code == "FILE_ALREADY_CONFIRMED":
            return 0
        raise
    intake.map_columns(clerk, upload_id, uploads.mapping_of(uploads.upload_in_reach(clerk, upload_id)))
    intake.check(upload_id, now=_now())
    with transaction.atomic():
        accepted = intake.confirm(clerk, upload_id, states_foreigners=True, now=_now())
        store_and_ask(upload_id, _now())
    return accepted


def _sign(demo: Demo, code: str) -> int:
    signer = demo.actor(f"signer.{code}")
    batch = facility_signing.prepare_batch(signer, signer.office_id, now=_now())
    for drawn in batches.sample_of(batch.id):
        facility_signing.judge_sampled(signer, batch.id, drawn.version_id, Verdict.RIGHT, now=_now())
    credential = batches.list_credentials(signer)[0]
    signed = facility_signing.sign_batch(
        signer,
        batch.id,
        credential_id=credential.id,
        open_key=lambda place: wiring.open_facility_key(place, DEMO_PIN),
        anchors=wiring.facility_anchors(),
        now=_now(),
    )
    return signed.count


def _certify(demo: Demo) -> None:
    first = _ask_for_run(demo, RunScope(limit=FIRST_RUN))
    with transaction.atomic():
        defer_signing(ministry.approve(demo.actor("approver"), first, now=_now()))
    _wait(lambda: runs.get_run(first).state == RunState.DONE, "the ministry's run")
    _ask_for_run(demo, RunScope(province_code="01", limit=FIRST_RUN))
    with transaction.atomic():
        defer_survey(preparing.begin_survey(now=_now()))


def _ask_for_run(demo: Demo, scope: RunScope) -> int:
    with transaction.atomic():
        run_id = ministry.ask_for_run(demo.actor("operator"), scope, now=_now())
        defer_preparing(run_id)
    _wait(lambda: runs.get_run(run_id).state == RunState.PREPARED, "the preparation of a run")
    return run_id


def _wait(is_done: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what} did not end within {PATIENCE} s; see the logs in the state folder.")
        time.sleep(0.2)
