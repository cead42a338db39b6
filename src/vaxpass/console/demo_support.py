"""The demo's support: two difficulties, a known problem, three help articles; made by the verbs of the pages."""

from datetime import datetime, timedelta
from typing import Final

from vaxpass.console.demo_walk import Demo, Say
from vaxpass.jobs import support as jobs
from vaxpass.offices.scope import Actor
from vaxpass.support import actions, helping, queries
from vaxpass.support.actions import Words
from vaxpass.support.facts import Draft
from vaxpass.support.rules import Component, Kind, NewDifficulty, Urgency

_ARTICLES: Final = (
    Draft(
        Kind.SIGNING,
        "Báo mã PIN sai khi ký lô",
        "Mã PIN là mã của USB token hoặc tệp khóa, không phải mật khẩu đăng nhập.\n\n"
        "1. Tắt Caps Lock và bộ gõ tiếng Việt rồi nhập lại.\n"
        "2. Nhập sai nhiều lần thì token tự khóa; chỉ nhà cung cấp chứng thư mở được.\n"
        "3. Lô đã lập không mất: mở lại trang lô và ký tiếp sau khi có mã đúng.",
        "Wrong PIN when a batch is signed",
        "The PIN belongs to the USB token or key file; it is not the password of your account.\n\n"
        "1. Switch Caps Lock and the Vietnamese keyboard off and type it again.\n"
        "2. After several wrong tries the token locks itself; only the certificate's provider opens it.\n"
        "3. The batch is not lost: open its page again and sign once you have the right PIN.",
        pages=("facility:ready", "facility:batch", "facility:sign_batch"),
        codes=("SIGNING_PIN_WRONG", "SIGNING_PIN_LOCKED"),
    ),
    Draft(
        Kind.ENTRY,
        "Tệp Excel bị từ chối nhiều dòng vì ngày sinh",
        "Mở tệp dòng bị từ chối: mỗi dòng có cột ghi lý do. Thường gặp nhất là ngày sinh ghi tháng trước ngày.\n\n"
        "Đặt cột ngày sinh ở dạng văn bản, ghi ngày/tháng/năm, rồi tải lại chỉ những dòng đã sửa.",
        "Many rows of a sheet are refused for the birth date",
        "Open the file of refused rows: each says why. Most often the birth date has the month first.\n\n"
        "Make the column a text, write day/month/year, and upload the mended rows alone.",
        pages=("facility:uploads", "facility:upload", "facility:upload_new"),
        codes=("BIRTH_MONTH_FIRST", "BIRTH_FORM"),
    ),
    Draft(
        Kind.IDENTITY,
        "Người dân không khớp với CSDL quốc gia về dân cư",
        "Mở hồ sơ và xem trường không khớp. Đối chiếu với căn cước của người dân, sửa đúng theo giấy tờ rồi lưu.\n\n"
        "Nếu giấy tờ đúng mà vẫn không khớp, đề nghị người dân đến công an xã để cập nhật dữ liệu dân cư.",
        pages=("facility:records", "facility:record", "facility:mend"),
    ),
)


def open_demo_support(demo: Demo, now: datetime, say: Say) -> None:
    """Open difficulties and help, unless there are some."""
    agent, clerk, signer = demo.actor("support"), demo.actor("clerk"), demo.actor("signer")
    if queries.answered_by(demo.actor("it")).exists() or helping.all_articles().exists():
        return
    say("• A facility tells two difficulties; support knows of a problem and writes help …")
    for draft in _ARTICLES:
        actions.publish_article(agent, actions.save_article(agent, draft, now=now), now=now)
    actions.tell_problem(
        agent,
        Component.IDENTITY,
        Words("Đối sánh dân cư trả lời chậm vào giờ cao điểm", "The population database answers slowly at peak hours"),
        Words(
            "Hồ sơ vẫn được nhận và tự đối sánh lại; không cần nhập lại. Nên tải tệp lớn sau 17 giờ.",
            "Records are taken in and compared again by themselves; do not enter them twice. Upload large files after"
            " 5 p.m.",
        ),
        since=now - timedelta(hours=2),
        now=now,
    )
    first = _open(clerk, Kind.ENTRY, Urgency.QUESTION, "Nhập mũi tiêm cho trẻ chưa có số định danh", _CHILD, now)
    jobs.answer(agent, first, _CHILD_ANSWER, seen_step=_newest(agent, first, now), now=now)
    _open(signer, Kind.SIGNING, Urgency.HINDERED, "USB token không hiện trong danh sách khi ký", _TOKEN, now)


_CHILD: Final = "Cháu bé sinh năm 2016, gia đình chưa xin được số định danh. Khi lưu thì hệ thống báo thiếu số."
_CHILD_ANSWER: Final = (
    "Đơn vị lưu với số để trống: hồ sơ ở trạng thái “Chưa đủ thông tin”. Khi gia đình có số định danh thì bổ sung,"
    " hệ thống tự đối sánh."
)
_TOKEN: Final = "Cắm token vào máy tại bàn ký, đèn token sáng nhưng trang ký không thấy chứng thư."  # noqa: S105 -- a token of plastic


def _open(  # noqa: PLR0913 -- a difficulty is these
    actor: Actor, kind: Kind, urgency: Urgency, subject: str, text: str, now: datetime
) -> int:
    page = "facility:entry" if kind is Kind.ENTRY else "facility:batch"
    return actions.open_difficulty(actor, NewDifficulty(kind, urgency, subject, text, page=page), now=now)


def _newest(actor: Actor, difficulty_id: int, now: datetime) -> int:
    return queries.read_difficulty(actor, difficulty_id, now=now).standing.last_step
