"""The demo's state folder: where it lies, the secrets made on the first start, the environment of its processes."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class State:
    """The folders and files of one demo."""

    folder: Path

    @property
    def database(self) -> Path:
        """PostgreSQL's data."""
        return self.folder / "postgres"

    @property
    def secrets(self) -> Path:
        """The keys that seal and sign sessions, readable by the owner alone."""
        return self.folder / "secrets.json"

    @property
    def environment(self) -> Path:
        """The environment of the running demo, so that `vaxpass …` in a second terminal finds it."""
        return self.folder / "environment.json"

    @property
    def population(self) -> Path:
        """The population file of the simulator."""
        return self.folder / "demo" / "population.jsonl"

    @property
    def log_vkey(self) -> Path:
        """The key of the demo's log, as its witness is told it."""
        return self.folder / "demo" / "log.vkey"

    @property
    def messages(self) -> Path:
        """The demo's phones and mailboxes: what was sent lies there as files."""
        return self.folder / "messages"

    @property
    def citizens(self) -> Path:
        """Invented people of the demo to try the citizen's pages with; the simulator of VNeID knows them too."""
        return self.folder / "demo-citizens.json"

    @property
    def walked(self) -> Path:
        """There once the demo's records have walked their way."""
        return self.folder / "demo" / "walked"


def demo_state() -> State:
    """Give the demo's state folder: VAXPASS_STATE, else `.state` in the checkout."""
    return State(Path(os.environ.get("VAXPASS_STATE", ROOT / ".state")))


def demo_secrets(state: State) -> dict[str, str]:
    """Give the demo's secrets; they are made once."""
    found: dict[str, str] = json.loads(state.secrets.read_text()) if state.secrets.exists() else {}
    made = {
        "VAXPASS_SECRET_KEY": secrets.token_urlsafe(48),
        "VAXPASS_SEALING_KEYS": secrets.token_hex(32),
        "VAXPASS_LOOKUP_KEY": secrets.token_hex(32),
        "VAXPASS_POPULATION_TOKEN": secrets.token_urlsafe(24),
        "VAXPASS_POPULATION_OFFICER_KEY": secrets.token_urlsafe(24),
        "VAXPASS_EID_CLIENT_SECRET": secrets.token_urlsafe(24),
    }
    if made.keys() - found.keys():  # the first start, or the first one since there is another secret
        state.folder.mkdir(parents=True, exist_ok=True)
        state.secrets.touch(mode=0o600)
        state.secrets.write_text(json.dumps({**made, **found}))
    return {**made, **found}


def load_environment() -> None:
    """Take over the environment of the demo that runs, as far as this process has none of its own."""
    state = demo_state()
    if "DATABASE_URL" not in os.environ and state.environment.exists():
        for name, value in json.loads(state.environment.read_text()).items():
            os.environ.setdefault(name, value)
