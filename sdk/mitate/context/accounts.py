"""The visitor's company, from the owner's list: by network address and by e-mail domain.

The longest prefix wins. Addresses of hosting, VPN and access providers are never a company, and
neither is the domain of a free-mail service. The list stays on the server.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import Final, Literal

import msgspec

from mitate.visitor import Visitor
from mitate_rules import Diagnostic
from mitate_rules.errors import did_you_mean

from .fill import Fill
from .geo import plain

COLUMNS: Final = [
    "name",
    "domain",
    "cidr",
    "industry",
    "employees",
    "revenue",
    "country",
    "technologies",
    "tier",
    "stage",
    "owner",
    "confidence",
    "kind",
]
KINDS: Final = ("company", "hosting", "vpn", "isp")
BY_ADDRESS: Final = 0.8
"""How sure an address is where the list doesn't say."""
BY_EMAIL: Final = 0.9
"""How sure the domain of a confirmed e-mail address is, whatever the list says of the network."""
BY_BACKEND: Final = 1.0
"""How sure a log-in or a signed link is (the trait ``account.domain``)."""

# Mail anyone can have says nothing of a company: the world's largest services and Japan's carriers and providers.
FREE_MAIL: Final = frozenset(
    [
        "126.com",
        "163.com",
        "aol.com",
        "au.com",
        "bbiq.jp",
        "biglobe.ne.jp",
        "comcast.net",
        "daum.net",
        "docomo.ne.jp",
        "duck.com",
        "excite.co.jp",
        "ezweb.ne.jp",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "goo.ne.jp",
        "googlemail.com",
        "hanmail.net",
        "hey.com",
        "hotmail.co.jp",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.fr",
        "hotmail.it",
        "i.softbank.jp",
        "icloud.com",
        "jcom.home.ne.jp",
        "laposte.net",
        "libero.it",
        "live.com",
        "live.jp",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "mineo.jp",
        "msn.com",
        "naver.com",
        "nifty.com",
        "nifty.ne.jp",
        "ocn.ne.jp",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "outlook.fr",
        "outlook.jp",
        "plala.or.jp",
        "posteo.de",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rakuten.jp",
        "rediffmail.com",
        "rocketmail.com",
        "sina.com",
        "so-net.ne.jp",
        "softbank.ne.jp",
        "t-online.de",
        "t.vodafone.ne.jp",
        "tuta.com",
        "tutanota.com",
        "uqmobile.jp",
        "uol.com.br",
        "vodafone.ne.jp",
        "web.de",
        "willcom.com",
        "wp.pl",
        "yahoo.co.in",
        "yahoo.co.jp",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.com.br",
        "yahoo.de",
        "yahoo.fr",
        "yahoo.ne.jp",
        "yandex.com",
        "yandex.ru",
        "yeah.net",
        "ybb.ne.jp",
        "ymail.com",
        "ymobile.ne.jp",
    ]
)


class Account(msgspec.Struct, frozen=True, gc=False):
    """One company (or one network that is none) of the list. `confidence` is 0–1, for its networks."""

    name: str = ""
    domain: str | None = None
    industry: str | None = None
    employees: int | None = None
    revenue: float | None = None
    country: str | None = None
    technologies: tuple[str, ...] = ()
    tier: str | None = None
    stage: str | None = None
    owner: str | None = None
    confidence: float = BY_ADDRESS
    kind: str = "company"


Networks = Mapping[int, Account]
"""Whose each network is; the key is its first address, and in the lowest 8 bits the length of its prefix."""


