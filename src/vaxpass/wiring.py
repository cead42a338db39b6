"""Settings become adapters here: the only file that knows both the stations' ports and the outside world."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings
from vaxproof.log.checkpoint import LogPolicy
from vaxproof.log.note import NoteSigner, NoteVerifier

from vaxpass.adapters.eid.oidc import ClaimNames, EidConnection, OidcIdentity
from vaxpass.adapters.messaging.folder import FolderChannel, Kept, kept_messages
from vaxpass.adapters.messaging.sms_http import HttpSmsChannel, SmsGateway
from vaxpass.adapters.messaging.smtp import MailServer, SmtpChannel
from vaxpass.adapters.population.http import HttpPopulationDatabase, PopulationConnection, keyed_officer_hash
from vaxpass.adapters.signing.files import DEMO_PIN, file_below, open_pkcs12, open_software_key
from vaxpass.adapters.signing.log_key import open_pkcs12_log_key, open_software_log_key
from vaxpass.adapters.signing.pkcs11 import open_pkcs11, open_pkcs11_log_key, parse_address
from vaxpass.adapters.signing.private_key import passport_key
from vaxpass.adapters.wallet.apple import AppleWallet, open_apple_wallet
from vaxpass.adapters.wallet.google import GoogleWallet, open_google_wallet
from vaxpass.adapters.witness.http import HttpWitness
from vaxpass.citizens.ports import ElectronicIdentity
from vaxpass.facility_signing.ports import AttestationKey, KeyPlace, SigningKey, TrustAnchor
from vaxpass.identity.ports import PopulationDatabase
from vaxpass.notices.facts import Channel, Recipient
from vaxpass.notices.ports import MessageChannel
from vaxpass.offices.scope import Refused, Unavailable
from vaxpass.publication.actions import Sources
from vaxpass.publication.contents import COUNTRIES
from vaxpass.publication.editions import Press
from vaxpass.publication.log import LogPress
from vaxpass.publication.ports import Witness
from vaxpass.trust.queries import is_withdrawn, published_entries
from vaxpass.validity_rules.queries import published_sets


@cache
def population_database() -> PopulationDatabase:
    """Give the line to the population database, one a process; Unavailable POPULATION_DATABASE_NOT_SET without one."""
    given = settings.POPULATION_DATABASE
    if not given["url"]:
        raise Unavailable("POPULATION_DATABASE_NOT_SET", permanent=True)
    return HttpPopulationDatabase(
        PopulationConnection(
            base_url=given["url"],
            token=given["token"],
            officer_hash=keyed_officer_hash(given["officer_key"].encode()),
            procedure=given["procedure"],
            integration=given["integration"],
            unit=given["office"],
        )
    )


def has_electronic_identity() -> bool:
    """Say whether the operator connected a provider of electronic identities (settings.EID)."""
    return bool(settings.EID["issuer"])


def electronic_identity() -> ElectronicIdentity:
    """Give the line to the provider of electronic identities; Unavailable EID_NOT_SET without one."""
    given = settings.EID
    if not given["issuer"]:
        raise Unavailable("EID_NOT_SET", permanent=True)
    claims = ClaimNames(**given["claims"])
    return _oidc(EidConnection(given["issuer"], given["client_id"], given["client_secret"], given["scope"], claims))


@cache
def _oidc(connection: EidConnection) -> OidcIdentity:
    return OidcIdentity(connection)  # keeps what the provider publishes about itself


def open_facility_key(place: KeyPlace, pin: str) -> AttestationKey:
    """Open a facility signer's key for one signature; see AttestationKey for what it refuses."""
    return _open_key(place, pin, settings.FACILITY_PKCS11_MODULE)


def facility_anchors() -> tuple[TrustAnchor, ...]:
    """Give the roots of the certificate providers that facilities may use: one PEM file each, named for it."""
    folder = Path(settings.FACILITY_ANCHOR_DIR or settings.KEY_DIR / "facility-anchors")
    return tuple(
        TrustAnchor(file.stem, load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER))
        for file in sorted(folder.glob("*.pem"))
    )


