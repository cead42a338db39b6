"""The provinces that come with the code: put into an empty table of units, once.

Source of names and days: the Statistics Office's list (Quyết định 124/2004/QĐ-TTg; from 1/7/2025 Quyết định
19/2025/QĐ-TTg), Huế from 1/1/2025 after Nghị quyết 175/2024/QH15, Đồng Nai from 30/4/2026 after Nghị quyết
30/2026/QH16. Source of successions: Nghị quyết 202/2025/QH15 of 12/6/2025, article 1: twenty-three units made of
fifty-two. Eleven went on as they were: Hà Nội, Huế, Lai Châu, Điện Biên, Sơn La, Lạng Sơn, Quảng Ninh, Thanh Hoá,
Nghệ An, Hà Tĩnh, Cao Bằng.
"""

import csv
from importlib import resources

from vaxpass.offices.models import AdministrativeUnit, UnitSuccession


def read_table(name: str) -> list[dict[str, str]]:
    """Read a table of the folder data, row by row."""
    text = resources.files("vaxpass.offices").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def fill_provinces(**_: object) -> None:
    """Put in the provinces and what became of them; does nothing where there are provinces already.

    Called after every migration, as Django also calls it after a test has emptied its tables.
    """
    if AdministrativeUnit.objects.filter(level="province").exists():
        return
    AdministrativeUnit.objects.bulk_create(
        AdministrativeUnit(**(row | {"level": "province", "valid_to": row["valid_to"] or None}))
        for row in read_table("provinces.csv")
    )
    UnitSuccession.objects.bulk_create(
        UnitSuccession(level="province", old_code=row["old_code"], new_code=row["new_code"], on=row["on"])
        for row in read_table("province_successions.csv")
    )
