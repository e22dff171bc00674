"""Whose word a page may pass on: identities that the site's backend signed, and links that open a preview."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import msgspec

from .settings import Settings
from .sites import Served

if TYPE_CHECKING:
    from mitate import Visitor


class Tokens:
    """Reads tokens with this server's secret. One that isn't to be believed is counted and changes nothing."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.secret
        if settings.secret:
            import_module("jwt")  # loaded at the start, not while the first visitor waits

    def known(self, served: Served, visitor: Visitor, token: str) -> Visitor:
        """Give the visitor with what the token says of them; what a backend itself says counts more."""
        from mitate import TokenError
        from mitate.tokens import read_identity

        try:
            said = read_identity(token, served.mitate.site.name, self._secret)
        except TokenError as error:
            served.distrust(error)
            return visitor
        return msgspec.structs.replace(
            visitor,
            user_id=visitor.user_id or said.sub,
            email=visitor.email or said.email,
            traits={**said.traits, **visitor.traits},
        )

    def is_of_preview(self, served: Served, token: str) -> bool:
        """Tell whether a page sends the token of a preview, expired or not: nothing of it is ever counted."""
        from mitate.tokens import is_preview

        return is_preview(token, served.mitate.site.name, self._secret)
