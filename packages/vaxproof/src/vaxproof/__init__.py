"""The proof itself: issue and verify EU Digital COVID Certificates. No network, no clock, no framework.

Issue with `vaxproof.issue`, verify with `vaxproof.verify.verify`; the tree of the log is
`vaxproof.log.merkle`.
"""

from vaxproof.claims import Claims, Kind, Vaccination, dose_numbers
from vaxproof.errors import Code, ProofError
from vaxproof.sentences import sentence
from vaxproof.signer import Algorithm, Signer, SoftwareSigner
from vaxproof.trust.certificates import SignerCertificate, read_certificate
from vaxproof.trust.revocation_list import RevocationList
from vaxproof.trust.trust_list import TrustList
from vaxproof.verify import Answer, Policy, Verdict

__version__ = "0.1.0"

__all__ = [
    "Algorithm",
    "Answer",
    "Claims",
    "Code",
    "Kind",
    "Policy",
    "ProofError",
    "RevocationList",
    "Signer",
    "SignerCertificate",
    "SoftwareSigner",
    "TrustList",
    "Vaccination",
    "Verdict",
    "dose_numbers",
    "read_certificate",
    "sentence",
]
