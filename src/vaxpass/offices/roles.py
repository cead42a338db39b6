"""Roles as lists of permissions, each with a sentence that a lawyer can read.

The sentences are msgids of the locale files; docs/reference/permissions.md is generated from this file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """What somebody may do. Which records or offices it reaches is the officer's scope (scope.py)."""

    RECORD_SEE = "record.see"
    RECORD_ENTER = "record.enter"
    RECORD_MEND = "record.mend"
    UPLOAD_CONFIRM = "upload.confirm"
    DOSES_ATTEST = "doses.attest"
    SIGNING_DELEGATE = "signing.delegate"
    CORRECTION_ASK = "correction.ask"
    CORRECTION_DECIDE = "correction.decide"
    RUN_PREPARE = "run.prepare"
    RUN_APPROVE = "run.approve"
    PASSPORT_SEE = "passport.see"
    PUBLICATION_PROPOSE = "publication.propose"
    PUBLICATION_APPROVE = "publication.approve"
    PROGRESS_SEE = "progress.see"
    HISTORY_SEE = "history.see"
    SUPPORT_ANSWER = "support.answer"
    OFFICERS_ADMINISTER = "officers.administer"


@dataclass(frozen=True, slots=True)
class Role:
    """One role: its stable code, Vietnamese and English names, what it may do, and why in one sentence."""

    code: str
    name_vi: str
    name_en: str
    permissions: frozenset[Permission]
    sentence_vi: str
    sentence_en: str
    office_kinds: frozenset[str]


def _role(  # noqa: PLR0913 -- a role is exactly these columns
    code: str,
    vi: str,
    en: str,
    kinds: Iterable[str],
    permissions: Iterable[Permission],
    why_vi: str,
    why_en: str,
) -> Role:
    return Role(code, vi, en, frozenset(permissions), why_vi, why_en, frozenset(kinds))


P = Permission
ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        _role(
            "facility_clerk", "Nhân viên nhập liệu", "Facility clerk", ["facility"],
            [P.RECORD_SEE, P.RECORD_ENTER, P.UPLOAD_CONFIRM, P.RECORD_MEND, P.CORRECTION_ASK, P.PASSPORT_SEE],
            "Nhập, bổ sung và sửa dữ liệu tiêm của cơ sở mình; không được ký.",
            "Enters, completes and mends the doses of the own facility; may not sign.",
        ),
        _role(
            "facility_signer", "Người ký của cơ sở", "Facility signer", ["facility"],
            [P.RECORD_SEE, P.DOSES_ATTEST, P.CORRECTION_DECIDE, P.PASSPORT_SEE],
            "Ký số dữ liệu tiêm do người khác nhập; quyết định yêu cầu sửa do người khác gửi.",
            "Signs doses that somebody else entered; decides corrections that somebody else asked for.",
        ),
        _role(
            "facility_head", "Người đứng đầu cơ sở", "Facility head", ["facility"],
            [P.RECORD_SEE, P.DOSES_ATTEST, P.CORRECTION_DECIDE, P.PASSPORT_SEE, P.PROGRESS_SEE],
            "Chịu trách nhiệm trước pháp luật về dữ liệu của cơ sở; ký và theo dõi tiến độ.",
            "Answers in law for the facility's data; signs and watches progress.",
        ),
        _role(
            "commune_officer", "Cán bộ trạm y tế xã", "Commune officer", ["commune"],
            [P.RECORD_SEE, P.RECORD_MEND, P.CORRECTION_ASK],
            "Làm sạch thông tin nhân thân của người dân trong xã cùng công an xã.",
            "Cleans the identity data of the commune's residents together with its police.",
        ),
        _role(
            "provincial_officer", "Cán bộ Sở Y tế", "Provincial officer", ["province"],
            [P.RECORD_SEE, P.PROGRESS_SEE, P.SIGNING_DELEGATE],
            "Chỉ đạo, kiểm tra các cơ sở trong tỉnh; chỉ định đơn vị ký thay.",
            "Directs and inspects the province's facilities; names the unit that signs for them.",
        ),
        _role(
            "provincial_signer", "Người ký tập trung của tỉnh", "Provincial signer", ["province"],
            [P.RECORD_SEE, P.DOSES_ATTEST],
            "Ký thay các cơ sở mà tỉnh đã giao cho đơn vị mình.",
            "Signs for the facilities that the province has entrusted to the own unit.",
        ),
        _role(
            "ministry_operator", "Cán bộ vận hành của Bộ", "Ministry operator", ["ministry"],
            [P.RECORD_SEE, P.RUN_PREPARE, P.PASSPORT_SEE, P.PUBLICATION_PROPOSE, P.PROGRESS_SEE],
            "Lập đợt cấp hộ chiếu vắc xin, đề xuất khóa và quy tắc được công bố; không được duyệt việc do mình lập.",
            "Prepares signing runs, proposes keys and rules to be published; may not approve what he or she prepared.",
        ),
        _role(
            "ministry_signer", "Người ký của Bộ", "Ministry signer", ["ministry"],
            [P.RECORD_SEE, P.RUN_PREPARE, P.PASSPORT_SEE],
            "Trông giữ khóa ký và lập đợt ký; không được duyệt đợt do mình lập.",
            "Keeps the signing key and prepares runs; may not approve an own run.",
        ),
        _role(
            "ministry_approver", "Người duyệt của Bộ", "Ministry approver", ["ministry"],
            [P.RECORD_SEE, P.RUN_APPROVE, P.PASSPORT_SEE, P.PUBLICATION_APPROVE, P.PROGRESS_SEE],
            "Duyệt đợt ký, khóa và quy tắc do người khác lập; sau khi duyệt hệ thống mới ký và công bố.",
            "Approves runs, keys and rules that somebody else prepared; only then does the platform sign and publish.",
        ),
        _role(
            "ministry_inspector", "Thanh tra của Bộ", "Ministry inspector", ["ministry"],
            [P.RECORD_SEE, P.PASSPORT_SEE, P.PROGRESS_SEE, P.HISTORY_SEE],
            "Đọc mọi hồ sơ và nhật ký; không thay đổi gì.",
            "Reads every record and log; changes nothing.",
        ),
        _role(
            "support_agent", "Nhân viên hỗ trợ", "Support agent", ["support"],
            [P.SUPPORT_ANSWER, P.PROGRESS_SEE],
            "Trả lời khó khăn, vướng mắc của cơ sở; không thấy dữ liệu cá nhân.",
            "Answers the facilities' difficulties; sees no personal data.",
        ),
        _role(
            "system_administrator", "Quản trị hệ thống", "System administrator", ["ministry"],
            [P.OFFICERS_ADMINISTER],
            "Cấp tài khoản và vai trò; không thấy dữ liệu cá nhân.",
            "Gives accounts and roles; sees no personal data.",
        ),
    )
}  # fmt: skip


def permissions_of(role_codes: Iterable[str]) -> frozenset[Permission]:
    """Everything that the given roles may do together; an unknown code gives nothing."""
    return frozenset().union(*(ROLES[code].permissions for code in role_codes if code in ROLES))