class _Ranges:
    """Networks of one family as disjoint ranges: the start of each, and whose it is."""

    def __init__(self, networks: Networks, bits: int) -> None:
        self.starts: list[int] = []
        self.owners: list[Account | None] = []
        # The networks that hold the present one, the narrowest last: the end of each, and whose it is.
        holding: list[tuple[int, Account]] = []
        # Wider networks come first among those that start together, so the narrower cut into them.
        for key in sorted(networks):
            start, owner = key >> 8, networks[key]
            while holding and holding[-1][0] <= start:
                self._end(holding)
            self._begin(start, owner)
            holding.append((start + (1 << (bits - (key & 255))), owner))
        while holding:
            self._end(holding)

    def _end(self, holding: list[tuple[int, Account]]) -> None:
        end, _ = holding.pop()
        self._begin(end, holding[-1][1] if holding else None)

    def _begin(self, start: int, owner: Account | None) -> None:
        if self.starts and self.starts[-1] == start:
            self.owners[-1] = owner
        else:
            self.starts.append(start)
            self.owners.append(owner)

    def find(self, address: int) -> Account | None:
        place = bisect_right(self.starts, address) - 1
        return self.owners[place] if place >= 0 else None


class Accounts:
    """The list, ready to be asked. Frozen once made; shared by all threads."""

    def __init__(self, v4: Networks, v6: Networks, domains: Mapping[str, Account]) -> None:
        self._v4 = _Ranges(v4, 32)
        self._v6 = _Ranges(v6, 128)
        self._domains = domains

    @cached_property
    def names(self) -> frozenset[str]:
        """The companies of the list, none of which a page may show unasked."""
        listed = chain(self._domains.values(), self._v4.owners, self._v6.owners)
        return frozenset(account.name for account in listed if account is not None and account.kind == "company")

    @classmethod
    def load(cls, path: str | Path) -> tuple[Accounts, list[Diagnostic]]:
        """Read a CSV file (UTF-8, a header line): the accounts that could be read, and every finding.

        Columns are those of `COLUMNS`, in any order, `cidr` and `technologies` holding several
        values between spaces or semicolons.
        """
        try:
            raw = Path(path).read_bytes()
        except OSError as error:
            found = Diagnostic(
                code="unreadable-file", severity="error", message=f"can't be read: {error.strerror}", file=str(path)
            )
            return cls({}, {}, {}), [found]
        return cls.parse(raw, str(path))

    @classmethod
    def parse(cls, raw: bytes, file: str) -> tuple[Accounts, list[Diagnostic]]:
        """Read the bytes of a CSV file; `file` names it in the findings."""
        reading = _Reading(raw, file)
        reading.run()
        return cls(reading.networks[32], reading.networks[128], reading.domains), reading.sorted_findings()

    def by_address(self, ip: str) -> Account | None:
        """Give the account of the longest network that holds an address, providers included."""
        try:
            if ":" in ip and ":" in (ip := plain(ip)):
                return self._v6.find(int.from_bytes(inet_pton(AF_INET6, ip)))
            return self._v4.find(int.from_bytes(inet_pton(AF_INET, ip)))
        except (OSError, ValueError):
            return None

    def by_domain(self, domain: str) -> Account | None:
        """Give the company of a domain or of the nearest one above it."""
        name = domain.strip().rstrip(".").lower()
        while "." in name:
            if name in FREE_MAIL:
                return None
            if (account := self._domains.get(name)) is not None:
                return account if account.kind == "company" else None
            name = name.partition(".")[2]
        return None

    def by_email(self, email: str) -> Account | None:
        """Give the company of an e-mail address; never of a free-mail service."""
        name, at, domain = email.rpartition("@")
        return self.by_domain(domain) if at and name else None


def identify(accounts: Accounts, visitor: Visitor) -> tuple[Account, str, float] | None:
    """Tell the visitor's company, how it is known, and how sure that is (0–1)."""
    found = recognize(accounts, visitor)
    return found if found is not None and found[0].kind == "company" else None


def recognize(accounts: Accounts, visitor: Visitor) -> tuple[Account, str, float] | None:
    """Tell whose the visitor's log-in, e-mail or line is: as `identify`, but a provider's line is told too."""
    said = visitor.traits.get("account.domain") if visitor.traits else None
    if isinstance(said, str) and (account := accounts.by_domain(said)) is not None:
        return account, "backend", BY_BACKEND
    if visitor.email is not None and (account := accounts.by_email(visitor.email)) is not None:
        return account, "email", max(BY_EMAIL, account.confidence)
    if visitor.ip is not None and (account := accounts.by_address(visitor.ip)) is not None:
        return account, "address", account.confidence
    return None


