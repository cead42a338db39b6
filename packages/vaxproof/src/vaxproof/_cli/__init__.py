"""The command line: verify, inspect, conformance. The only part of the library that looks at the clock."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NoReturn

from vaxproof._cli import check, conformance, inspect
from vaxproof._cli.exits import MISUSE


class _Parser(ArgumentParser):
    """Misuse exits with 64, so that 2 can mean: cannot tell."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(MISUSE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit with its code."""
    parsed = _parser().parse_args(arguments)
    sys.exit(parsed.run(parsed))


def _parser() -> ArgumentParser:
    parser = _Parser(prog="vaxproof", description="EU Digital COVID Certificates, offline.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_verify(commands.add_parser("verify", help="valid (0), not valid (1), cannot tell (2), misuse (64)"))
    inspecting = commands.add_parser("inspect", help="show what is in a code; checks nothing")
    inspecting.add_argument("source", metavar="TEXT|IMAGE|-")
    inspecting.set_defaults(run=inspect.run)
    conforming = commands.add_parser("conformance", help="run a folder of the EU's test suite")
    conforming.add_argument("folder", metavar="DIR")
    conforming.add_argument("--json", action="store_true", help="for programs")
    conforming.set_defaults(run=conformance.run)
    return parser


def _add_verify(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="TEXT|IMAGE|-", help="the HC1: text, a file, or - for standard input")
    parser.add_argument("--trust", action="append", default=[], metavar="FILE|DIR|PEM", help="may be repeated")
    parser.add_argument("--revocations", metavar="FILE", help="a revocation list")
    parser.add_argument("--at", type=_time, metavar="TIME", help="ISO 8601, UTC unless it says otherwise; now")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=check.run)


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(f"not an ISO 8601 time: {text}") from None
