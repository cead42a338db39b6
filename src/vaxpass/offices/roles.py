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
    REPORT_SEE = "report.see"
    REPORT_ANSWER = "report.answer"
    OBJECTION_DECIDE = "objection.decide"
    RUN_PREPARE = "run.prepare"
    RUN_APPROVE = "run.approve"
    PASSPORT_SEE = "passport.see"
    PUBLICATION_PROPOSE = "publication.propose"
    PUBLICATION_APPROVE = "publication.approve"
    REVOCATION_PROPOSE = "revocation.propose"
    REVOCATION_APPROVE = "revocation.approve"
    RIGHTS_ANSWER = "rights.answer"
    PROGRESS_SEE = "progress.see"
    HISTORY_SEE = "history.see"
    GIVEN_ENTER = "given.enter"
    DIRECTIVE_ISSUE = "directive.issue"
    DIRECTIVE_FOLLOW = "directive.follow"
    INSPECTION_LEAD = "inspection.lead"
    FINDING_ANSWER = "finding.answer"
    DIFFICULTY_OPEN = "difficulty.open"
    SUPPORT_ANSWER = "support.answer"
    STATUS_PUBLISH = "status.publish"
    HEALTH_SEE = "health.see"
    UNITS_CHANGE = "units.change"
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
            [P.RECORD_SEE, P.RECORD_ENTER, P.UPLOAD_CONFIRM, P.RECORD_MEND, P.CORRECTION_ASK, P.PASSPORT_SEE,
             P.REPORT_SEE, P.REPORT_ANSWER, P.DIFFICULTY_OPEN],
            "Nhập, bổ sung và sửa dữ liệu tiêm của cơ sở mình, trả lời phản ánh của người dân; không được ký.",
            "Enters, completes and mends the doses of the own facility, answers citizens' reports; may not sign.",
        ),
        _role(
            "facility_signer", "Người ký của cơ sở", "Facility signer", ["facility"],
            [P.RECORD_SEE, P.DOSES_ATTEST, P.CORRECTION_DECIDE, P.PASSPORT_SEE, P.REPORT_SEE, P.DIFFICULTY_OPEN],
            "Ký số dữ liệu tiêm do người khác nhập; quyết định yêu cầu sửa do người khác gửi.",
            "Signs doses that somebody else entered; decides corrections that somebody else asked for.",
        ),
        _role(
            "facility_head", "Người đứng đầu cơ sở", "Facility head", ["facility"],
            [P.RECORD_SEE, P.DOSES_ATTEST, P.CORRECTION_DECIDE, P.PASSPORT_SEE, P.PROGRESS_SEE, P.REPORT_SEE,
             P.REPORT_ANSWER, P.DIRECTIVE_FOLLOW, P.FINDING_ANSWER, P.DIFFICULTY_OPEN],
            "Chịu trách nhiệm trước pháp luật về dữ liệu của cơ sở; ký, theo dõi tiến độ, thực hiện chỉ đạo.",
            "Answers in law for the facility's data; signs, watches progress, follows directives and findings.",
        ),
        _role(
            "commune_officer", "Cán bộ trạm y tế xã", "Commune officer", ["commune"],
            [P.RECORD_SEE, P.RECORD_MEND, P.CORRECTION_ASK, P.REPORT_SEE, P.REPORT_ANSWER, P.DIRECTIVE_FOLLOW,
             P.DIFFICULTY_OPEN],
            "Làm sạch thông tin nhân thân của người dân trong xã cùng công an xã; trả lời phản ánh của họ.",
            "Cleans the identity data of the commune's residents together with its police; answers their reports.",
        ),
        _role(
            "district_officer", "Cán bộ Trung tâm Y tế huyện", "District officer", ["district"],
            [P.RECORD_SEE, P.PROGRESS_SEE, P.REPORT_SEE, P.DIFFICULTY_OPEN],
            "Theo dõi, đôn đốc việc xử lý phản ánh trong huyện; không thay đổi dữ liệu (đến 30/6/2025).",
            "Watches and urges the handling of reports in the district; changes no data (until 30/6/2025).",
        ),
        _role(
            "provincial_officer", "Cán bộ Sở Y tế", "Provincial officer", ["province"],
            [P.RECORD_SEE, P.PROGRESS_SEE, P.SIGNING_DELEGATE, P.REPORT_SEE, P.REPORT_ANSWER, P.OBJECTION_DECIDE,
             P.GIVEN_ENTER, P.DIRECTIVE_ISSUE, P.DIRECTIVE_FOLLOW, P.INSPECTION_LEAD, P.FINDING_ANSWER,
             P.DIFFICULTY_OPEN],
            "Chỉ đạo, kiểm tra các cơ sở; chỉ định đơn vị ký thay; xử lý phản ánh quá hạn, giải quyết khiếu nại.",
            "Directs and inspects facilities; names who signs for them; takes overdue reports, decides objections.",
        ),
        _role(
            "provincial_signer", "Người ký tập trung của tỉnh", "Provincial signer", ["province"],
            [P.RECORD_SEE, P.DOSES_ATTEST, P.DIFFICULTY_OPEN],
            "Ký thay các cơ sở mà tỉnh đã giao cho đơn vị mình.",
            "Signs for the facilities that the province has entrusted to the own unit.",
        ),
        _role(
            "ministry_operator", "Cán bộ vận hành của Bộ", "Ministry operator", ["ministry"],
            [P.RECORD_SEE, P.RUN_PREPARE, P.PASSPORT_SEE, P.PUBLICATION_PROPOSE, P.REVOCATION_PROPOSE, P.PROGRESS_SEE,
             P.REPORT_SEE, P.REPORT_ANSWER, P.DIRECTIVE_ISSUE, P.HEALTH_SEE],
            "Lập đợt cấp, đề xuất thu hồi, khóa và quy tắc, ban hành chỉ đạo; không được duyệt việc do mình lập.",
            "Prepares runs, revocations, keys and rules, issues directives; may not approve what he or she prepared.",
        ),
        _role(
            "ministry_signer", "Người ký của Bộ", "Ministry signer", ["ministry"],
            [P.RECORD_SEE, P.RUN_PREPARE, P.PASSPORT_SEE],
            "Trông giữ khóa ký và lập đợt ký; không được duyệt đợt do mình lập.",
            "Keeps the signing key and prepares runs; may not approve an own run.",
        ),
        _role(
            "ministry_approver", "Người duyệt của Bộ", "Ministry approver", ["ministry"],
            [P.RECORD_SEE, P.RUN_APPROVE, P.PASSPORT_SEE, P.PUBLICATION_APPROVE, P.REVOCATION_APPROVE, P.PROGRESS_SEE,
             P.REPORT_SEE],
            "Duyệt đợt ký, thu hồi, khóa và quy tắc do người khác lập; sau khi duyệt hệ thống mới ký và công bố.",
            "Approves runs, revocations, keys and rules that somebody else prepared; only then are they carried out.",
        ),
        _role(
            "ministry_inspector", "Thanh tra của Bộ", "Ministry inspector", ["ministry"],
            [P.RECORD_SEE, P.PASSPORT_SEE, P.PROGRESS_SEE, P.HISTORY_SEE, P.REPORT_SEE, P.INSPECTION_LEAD,
             P.HEALTH_SEE],
            "Đọc mọi hồ sơ và nhật ký, lập đợt kiểm tra và kết luận; không thay đổi hồ sơ nào.",
            "Reads every record and log, leads inspections and writes findings; changes no record.",
        ),
        _role(
            "data_protection_officer", "Cán bộ bảo vệ dữ liệu cá nhân", "Data-protection officer", ["ministry"],
            [P.RIGHTS_ANSWER],
            "Trả lời yêu cầu của người dân về dữ liệu cá nhân theo Luật 91/2025/QH15; không sửa hồ sơ.",
            "Answers people's demands under the data-protection law (Luật 91/2025/QH15); changes no record.",
        ),
        _role(
            "support_agent", "Nhân viên hỗ trợ", "Support agent", ["support"],
            [P.SUPPORT_ANSWER, P.PROGRESS_SEE, P.STATUS_PUBLISH],
            "Trả lời khó khăn, vướng mắc của cơ sở; không thấy dữ liệu cá nhân.",
            "Answers the facilities' difficulties; sees no personal data.",
        ),
        _role(
            "it_officer", "Cán bộ công nghệ thông tin của Bộ", "Ministry IT officer", ["ministry"],
            [P.SUPPORT_ANSWER, P.STATUS_PUBLISH, P.HEALTH_SEE, P.PROGRESS_SEE],
            "Giải quyết vướng mắc do chi nhánh chuyển lên, theo dõi tình trạng hệ thống; không thấy dữ liệu cá nhân.",
            "Solves difficulties that branches pass up, watches the system's health; sees no personal data.",
        ),
        _role(
            "system_administrator", "Quản trị hệ thống", "System administrator", ["ministry"],
            [P.OFFICERS_ADMINISTER, P.UNITS_CHANGE, P.HEALTH_SEE],
            "Cấp tài khoản và vai trò, ghi thay đổi của đơn vị; không thấy dữ liệu cá nhân.",
            "Gives accounts and roles, records changes of units; sees no personal data.",
        ),
    )
}  # fmt: skip


def permissions_of(role_codes: Iterable[str]) -> frozenset[Permission]:
    """Everything that the given roles may do together; an unknown code gives nothing."""
    return frozenset().union(*(ROLES[code].permissions for code in role_codes if code in ROLES))