def fill_account(names: frozenset[str], accounts: Accounts | None) -> Fill:
    """Prepare the `account.*` facts `names`; only `account.known` is there for a visitor of no known company.

    For a provider's line `account.kind` is there too, asked for or not: it says why no company is known.
    """
    fields = [(name, name[8:]) for name in sorted(names) if name[8:] in Account.__struct_fields__ and name not in _HOW]
    wants_known = "account.known" in names
    wants_source, wants_confidence = "account.source" in names, "account.confidence" in names

    def fill(visitor: Visitor, _remembered: Mapping[str, object], _now: float, facts: dict[str, object]) -> None:
        found = recognize(accounts, visitor) if accounts is not None else None
        is_company = found is not None and found[0].kind == "company"
        if wants_known:
            facts["account.known"] = is_company
        if found is None:
            return
        account, source, confidence = found
        if not is_company:
            facts["account.kind"] = account.kind
            return
        for name, field in fields:
            value: object = getattr(account, field)
            if value is not None and value != ():
                facts[name] = list(account.technologies) if field == "technologies" else value
        if wants_source:
            facts["account.source"] = source
        if wants_confidence:
            facts["account.confidence"] = confidence

    return fill


_HOW: Final = frozenset({"account.confidence"})


class _FieldError(Exception):
    """A field that can't be used."""

    def __init__(
        self, column: str, expected: str, got: str, hint: str | None = None, code: str = "wrong-value"
    ) -> None:
        super().__init__(expected)
        self.column, self.expected, self.got, self.hint, self.code = column, expected, got, hint, code


