"""A decision's proof: what was read, what came of it, and the means to replay it against the document, offline.

A proof is personal data: it holds the facts and what was remembered of one visitor, and where the visitor was
bucketed the key. Consent, retention and erasure apply to wherever it is kept; mitate keeps none. It never holds an
IP address: in its place stand the networks that were asked about and the answers.

The digest shows damage, not forgery: who changes a proof can make a new digest. Only a signature with the site's
secret shows that the proof was made here.
"""

from .checking import verify
from .making import prove, sealed
from .record import Asked, Outcome, Proof

__all__ = ["Asked", "Outcome", "Proof", "prove", "sealed", "verify"]
