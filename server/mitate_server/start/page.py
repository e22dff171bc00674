"""Render the start page. Plain HTML from values; style and script are files, so that the policy can be strict."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from mitate import TokenError
from mitate.tokens import LEAST_SECRET
from mitate_server import sample, snippet
from mitate_server.door import Door
from mitate_server.links import first_origin, sample_page
from mitate_server.previews import asked_here, invite, serves_the_public
from mitate_server.settings import Settings
from mitate_server.sites import Served, Sites

from .words import WORDS, Language, choose_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mitate_rules import Diagnostic

FILES: Final = {
    "start.css": "text/css; charset=utf-8",
    "start.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

PREVIEW: Final = "preview"
"""Where the page asks for a preview, beside its files."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


class StartPage:
    """Shows the state of the sites to whoever may see it."""

    def __init__(self, sites: Sites, settings: Settings, door: Door) -> None:
        self._sites = sites
        self._settings = settings
        self._door = door

    def _hide_from_strangers(self, request: Request) -> None:
        who = self._settings.start_page
        if who == "never" or (
            who == "local" and not self._door.is_local(request.scope, dict(request.scope["headers"]))
        ):
            raise HTTPException(404)

    async def page(self, request: Request) -> Response:
        """Answer with the page."""
        self._hide_from_strangers(request)
        language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        host = request.headers.get("host", f"{self._settings.host}:{self._settings.port}")
        local = self._door.is_local(request.scope, dict(request.scope["headers"]))
        body = Writer(language, self._settings, f"{request.url.scheme}://{host}", local).page(
            self._sites, self._door.untrusted_proxy, self._door.refused
        )
        return Response(
            body,
            media_type="text/html; charset=utf-8",
            headers={
                "content-security-policy": POLICY,
                "content-language": language,
                "cache-control": "no-store",
                "vary": "accept-language",
                "referrer-policy": "no-referrer",
                "x-content-type-options": "nosniff",
            },
        )

    async def file(self, request: Request) -> Response:
        """Answer with one of the page's own files, or send the browser to a preview."""
        self._hide_from_strangers(request)
        name = request.path_params["name"]
        if name == PREVIEW:
            return self._preview(request)
        if name not in FILES:
            raise HTTPException(404)
        source = (files("mitate_server") / "start" / name).read_bytes()
        return Response(
            source, media_type=FILES[name], headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        )

    def _preview(self, request: Request) -> Response:
        """Send whoever sits at this machine to a preview. It is made now: the link on the page never grows old."""
        served = self._sites.get(request.query_params.get("site", ""))
        target = None if served is None else preview_page(served, self._settings)
        if served is None or target is None or not asked_here(request.scope, dict(request.scope["headers"])):
            raise HTTPException(404)
        language = choose_language(request.query_params.get("lang"), request.headers.get("accept-language", ""))
        page = target if "://" in target else f"{request.url.scheme}://{request.headers['host']}{target}"
        try:
            link = invite(page, served.mitate.site.name, self._settings.secret, language)
        except TokenError:
            raise HTTPException(404) from None
        return Response(
            status_code=303,
            headers={"location": link, "cache-control": "no-store", "referrer-policy": "no-referrer"},
        )


def preview_page(served: Served, settings: Settings) -> str | None:
    """Give the page that a preview opens: of the site's own on this machine, else its sample page; None without previews."""
    site = served.mitate.site
    if settings.start_page == "never" or serves_the_public(settings, site.origins):
        return None
    if len(settings.secret.encode()) < LEAST_SECRET:
        return None
    return first_origin(site.origins) or (sample_page("", site.name) if sample.has_sample(served) else None)


