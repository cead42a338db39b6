"""The command line: verify, inspect, conformance. The only part of the library that looks at the clock."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from vaxproof._cli import check, conformance, inspect
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
    parsed = _parser().parse_args(arguments)
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
    return parser


def _add_verify(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="TEXT|IMAGE|-", help="the HC1: text, a file, or - for standard input")
    parser.add_argument(
        "--trust", action="append", type=_path, default=[], metavar="FILE|DIR|PEM", help="may be repeated"
    )
    parser.add_argument("--revocations", type=_path, metavar="FILE", help="a revocation list")
    parser.add_argument("--at", type=_time, metavar="TIME", help="ISO 8601, UTC unless it says otherwise; now")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=check.run)


def _path(text: str) -> Path:
    """The path; one that is empty would mean the folder one happens to be in."""
    if not text or "\0" in text:
        raise ArgumentTypeError("not a path")
    return Path(text)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"not an ISO 8601 time: {text}") from None
