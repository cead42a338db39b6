"""What officers did, in words: the verbs of every log. A verb without words of its own is shown as it is written."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.reports.rules import StepKind
from vaxpass.rights.words import LOOKS, VERBS

LOG_WORDS: Final[Mapping[str, Words]] = {
    "act": _("Acts"),
    "record": _("Steps of records"),
    "look": _("Looks at people"),
    "report": _("Steps of reports"),
}
ACTS: Final[Mapping[str, Words]] = {
    "sign_in": _("Signed in"),
    "enrol": _("Enrolled an officer"),
    "grant_role": _("Gave a role"),
    "end_role": _("Ended a role"),
    "switch_off": _("Switched an account off"),
    "switch_on": _("Switched an account on"),
    "renew_access": _("Gave new access to an officer"),
    "delegate_signing": _("Named who signs for a facility"),
    "register_credential": _("Registered a signing certificate"),
    "withdraw_credential": _("Withdrew a signing certificate"),
    "upload": _("Uploaded a file"),
    "store_upload": _("Stored an uploaded file"),
    "store_upload_refused": _("An uploaded file could not be stored"),
    "discard_upload": _("Threw an uploaded file away"),
    "download_refused_rows": _("Downloaded refused rows"),
    "download_mending_list": _("Downloaded the list of records to mend"),
    "prepare_batch": _("Prepared a batch for signing"),
    "abandon_batch": _("Let a batch go"),
    "sign_batch": _("Signed a batch"),
    "let_through": _("Let a held record through"),
    "pin_wrong": _("Typed a wrong PIN"),
    "ask_for_run": _("Prepared a run"),
    "decide_holds": _("Decided on people held back"),
    "approve_run": _("Approved a run"),
    "refuse_run": _("Refused a run"),
    "begin_standing_order": _("Began a standing order"),
    "end_standing_order": _("Ended a standing order"),
    "draft_revocation": _("Drafted a revocation order"),
    "mark_revocation": _("Marked people in a revocation order"),
    "propose_revocation": _("Proposed a revocation order"),
    "discard_revocation": _("Discarded a revocation order"),
    "approve_revocation": _("Approved a revocation order"),
    "refuse_revocation": _("Refused a revocation order"),
    "finish_revocation": _("Finished a revocation order"),
    "see_report": _("Opened a report"),
    "accept_report": _("Accepted a report"),
    "refuse_report": _("Refused a report"),
    "ask_more_report": _("Asked a citizen for more"),
    "forward_report": _("Forwarded a report"),
    "uphold_refusal": _("Upheld a refusal"),
    "send_back_report": _("Sent a report back"),
    "propose_keys": _("Proposed a change of keys"),
    "accept_keys": _("Accepted a change of keys"),
    "import_keys": _("Imported keys"),
    "begin_inspection": _("Began an inspection"),
    "check_sampled": _("Looked a row of a sample through"),
    "close_inspection": _("Closed an inspection"),
    "inspect_officer": _("Inspected an officer"),
    "finding_written": _("Wrote a finding"),
    "finding_answered": _("Answered a finding"),
    "finding_sent_back": _("Sent a finding back"),
    "finding_closed": _("Closed a finding"),
    "finding_withdrawn": _("Took a finding back"),
    "see_complaint": _("Read a complaint"),
    "take_up_complaint": _("Took a complaint up"),
    "close_complaint": _("Closed a complaint"),
    "search_acts": _("Searched the acts of officers"),
}


def step_words(log: str, verb: str) -> str:
    """Say what a row of a log tells; the verb itself where nobody put it into words yet."""
    if log == "report" and verb in set(StepKind):
        return sentence(f"REPORT_STEP_{verb}")
    return str({"act": ACTS, "record": VERBS, "look": LOOKS}.get(log, {}).get(verb, verb))


def verbs_of(log: str) -> list[tuple[str, Words]]:
    """List the verbs of one log with their words, to choose from."""
    if log == "report":
        return [(kind.value, step_words(log, kind.value)) for kind in StepKind]
    known: Mapping[str, Words] = {"act": ACTS, "record": VERBS, "look": LOOKS}[log]
    return [(str(verb), words) for verb, words in known.items()]