class Writer:
    """Writes the page in one language. Every value from a document is escaped where it is written."""

    def __init__(self, language: Language, settings: Settings, address: str, local: bool) -> None:
        self._language: Language = language
        self._local = local
        self._settings = settings
        self._address = settings.public_url or address
        self._endpoint = self._address + settings.prefix

    def _say(self, key: str, **values: object) -> str:
        """Give a text as HTML: `WORDS` is ours, the values are not."""
        text = WORDS[key][self._language]
        if "<code>" not in text:
            text = escape(text, quote=False)
        for name, value in values.items():
            text = text.replace("{" + name + "}", escape(str(value)))
        return text

    def page(self, sites: Sites, proxy: str | None, refused: Mapping[str, str]) -> str:
        other = "ja" if self._language == "en" else "en"
        warnings = [self._notice("proxy", "warning", self._say("proxy", address=proxy))] if proxy else []
        warnings += [
            self._notice("refused", "warning", self._say("refused", origin=origin, site=site))
            for origin, site in refused.items()
            if not sites.allows(site, origin.encode())
        ]
        if self._settings.workers > 1:
            warnings.append(self._notice("workers", "note", self._say("workers", count=self._settings.workers)))
        lead = "lead-open" if self._settings.start_page == "always" else "lead"
        cards = "".join(self._site(number, name, served) for number, (name, served) in enumerate(sorted(sites.items())))
        return f"""<!doctype html>
<html lang="{self._language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{self._say("title")}</title>
<link rel="icon" href="/start/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/start/start.css">
<script src="/start/start.js" defer></script>
</head>
<body>
<header class="top">
<p class="brand"><img src="/start/icon.svg" alt="" width="28" height="28"> mitate <span lang="ja" aria-hidden="true">見立て</span></p>
<nav><a href="/?lang={other}" lang="{other}" hreflang="{other}">{self._say("other-language")}</a></nav>
</header>
<main>
<h1>{self._say("title")}</h1>
<p class="lead">{self._say(lead)}</p>
<div data-live="warnings" role="status">{"".join(warnings)}</div>
{cards}
</main>
</body>
</html>
"""

    def _notice(self, name: str, kind: str, html: str) -> str:
        return f'<p class="notice {kind}" data-notice="{name}">{html}</p>'

    def _site(self, number: int, name: str, served: Served) -> str:
        mitate = served.mitate
        label = mitate.site.label.get(self._language) or name
        identity = f'<span class="id">{escape(name)}</span>' if label != name else ""
        problems = list(mitate.problems)
        state = ("stale", self._say("stale")) if problems else ("good", self._say("serving"))
        link = (
            f'<a class="button" href="/sample/{escape(name)}/" target="_blank" rel="noopener">{self._say("sample")}</a>'
            if sample.has_sample(served) and self._settings.start_page != "never"
            else ""
        )
        return f"""<article class="site" aria-labelledby="site-{number}">
<header>
<div><h2 id="site-{number}">{escape(label)}</h2>{identity}</div>
<div data-live="state-{number}"><span class="state {state[0]}">{state[1]}</span></div>
<div class="preview" data-live="preview-{number}">{self._preview(served)}</div>
{link}
</header>
<div data-live="problems-{number}" aria-live="polite">{self._problems(problems)}</div>
<div class="columns">
<section><h3>{self._say("numbers")}</h3><div data-live="numbers-{number}">{self._numbers(served)}</div></section>
<section><h3>{self._say("about")}</h3><div data-live="about-{number}">{self._about(served)}</div></section>
</div>
<section><h3>{self._say("slots")}</h3><div data-live="slots-{number}">{self._slots(served)}</div></section>
<section><h3>{self._say("tag")}</h3>{self._tag(number, served)}</section>
<section><h3>{self._say("next")}</h3>{self._next(served)}</section>
</article>
"""

    def _preview(self, served: Served) -> str:
        """Link to a preview of the site; only who sits at this machine is given one, since it tells the conditions."""
        if not self._local or preview_page(served, self._settings) is None:
            return ""
        query = escape(urlencode({"site": served.mitate.site.name, "lang": self._language}))
        title = self._say("preview-title")
        return (
            f'<a class="button" href="/start/{PREVIEW}?{query}" title="{title}" target="_blank" rel="noopener">'
            f"{self._say('preview')}</a>"
        )

    def _problems(self, problems: list[Diagnostic]) -> str:
        if not problems:
            return ""
        items = "".join(self._problem(problem) for problem in problems)
        return f'<div class="problems"><p>{self._say("problems")}</p><ul>{items}</ul></div>'

    def _problem(self, problem: Diagnostic) -> str:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
        hint = f'<span class="hint">{self._say("hint")}: {escape(problem.hint)}</span>' if problem.hint else ""
        return f"<li><code>{escape(place)}</code> {escape(problem.message)} {hint}</li>"

    def _numbers(self, served: Served) -> str:
        faults = {**served.mitate.faults, **served.faults}
        count = sum(faults.values())
        tiles = "".join(
            f'<div class="tile{" bad" if bad else ""}"><dt>{self._say(key)}</dt><dd>{value:,}</dd></div>'
            for key, value, bad in (
                ("decided", served.decided, False),
                ("recorded", served.recorded, False),
                ("faults", count, count > 0),
            )
        )
        return f'<dl class="tiles">{tiles}</dl>{self._reasons(served.mitate.reasons)}{self._faults(served, faults)}'

    def _reasons(self, reasons: Mapping[str, int]) -> str:
        if not reasons:
            return f'<p class="quiet">{self._say("no-reasons")}</p>'
        most = max(reasons.values())
        rows = "".join(
            f'<tr><th scope="row">{self._say(f"reason-{reason}")}</th>'
            f'<td><meter min="0" max="{most}" value="{count}" aria-hidden="true"></meter></td><td class="number">{count:,}</td></tr>'
            for reason, count in sorted(reasons.items(), key=lambda item: -item[1])
        )
        return f'<table class="reasons"><caption>{self._say("reasons")}</caption><tbody>{rows}</tbody></table>'

    def _faults(self, served: Served, faults: Mapping[str, int]) -> str:
        shown = ""
        if faults:
            items = "".join(f"<li><code>{escape(kind)}</code> × {count:,}</li>" for kind, count in faults.items())
            shown += f'<div class="problems"><p>{self._say("fault-kinds")}</p><ul>{items}</ul></div>'
        for key, counts in (("misfits", served.mitate.misfits), ("unbelieved", served.unbelieved)):
            if not counts:
                continue
            items = "".join(f"<li><code>{escape(name)}</code> × {count:,}</li>" for name, count in counts.items())
            shown += f'<div class="notice note"><p>{self._say(key)}</p><ul>{items}</ul></div>'
        return shown + self._distrusted(served)

    def _distrusted(self, served: Served) -> str:
        """Say which tokens of pages were not believed, and why."""
        if not served.distrusted:
            return ""
        items = "".join(
            f"<li>{escape(one.said[self._language])} × {one.count:,}</li>" for one in served.distrusted.values()
        )
        return f'<div class="notice note"><p>{self._say("distrusted")}</p><ul>{items}</ul></div>'

    def _about(self, served: Served) -> str:
        site, settings = served.mitate.site, self._settings
        loaded = datetime.fromtimestamp(served.mitate.since, UTC)
        rows: list[tuple[str, str]] = [
            ("version", f"<code>{escape(served.mitate.version)}</code>"),
            (
                "loaded",
                f'<time datetime="{loaded.isoformat(timespec="seconds")}">{loaded:%Y-%m-%d %H:%M:%S} UTC</time>',
            ),
            ("folder", f"<code>{escape(str(served.path))}</code>"),
            ("consent", self._say(f"consent-{site.consent.default}")),
            (
                "places",
                self._say("places-city", file=settings.city_file.name)
                if settings.city_file
                else self._say("places-country"),
            ),
            ("stores", f"<code>{escape(str(settings.data))}</code>" if settings.data else self._say("stores-memory")),
            (
                "origins",
                "<br>".join(f"<code>{escape(origin)}</code>" for origin in site.origins) or self._say("no-origins"),
            ),
            ("secret", self._say("secret-set" if settings.secret else "secret-none")),
        ]
        return (
            "<dl class=facts>"
            + "".join(f"<div><dt>{self._say(key)}</dt><dd>{value}</dd></div>" for key, value in rows)
            + "</dl>"
        )

    def _slots(self, served: Served) -> str:
        site = served.mitate.site
        rows = ""
        for slot in site.slots.values():
            fill = [
                self._experience(one.id, one.label, one.status)
                for one in site.experiences.values()
                if slot.name in one.slots
            ]
            order = f"<ol>{''.join(fill)}</ol>" if fill else f'<span class="quiet">{self._say("no-experience")}</span>'
            label = slot.label.get(self._language)
            named = f'{escape(label)} <span class="id">{escape(slot.name)}</span>' if label else escape(slot.name)
            rows += (
                f'<tr><th scope="row">{named}</th><td><code>{escape(slot.selector)}</code></td><td>{order}</td></tr>'
            )
        heads = "".join(f'<th scope="col">{self._say(key)}</th>' for key in ("slot", "selector", "in-order"))
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{self._say("slots")}"><table class="slots"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'

    def _experience(self, name: str, label: Mapping[str, str], status: str) -> str:
        shown = label.get(self._language)
        named = f'{escape(shown)} <span class="id">{escape(name)}</span>' if shown else escape(name)
        return f"<li>{named}{'' if status == 'live' else f' <em>{self._say(status)}</em>'}</li>"

    def _tag(self, number: int, served: Served) -> str:
        table = served.mitate.slot_table(self._endpoint, self._settings.deadline)
        try:
            tag, allowed = snippet.tag(table), snippet.policy(table)
        except FileNotFoundError:
            return f'<p class="notice warning">{self._say("tag-missing")}</p>'
        slots = list(served.mitate.site.slots)
        mark = (
            f'<section data-mitate="{slots[0] if slots else "hero"}">{WORDS["own-content"][self._language]}</section>'
        )
        command = f"mitate snippet {served.path} --url {self._address}"
        return f"""<div data-live="old-tags-{number}" role="status">{self._old_tags(served)}</div>
<p>{self._say("tag-lead", deadline=self._settings.deadline)}</p>
{self._code(f"tag-{number}", tag, "tag")}
<p>{self._say("tag-command")}</p>
{self._code("", command)}
<p>{self._say("tag-slot")}</p>
{self._code(f"mark-{number}", mark)}
<details><summary>{self._say("tag-csp")}</summary><p>{self._say("tag-csp-lead")}</p>{self._code(f"hash-{number}", allowed)}</details>"""

    def _old_tags(self, served: Served) -> str:
        old = served.old_tags_in_use()
        if not old:
            return ""
        hashes, count = ", ".join(old), f"{sum(tag.asks for tag in old.values()):,}"
        return self._notice("old-tag", "warning", self._say("tag-old", hashes=hashes, count=count))

    def _next(self, served: Served) -> str:
        path = str(served.path)
        visitor = WORDS["next-explain-visitor"][self._language]
        return f"""<ol class="next">
<li>{self._say("next-edit", folder=path)}</li>
<li>{self._say("next-origin")}</li>
<li>{self._say("next-explain")} {self._code("", f'mitate explain {path} --visitor "{visitor}"')}</li>
<li>{self._say("next-preview")} {self._code("", f"mitate preview {path}")}</li>
<li>{self._say("next-check")} {self._code("", f"mitate check {path}")}</li>
</ol>"""

    def _code(self, name: str, text: str, kind: str = "") -> str:
        live = f' data-live="{name}"' if name else ""
        return (
            f'<div class="code {kind}"><pre tabindex="0"><code{live}>{escape(text, quote=False)}</code></pre>'
            f'<button type="button" data-copy data-done="{self._say("copied")}">{self._say("copy")}</button></div>'
        )