def ministry_key() -> SigningKey:
    """Open the ministry's key for passports (settings.MINISTRY_SIGNING_KEY); keep the answer for a whole batch.

    A PKCS#11 key is a session in a process of its own, which ends when the answer is let go. Refuses and raises as
    AttestationKey says, KEY_ALGORITHM_UNSUITABLE for RS256, SOFTWARE_KEY_OUTSIDE_DEMO; SIGNING_KEY_WITHDRAWN for a key
    that two officers withdrew: what it signs, verifiers refuse.
    """
    key = passport_key(_open_own_key(settings.MINISTRY_SIGNING_KEY))
    if is_withdrawn(key.key_id):
        raise Refused("SIGNING_KEY_WITHDRAWN")
    return key


def publisher_key() -> SigningKey:
    """Open the key that signs what is published (settings.PUBLISHER_KEY); refuses and raises as `ministry_key` does."""
    return passport_key(_open_own_key(settings.PUBLISHER_KEY))


def publisher_certificates() -> list[bytes]:
    """Give the publishers' certificates (DER) that verifiers may pin from now on: publisher*.crt.pem in KEY_DIR.

    The next publisher's lies there some weeks before its key signs.
    """
    return _certificates("publisher*.crt.pem")


def log_signer() -> NoteSigner:
    """Open the key that signs the log's checkpoints (settings.LOG_KEY) under the log's name (settings.LOG_ORIGIN).

    Refuses and raises as the three kinds of keys do, KEY_REFERENCE_UNKNOWN.
    """
    key = settings.LOG_KEY
    match key["kind"]:
        case "software":
            file = file_below(settings.KEY_DIR, f"{key['reference']}.key.pem")
            private = open_software_log_key(file, key["pin"] or DEMO_PIN)
        case "pkcs12":
            private = open_pkcs12_log_key(file_below(settings.KEY_DIR, key["reference"]), key["pin"])
        case "pkcs11":
            private = open_pkcs11_log_key(parse_address(key["module"], key["reference"]), key["pin"])
        case _:
            raise Refused("KEY_REFERENCE_UNKNOWN")
    return NoteSigner(settings.LOG_ORIGIN, private)


def log_policy() -> LogPolicy:
    """Say what the published index tells of our log: its key, its witnesses, how many of them must have cosigned.

    Where the settings tell the vkey, documents are published even while the log's key is away.
    """
    witnesses = tuple(NoteVerifier.parse(witness["vkey"]) for witness in settings.LOG_WITNESSES)
    vkey = settings.LOG_KEY.get("vkey")
    log = NoteVerifier.parse(vkey) if vkey else log_signer().verifier
    return LogPolicy(settings.LOG_ORIGIN, log, witnesses, settings.LOG_QUORUM, frozenset(COUNTRIES))


def press() -> Press:
    """Open the publisher's key, and say where its editions lie."""
    return Press(Path(settings.PUBLISH_DIR), publisher_key(), publisher_certificates())


def publication_sources(now: datetime) -> Sources:
    """Gather what is published besides the database's own."""
    did = f"did:web:{settings.PUBLIC_HOST.replace(':', '%3A')}:published:exports"
    rules = [found.to_json() for found in published_sets(now)]
    vectors = settings.VECTORS_DIR if settings.VECTORS_DIR.is_dir() else None
    return Sources(published_entries(now), rules, log=log_policy(), did=did, vectors=vectors)


def log_press() -> LogPress:
    """Open the log's key, and say where its files lie and who witnesses it."""
    policy = log_policy()
    return LogPress(Path(settings.PUBLISH_DIR), log_signer(), policy, witnesses())


@cache
def witnesses() -> tuple[Witness, ...]:
    """Give the lines to the log's witnesses (settings.LOG_WITNESSES); each remembers what its witness saw last."""
    return tuple(HttpWitness(witness["vkey"], witness["url"]) for witness in settings.LOG_WITNESSES)


@cache
def message_channels() -> Mapping[Channel, MessageChannel]:
    """Give the ways out that the settings name, one each a process: a folder for both, or gateway and mail server.

    Raises ValueError for a line in plain text to another machine.
    """
    if settings.MESSAGES_FOLDER:
        folder = Path(settings.MESSAGES_FOLDER)
        return {channel: FolderChannel(folder, channel.value) for channel in Channel}
    channels: dict[Channel, MessageChannel] = {}
    if settings.SMS_GATEWAY["url"]:
        given = settings.SMS_GATEWAY
        channels[Channel.SMS] = HttpSmsChannel(SmsGateway(given["url"], given["token"], given["sender"]))
    if settings.MAIL_SERVER["host"]:
        channels[Channel.EMAIL] = SmtpChannel(_mail_server(settings.MAIL_SERVER))
    return channels


