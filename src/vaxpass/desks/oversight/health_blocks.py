"""The blocks of the page of the system's health: how it is, as tables of words. Pure; the language is the reader's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.template.defaultfilters import filesizeformat
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from vaxpass.desks._shared.chips import word_chip
from vaxpass.desks._shared.navigation import Words
from vaxpass.desks._shared.refusals import sentence
from vaxpass.desks._shared.templatetags.desk import moment_vi, number
from vaxpass.desks.oversight.health_words import CERTIFICATE_WORDS, CHANNEL_WORDS, PROBE_WORDS
from vaxpass.oversight.health_facts import Finding, Health, ProbeName
from vaxpass.oversight.health_rules import PROBE_LATE, days_left, warned

Cell = Words | SafeString


@dataclass(frozen=True, slots=True)
class Block:
    """A table: its name, its title, its headings, its rows; whether all that it shows is well."""

    name: str
    title: Words
    headings: Sequence[Words]
    rows: Sequence[Sequence[Cell]]

    @property
    def chip(self) -> SafeString:
        """Give the word for the whole block: the worst that stands in it."""
        cells = {cell for row in self.rows for cell in row}
        return next((chip for chip in (_chip(is_well=False), _unknown()) if chip in cells), _chip(is_well=True))

    @property
    def is_well(self) -> bool:
        """Say whether everything in it was looked at and is well."""
        return self.chip == _chip(is_well=True)

    @property
    def labelled(self) -> list[list[tuple[Words, Cell]]]:
        """Give the rows with the heading beside each cell, for phones."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


def blocks(health: Health, found: Sequence[Finding]) -> list[Block]:
    """Give the blocks in the order of the page."""
    trouble = {(one.kind, str(one.subject)) for one in found}
    kinds = {one.kind for one in found}
    return [
        _work(health, trouble, kinds),
        _keys(health),
        _population(health, kinds),
        _lists(health),
        _certificates(health),
        _messages(health, trouble),
        _rest(health, kinds),
    ]


def _chip(*, is_well: bool) -> SafeString:
    return word_chip(_("Well"), "done") if is_well else word_chip(_("Not well"), "refused")


def _unknown() -> SafeString:
    return word_chip(_("Not looked at yet"), "wait")


def _moment(at: datetime | None) -> str:
    return moment_vi(at) if at else "–"


def _work(health: Health, trouble: set[tuple[str, str]], kinds: set[str]) -> Block:
    late = ("HEALTH_QUEUE_LATE", "HEALTH_JOBS_FAILED", "HEALTH_JOBS_ABANDONED")
    workers = health.workers
    alive = not kinds & {"HEALTH_WORKERS_SILENT", "HEALTH_WORKERS_TOO_FEW"}
    beat = _("%(alive)s of %(wanted)s alive, last sign %(at)s") % {
        "alive": workers.alive,
        "wanted": workers.wanted,
        "at": _moment(workers.last_beat),
    }
    rows: list[Sequence[Cell]] = [(_("Workers"), _chip(is_well=alive), beat, "–", "–", "–")]
    for queue in health.queues:
        is_well = not any((kind, queue.name) in trouble for kind in late)
        waiting = number(queue.due)
        if queue.oldest_due is not None:
            waiting = _("%(number)s, the oldest since %(at)s") % {"number": waiting, "at": _moment(queue.oldest_due)}
        row = (queue.name, _chip(is_well=is_well), waiting, number(queue.later), number(queue.doing))
        rows.append((*row, number(queue.failed)))
    headings = (_("Queue"), _("State"), _("Waiting"), _("Planned"), _("Running"), _("Failed within a day"))
    return Block("work", _("Work in the background"), headings, rows)


def _keys(health: Health) -> Block:
    rows = []
    for name in (ProbeName.MINISTRY_KEY, ProbeName.PUBLISHER_KEY, ProbeName.LOG_KEY):
        probe = health.probes.get(name)
        if probe is None:
            rows.append((PROBE_WORDS[name], _unknown(), "–", "–"))
            continue
        is_well = not probe.code and health.at - probe.at <= PROBE_LATE
        told = sentence(probe.code) if probe.code else _("Opened; id %(key)s") % {"key": probe.facts.get("key", "–")}
        rows.append((PROBE_WORDS[name], _chip(is_well=is_well), told, _moment(probe.at)))
    headings = (_("Key"), _("State"), _("What the last try said"), _("Tried at"))
    return Block("keys", _("Signing keys"), headings, rows)