class _Reading:
    """One pass over a file: rows that fit are kept, the others are reported."""

    def __init__(self, raw: bytes, file: str) -> None:
        self.raw = raw
        self.file = file
        self.findings: list[Diagnostic] = []
        self.networks: dict[int, dict[int, Account]] = {32: {}, 128: {}}
        self.domains: dict[str, Account] = {}
        self.lines: list[str] = []
        self.header: list[str] = []

    def run(self) -> None:
        try:
            text = self.raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = self.raw.count(b"\n", 0, error.start) + 1
            column = error.start - (self.raw.rfind(b"\n", 0, error.start) + 1) + 1
            hint = 'save it as "CSV UTF-8"'
            self.report(
                line,
                column,
                "wrong-encoding",
                "expected UTF-8",
                "UTF-8",
                f"the byte 0x{self.raw[error.start]:02x}",
                hint,
            )
            return
        self.lines = io.StringIO(text, newline="").readlines()
        rows = self.rows()
        first = next(rows, None)
        if first is None:
            self.report(
                1, 1, "empty-file", "the file is empty", "a header line", "nothing", f"begin with: {','.join(COLUMNS)}"
            )
            return
        if not self.read_header(first[1]):
            return
        self.read_rows(rows)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give (line, fields), the line being where the row begins."""
        reader = csv.reader(self.lines, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                yield line, next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                self.report(
                    line,
                    1,
                    "wrong-csv",
                    f"the row can't be read: {error}",
                    "fields between commas",
                    None,
                    'write " inside a field as ""',
                )

    def read_header(self, names: Sequence[str]) -> bool:
        self.header = [name.strip().lower() for name in names]
        usable = True
        for place, name in enumerate(self.header):
            column = self.column(1, place)
            if name not in COLUMNS:
                hint = did_you_mean(name, COLUMNS) or f"columns are {', '.join(COLUMNS)}"
                self.report(
                    1, column, "unknown-column", f'unknown column "{name}"', "a known column", name, hint, "error"
                )
            elif name in self.header[:place]:
                self.report(
                    1, column, "duplicate-column", f'the column "{name}" comes twice', "each column once", name, None
                )
                usable = False
        if "cidr" not in self.header and "domain" not in self.header:
            self.report(
                1,
                1,
                "missing-column",
                'neither "cidr" nor "domain" is a column',
                "a column to know visitors by",
                None,
                f"columns are {', '.join(COLUMNS)}",
            )
            usable = False
        return usable

    def read_rows(self, rows: Iterable[tuple[int, list[str]]]) -> None:
        width, places = len(self.header), {name: place for place, name in enumerate(self.header)}
        read = _row_reader(places)
        for line, fields in rows:
            if not fields or not any(fields):
                continue
            if len(fields) != width:
                self.report(
                    line,
                    1,
                    "wrong-row",
                    f"{len(fields)} fields",
                    f"{width} fields as in the header",
                    f"{len(fields)} fields",
                    'a field with a comma needs " around it',
                )
                continue
            problems: list[_FieldError] = []
            if (found := read(fields, problems)) is None:
                for problem in problems:
                    self.wrong(line, problem)
                continue
            account, networks = found
            for bits, start, length in networks:
                known = self.networks[bits].setdefault(start << 8 | length, account)
                if known is not account:
                    self.wrong(
                        line,
                        _FieldError(
                            "cidr",
                            "each network once",
                            _written(bits, start, length),
                            f'it is already "{known.name or known.kind}"',
                            "duplicate-network",
                        ),
                    )
            domain = account.domain
            if domain is not None:
                if domain in FREE_MAIL:
                    self.wrong(
                        line,
                        _FieldError(
                            "domain",
                            "a company's own domain",
                            domain,
                            "anyone can have an address there: it is ignored",
                            "free-mail",
                        ),
                        "warning",
                    )
                elif self.domains.setdefault(domain, account) is not account:
                    self.wrong(
                        line,
                        _FieldError(
                            "domain",
                            "each domain once",
                            domain,
                            f'it is already "{self.domains[domain].name}"',
                            "duplicate-domain",
                        ),
                    )

    def wrong(self, line: int, wrong: _FieldError, severity: Literal["error", "warning"] = "error") -> None:
        message = f'{wrong.column}: expected {wrong.expected}, got "{wrong.got}"'
        place = self.header.index(wrong.column) if wrong.column in self.header else 0
        self.report(
            line, self.column(line, place), wrong.code, message, wrong.expected, wrong.got, wrong.hint, severity
        )

    def column(self, line: int, place: int) -> int:
        """Give the column (from 1) where a row's field begins, quotes included."""
        at, quoted = 0, False
        text = self.lines[line - 1]
        for index, character in enumerate(text):
            if place == 0:
                break
            if character == '"':
                quoted = not quoted
            elif character == "," and not quoted:
                place, at = place - 1, index + 1
        return at + 1

    def report(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        expected: str,
        got: str | None,
        hint: str | None,
        severity: Literal["error", "warning"] = "error",
    ) -> None:
        self.findings.append(
            Diagnostic(
                code=code,
                severity=severity,
                message=message,
                expected=expected,
                got=got,
                hint=hint,
                file=self.file,
                line=line,
                column=column,
            )
        )

    def sorted_findings(self) -> list[Diagnostic]:
        return sorted(self.findings, key=lambda found: (found.line or 0, found.column or 0))


Network = tuple[int, int, int]
"""Bits of the family (32 or 128), first address, length of the prefix."""


