"""The command line: verify, inspect, conformance. The only part of the library that looks at the clock."""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from vaxproof._cli import check, conformance, inspect, log, rule_judgement, rule_suites
from vaxproof._cli.exits import CANNOT_TELL, INTERRUPTED, MISUSE
from vaxproof._cli.output import harmless, prepare_streams
from vaxproof._cli.source import NoSuchFileError


class _Parser(ArgumentParser):
    """Misuse exits with 64, so that 2 can mean: cannot tell."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(MISUSE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code. Whatever goes wrong, the code is never one that means an answer."""
    prepare_streams()
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if getattr(parsed, "proof", None) and not parsed.log_policy:
        parser.error("--proof needs --log-policy")
    try:
        code: int = parsed.run(parsed)
    except (NoSuchFileError, OSError) as error:
        _complain(str(error) if isinstance(error, NoSuchFileError) else error.strerror or "cannot read or write")
        code = MISUSE
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- an unforeseen fault would end with 1, which means: not valid
        _complain(f"an unforeseen fault ({type(error).__name__}); nothing can be said")
        code = CANNOT_TELL
    sys.exit(code)


def _complain(text: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"vaxproof: {harmless(text)}\n")


def _parser() -> ArgumentParser:
    parser = _Parser(prog="vaxproof", description="EU Digital COVID Certificates, offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_verify(commands.add_parser("verify", help="valid (0), not valid (1), cannot tell (2), misuse (64)"))
    inspecting = commands.add_parser("inspect", help="show what is in a code; checks nothing")
    inspecting.add_argument("source", metavar="TEXT|IMAGE|-")
    inspecting.set_defaults(run=inspect.run)
    conforming = commands.add_parser("conformance", help="run a folder of the EU's test suite")
    conforming.add_argument("folder", type=_path, metavar="DIR")
    conforming.add_argument("--json", action="store_true", help="for programs")
    conforming.set_defaults(run=conformance.run)
    _add_rules(commands.add_parser("rules", help="validity rules: judge by them, run their test suites"))
    _add_log(commands.add_parser("log", help="audit a log, prove that a passport is in it, co-sign it"))
    return parser


def _add_log(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    verifying = commands.add_parser("verify", help="read the whole log, or what came after an earlier checkpoint")
    verifying.add_argument("folder", type=_path, metavar="DIR", help="with the file checkpoint and the folder tile")
    _add_log_key(verifying)
    verifying.add_argument("--since", type=_path, metavar="CHECKPOINT", help="an earlier checkpoint, kept as a file")
    verifying.add_argument("--json", action="store_true", help="for programs")
    verifying.set_defaults(run=log.verify)
    proving = commands.add_parser("prove", help="write the proof that a passport is in the log")
    proving.add_argument("folder", type=_path, metavar="DIR")
    proving.add_argument("source", metavar="TEXT|IMAGE|-")
    proving.add_argument("--kind", choices=["issue", "revoke"], default="issue", help="which leaf: issue")
    proving.add_argument("-o", "--output", type=_path, metavar="FILE", help="standard output if not said")
    proving.set_defaults(run=log.prove)
    _add_witness(commands.add_parser("witness", help="co-sign a log's checkpoint if the log only grew"))


def _add_log_key(parser: ArgumentParser) -> None:
    keys = parser.add_mutually_exclusive_group(required=True)
    keys.add_argument("--policy", type=_path, metavar="FILE", help="keys of log and witnesses; an index will do")
    keys.add_argument("--vkey", type=log.vkey, metavar="VKEY", help="the log's key")
    parser.add_argument("--witness", action="append", type=log.vkey, default=[], metavar="VKEY", help="with --vkey")
    parser.add_argument("--origin", metavar="TEXT", help="with --vkey; the key's name")


def _add_witness(parser: ArgumentParser) -> None:
    parser.add_argument("folder", type=_path, metavar="DIR")
    parser.add_argument("--vkey", type=log.vkey, required=True, metavar="VKEY", help="the log's key")
    parser.add_argument("--origin", metavar="TEXT", help="the key's name if not said")
    parser.add_argument("--name", required=True, metavar="NAME", help="the witness's name")
    parser.add_argument("--key", type=_path, required=True, metavar="PEM", help="the witness's Ed25519 key")
    parser.add_argument("--state", type=_path, required=True, metavar="FILE", help="what it saw last; made if absent")
    parser.set_defaults(run=log.witness)


def _add_verify(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="TEXT|IMAGE|-", help="the HC1: text, a file, or - for standard input")
    parser.add_argument(
        "--trust", action="append", type=_path, default=[], metavar="FILE|DIR|PEM", help="may be repeated"
    )
    parser.add_argument("--revocations", type=_path, metavar="FILE", help="a revocation list or filter")
    parser.add_argument(
        "--publisher",
        action="append",
        type=_path,
        default=[],
        metavar="PEM",
        help="whose signed lists (.jws) to believe",
    )
    parser.add_argument(
        "--anchor",
        action="append",
        type=_path,
        default=[],
        metavar="PEM",
        help="authorities of a foreign list, compared",
    )
    parser.add_argument("--list-digest", type=_digest, metavar="SHA256", help="of a foreign list, compared as a whole")
    parser.add_argument("--proof", type=_path, metavar="FILE", help="the log's proof for this passport")
    parser.add_argument("--log-policy", type=_path, metavar="FILE", help="keys of log and witnesses; an index will do")
    parser.add_argument("--at", type=_time, metavar="TIME", help="ISO 8601, UTC unless it says otherwise; now")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=check.run)


def _add_rules(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    conforming = commands.add_parser("conformance", help="run CertLogic suites and rule sets below a folder")
    conforming.add_argument("folder", type=_path, metavar="DIR")
    conforming.add_argument("--json", action="store_true", help="for programs")
    conforming.set_defaults(run=rule_suites.run)
    judging = commands.add_parser("judge", help="passed (0), failed (1), open (2), misuse (64); checks no signature")
    judging.add_argument("source", metavar="TEXT|IMAGE|JSON|-", help="an HC1: text, or the certificate's JSON")
    judging.add_argument("--rules", type=_path, required=True, metavar="FILE", help="published rules, or rules as JSON")
    judging.add_argument("--country", required=True, metavar="CC", help="the country that is entered")
    judging.add_argument("--purpose", default="entry")
    judging.add_argument("--region", default=None)
    judging.add_argument("--value-sets", type=_path, metavar="FILE", help="published value sets; the built-in ones")
    judging.add_argument("--at", type=_time, metavar="TIME", help="ISO 8601, UTC unless it says otherwise; now")
    judging.add_argument("--language", choices=("vi", "en"), default="vi")
    judging.add_argument("--json", action="store_true", help="for programs")
    judging.set_defaults(run=rule_judgement.run)


def _path(text: str) -> Path:
    """The path; one that is empty would mean the folder one happens to be in."""
    if not text or "\0" in text:
        raise ArgumentTypeError("not a path")
    return Path(text)


def _digest(text: str) -> str:
    digest = text.strip().lower().replace(":", "")
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise ArgumentTypeError("not a SHA-256 in hexadecimal")
    return digest


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"not an ISO 8601 time: {text}") from None