def _population(health: Health, kinds: set[str]) -> Block:
    line = health.population
    is_well = not kinds & {"HEALTH_POPULATION_PAUSED", "HEALTH_POPULATION_SILENT"}
    paused = line.paused_until if line.paused_until and line.paused_until > health.at else None
    row = (
        _chip(is_well=is_well),
        number(line.waiting),
        _of(line.asked_hour - line.silent_hour, line.asked_hour),
        _of(line.asked_day - line.silent_day, line.asked_day),
        _moment(paused),
    )
    headings = (
        _("State"),
        _("Wait for an answer"),
        _("Answered, last hour"),
        _("Answered, last day"),
        _("Paused until"),
    )
    return Block("population", _("Population database"), headings, [row])


def _of(part: int, whole: int) -> str:
    return _("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}


def _lists(health: Health) -> Block:
    rows = [
        (
            one.document,
            _chip(is_well=not one.lateness),
            _moment(one.made_at),
            _moment(one.next_at),
            sentence(one.lateness) if one.lateness else "–",
        )
        for one in health.publications
    ]
    headings = (_("List"), _("State"), _("Made at"), _("Next one promised by"), _("What is wrong"))
    return Block("lists", _("Published lists"), headings, rows)


def _certificates(health: Health) -> Block:
    rows: list[Sequence[Cell]] = []
    for one in health.certificates:
        is_well = not one.used or warned(one.ends, health.at) is None
        left = (
            _("%(days)s days") % {"days": number(days_left(one.ends, health.at))}
            if one.ends > health.at
            else _("ended")
        )
        chip = _chip(is_well=is_well) if one.used else word_chip(_("Kept for old passports"), "ended")
        rows.append((CERTIFICATE_WORDS[one.kind], one.name, chip, _moment(one.ends), left))
    for days, count in health.credentials_ending.items():
        what = _("Facility signers whose certificate ends within %(days)s days") % {"days": days}
        rows.append((what, number(count), _chip(is_well=not count or days > min(health.credentials_ending)), "–", "–"))
    headings = (_("Certificate of"), _("Name of the certificate"), _("State"), _("Ends at"), _("Left"))
    return Block("certificates", _("Certificates of keys"), headings, rows)


def _messages(health: Health, trouble: set[tuple[str, str]]) -> Block:
    rows = []
    for way in health.messages:
        is_well = not any(kind.startswith("HEALTH_MESSAGES") and subject == way.channel for kind, subject in trouble)
        paused = way.paused_until if way.paused_until and way.paused_until > health.at else None
        told = [number(way.waiting), number(way.sent), number(way.failed), number(way.expired), _moment(paused)]
        rows.append((CHANNEL_WORDS.get(way.channel, way.channel), _chip(is_well=is_well), *told))
    headings = (
        _("Way"),
        _("State"),
        _("Waiting"),
        _("Sent within a day"),
        _("Failed"),
        _("Too late to send"),
        _("Paused until"),
    )
    return Block("messages", _("Messages"), headings, rows)


def _rest(health: Health, kinds: set[str]) -> Block:
    headings = (_("Part"), _("State"), _("Reading"))
    return Block("rest", _("Figures, database, disk"), headings, list(_rest_rows(health, kinds)))


def _rest_rows(health: Health, kinds: set[str]) -> Iterator[Sequence[Cell]]:
    def chip(kind: str) -> SafeString:
        return _chip(is_well=kind not in kinds)

    database, disk = health.database, health.probes.get(ProbeName.DISK)
    yield _("Figures counted"), chip("HEALTH_TALLY_OLD"), _moment(health.tally_at)
    took = _("%(seconds)s seconds") % {"seconds": number(round(health.tally_took.total_seconds()))}
    yield _("How long a count takes"), chip("HEALTH_TALLY_SLOW"), took
    yield _("Messages that did not arrive"), word_chip(_("For information"), "wait"), number(health.bounces_open)
    yield _("Alarms of the log's monitor"), chip("HEALTH_MONITOR_ALARMS"), number(health.monitor_alarms)
    yield _("Size of the database"), word_chip(_("For information"), "wait"), filesizeformat(database.size)
    lacking = ", ".join(database.lacking_months) or _("all there")
    yield _("Partitions of next month"), chip("HEALTH_MONTHS_LACKING"), lacking
    ahead = f"{database.clock_ahead / timedelta(seconds=1):+.1f} s"
    yield _("The database's clock against ours"), chip("HEALTH_CLOCK_OFF"), ahead
    if disk is not None and "free" in disk.facts:
        free = {"free": filesizeformat(disk.facts["free"]), "percent": disk.facts["free_percent"]}
        yield PROBE_WORDS[ProbeName.DISK], chip("HEALTH_DISK_LOW"), _("%(free)s free (%(percent)s %%)") % free