def duty_contacts() -> list[Recipient]:
    """Give who is told alarms (settings.DUTY_CONTACTS). Refuses PHONE_ILL_FORMED, EMAIL_ILL_FORMED."""
    return [Recipient(email=one) if "@" in one else Recipient(phone=one) for one in settings.DUTY_CONTACTS]


def own_certificates() -> list[tuple[str, bytes]]:
    """Give every certificate of ours (DER) with its kind: DSC, CSCA, PUBLISHER, WALLET, FACILITY_ANCHOR/<provider>."""
    signers, roots = published_certificates()
    wallet = apple_wallet()
    return [
        *(("DSC", one) for one in signers),
        *(("CSCA", one) for one in roots),
        *(("PUBLISHER", one) for one in publisher_certificates()),
        *([("WALLET", wallet.certificate.public_bytes(Encoding.DER))] if wallet else []),
        *((f"FACILITY_ANCHOR/{anchor.provider}", anchor.certificate) for anchor in facility_anchors()),
    ]


def _mail_server(given: Mapping[str, str]) -> MailServer:
    return MailServer(
        given["host"],
        int(given["port"] or {"tls": 465, "starttls": 587}.get(given["security"], 25)),
        given["sender"],
        security=given["security"],
        user=given["user"],
        password=given["password"],
        bounces_to=given["bounces_to"],
        bounces=Path(given["bounces"]) if given["bounces"] else None,
        authorities=given["authorities"],
    )


def demo_messages(limit: int) -> list[Kept]:
    """Give the newest messages of the demo's phones and mailboxes; none outside the demo."""
    folder = Path(settings.MESSAGES_FOLDER)
    return kept_messages(folder, limit) if settings.DEMO and settings.MESSAGES_FOLDER and folder.is_dir() else []


def _open_own_key(key: Mapping[str, str]) -> AttestationKey:
    pin = key["pin"] or (DEMO_PIN if key["kind"] == "software" else "")
    reference = f"{key['reference']}.key.pem" if key["kind"] == "software" else key["reference"]
    return _open_key(KeyPlace(key["kind"], reference), pin, key["module"])


def _open_key(place: KeyPlace, pin: str, module: str) -> AttestationKey:
    match place.kind:
        case "software":
            file = file_below(settings.KEY_DIR, place.reference)
            return open_software_key(file, pin, certificates=place.certificates, wanted=place.algorithm)
        case "pkcs12":
            file = file_below(settings.KEY_DIR, place.reference)
            return open_pkcs12(file, pin, certificates=place.certificates, wanted=place.algorithm)
        case "pkcs11":
            address = parse_address(module, place.reference)
            return open_pkcs11(address, pin, certificates=place.certificates, wanted=place.algorithm)
        case _:
            raise Refused("KEY_REFERENCE_UNKNOWN")


def published_certificates() -> tuple[list[bytes], list[bytes]]:
    """Give the ministry's document signers and their roots (DER), found in KEY_DIR as ministry*.crt.pem, csca*.crt.pem.

    Old signers stay there until their last passport has ended.
    """
    return _certificates("ministry*.crt.pem"), _certificates("csca*.crt.pem")


def _certificates(pattern: str) -> list[bytes]:
    files = sorted(Path(settings.KEY_DIR).glob(pattern))
    return [load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER) for file in files]


def apple_wallet() -> AppleWallet | None:
    """Give what signs passes for Apple Wallet (settings.APPLE_WALLET), None where it is not set up.

    Refuses as open_apple_wallet.
    """
    file = _wallet_file(settings.APPLE_WALLET)
    return None if file is None else _apple_wallet(file, settings.APPLE_WALLET["pin"])


@cache
def _apple_wallet(file: Path, pin: str) -> AppleWallet:
    return open_apple_wallet(file, pin)


def google_wallet() -> GoogleWallet | None:
    """Give the issuer at Google Wallet (settings.GOOGLE_WALLET), None where it is not set up."""
    file, issuer = _wallet_file(settings.GOOGLE_WALLET), settings.GOOGLE_WALLET["issuer"]
    return open_google_wallet(file, issuer) if file is not None and issuer else None


def _wallet_file(given: Mapping[str, str]) -> Path | None:
    file = file_below(settings.KEY_DIR, given["reference"]) if given["reference"] else None
    return file if file is not None and file.is_file() else None