def _row_reader(
    places: Mapping[str, int],
) -> Callable[[Sequence[str], list[_FieldError]], tuple[Account, list[Network]] | None]:
    """Prepare the reading of rows whose columns stand at `places`: a row that doesn't fit gives None and says why."""
    cidr_at, kind_at, name_at, domain_at = (places.get(column) for column in ("cidr", "kind", "name", "domain"))
    readers = [(column, places[column], read) for column, read in _READERS.items() if column in places]

    def read_row(fields: Sequence[str], wrong: list[_FieldError]) -> tuple[Account, list[Network]] | None:
        values: dict[str, object] = {}
        networks: list[Network] = []
        for column, place, read in readers:
            if value := fields[place].strip():
                try:
                    values[column] = read(value)
                except _FieldError as error:
                    wrong.append(error)
        if cidr_at is not None:
            for part in fields[cidr_at].replace(";", " ").split():
                try:
                    networks.append(_network(part))
                except _FieldError as error:
                    wrong.append(error)
        if not networks and (domain_at is None or not fields[domain_at].strip()) and not wrong:
            column = "domain" if cidr_at is None else "cidr"
            wrong.append(_FieldError(column, "a network or a domain to know visitors by", "", code="missing-value"))
        if (
            name_at is not None
            and "name" not in values
            and (kind_at is None or values.get("kind", "company") == "company")
        ):
            wrong.append(_FieldError("name", "the company's name", "", code="missing-value"))
        return None if wrong else (_account(values), networks)

    return read_row


def _account(values: Mapping[str, object]) -> Account:
    return msgspec.structs.replace(_NOBODY, **values)


_NOBODY: Final = Account()


def _employees(value: str) -> int:
    digits = value if value.isdecimal() else value.replace(",", "")
    if not digits.isdecimal() or len(digits) > 9:
        raise _FieldError("employees", "a whole number, 0 or more", value, "write 320, not 300-500")
    return int(digits)


def _revenue(value: str) -> float:
    try:
        amount = float(value.replace(",", ""))
    except ValueError:
        amount = -1.0
    if not 0 <= amount < 1e18:
        raise _FieldError("revenue", "an amount, 0 or more", value, "write 1200000000, without a unit")
    return amount


def _confidence(value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        hint = f"did you mean {share / 100:g}?" if 1 < share <= 100 else None
        raise _FieldError("confidence", "a number from 0 to 1", value, hint)
    return share


def _kind(value: str) -> str:
    kind = value.lower()
    if kind not in KINDS:
        raise _FieldError("kind", " or ".join(KINDS), value, did_you_mean(kind, KINDS))
    return kind


def _technologies(value: str) -> tuple[str, ...]:
    parts = value.split(";") if ";" in value else value.split()
    return tuple(part.strip() for part in parts if part.strip())


def _domain(value: str) -> str:
    name = value.lower().rstrip(".")
    if not _DOMAIN.fullmatch(name) or len(name) > 253:
        hint = None
        if "@" in name or "//" in name:
            hint = f"did you mean {name.rpartition('@')[2].rpartition('//')[2].partition('/')[0]}?"
        raise _FieldError("domain", "a domain such as aoba.example", value, hint)
    return name


_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?")


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "name": str,
    "domain": _domain,
    "industry": str,
    "employees": _employees,
    "revenue": _revenue,
    "country": str.upper,
    "technologies": _technologies,
    "tier": str,
    "stage": str,
    "owner": str,
    "confidence": _confidence,
    "kind": _kind,
}


def _network(value: str) -> Network:
    """Read ``192.0.2.0/24``, ``2001:db8::/32`` or one address. `ipaddress` takes ten times as long."""
    address, slash, written = value.partition("/")
    family, bits = (AF_INET6, 128) if ":" in address else (AF_INET, 32)
    try:
        start = int.from_bytes(inet_pton(family, address))
    except (OSError, ValueError):
        raise _FieldError("cidr", "a network such as 203.0.113.0/24", value) from None
    length = bits
    if slash:
        length = int(written) if len(written) < 4 and written.isdecimal() else -1
        if not 0 <= length <= bits:
            raise _FieldError("cidr", f"a prefix from 0 to {bits}", value)
    if rest := start & ((1 << (bits - length)) - 1):
        raise _FieldError(
            "cidr", "the first address of a network", value, f"did you mean {_written(bits, start - rest, length)}?"
        )
    return bits, start, length


def _written(bits: int, start: int, length: int) -> str:
    family = AF_INET if bits == 32 else AF_INET6
    return f"{inet_ntop(family, start.to_bytes(bits // 8))}/{length}"
