"""``mitate verify`` and what ``mitate explain`` writes for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mitate_server.cli.explain import command as explain
from mitate_server.cli.verify import command as verify

from .conftest import SECRET, SITE, write_site

HERE = ("--ip", "203.0.113.9", "--url", "https://shop.example/?utm_source=letter")


def run(command: object, *words: str, answers: str | None = None, secret: str = "") -> Result:
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", "MITATE_SECRET": secret})
    return runner.invoke(command, list(words), input=answers)  # type: ignore[arg-type]


@pytest.fixture
def shop(tmp_path: Path) -> str:
    return str(write_site(tmp_path / "shop"))


def test_a_proof_written_by_explain_is_verified(shop: str, tmp_path: Path) -> None:
    file = str(tmp_path / "hero.json")
    assert run(explain, shop, *HERE, "--slot", "hero", "--proof", file).exit_code == 0
    done = run(verify, shop, file)
    assert (done.exit_code, done.output) == (0, f"verified  {file} (hero, not signed)\n")


def test_several_proofs_come_as_a_list_and_are_read_from_the_input(shop: str) -> None:
    proofs = run(explain, shop, *HERE, "--proof", "-")
    assert [one["slot"] for one in json.loads(proofs.output)] == ["hero", "note"]
    assert "203.0.113.9" not in proofs.output
    done = run(verify, shop, "-", "--json", answers=proofs.output)
    assert done.exit_code == 0
    assert json.loads(done.output) == {
        "proofs": [
            {"source": "-", "slot": "hero", "verified": True, "signature": "none", "problems": []},
            {"source": "-", "slot": "note", "verified": True, "signature": "none", "problems": []},
        ]
    }


def test_what_differs_is_said_and_fails(shop: str, tmp_path: Path) -> None:
    proof = run(explain, shop, *HERE, "--slot", "hero", "--proof", "-").output
    broken = run(verify, shop, "-", answers=proof.replace('"letter"', '"mail"', 1))
    assert broken.exit_code == 1
    assert broken.output.startswith(
        "not verified  - (hero)\n  the digest is broken, so something in the proof was changed: sha256:"
    )
    write_site(Path(shop), {**SITE, "timezone": "Asia/Seoul"})
    later = run(verify, shop, "-", answers=proof)
    assert later.exit_code == 1
    assert later.output.splitlines()[1].startswith("  the document has changed since: this is version ")
    assert len(later.output.splitlines()) == 2


def test_a_signature_is_made_and_checked_where_the_secret_is_known(shop: str) -> None:
    proof = run(explain, shop, *HERE, "--slot", "hero", "--proof", "-", secret=SECRET).output
    assert run(verify, shop, "-", "--signed", answers=proof, secret=SECRET).output == "verified  - (hero, signed)\n"
    assert run(verify, shop, "-", answers=proof).output == (
        "verified  - (hero, signature not checked: no secret here)\n"
    )
    other = run(verify, shop, "-", answers=proof, secret="another")
    assert (other.exit_code, other.output.splitlines()[1]) == (1, "  the signature is not of this site's secret")
    unsigned = run(explain, shop, *HERE, "--slot", "hero", "--proof", "-").output
    refused = run(verify, shop, "-", "--signed", answers=unsigned, secret=SECRET)
    assert (refused.exit_code, refused.output.splitlines()[1]) == (1, "  the proof has no signature")
    assert run(verify, shop, "-", "--signed", answers=proof).exit_code == 2


def test_what_is_no_proof_is_told_so(shop: str, tmp_path: Path) -> None:
    for text, why in (("{", "it is not JSON ("), ("[" * 100_000, "it nests too deep"), ("[]", "the list is empty")):
        done = run(verify, shop, "-", answers=text)
        assert done.exit_code == 1
        assert done.output.startswith(f"not verified  -\n  this is no proof: {why}")
    done = run(verify, shop, str(tmp_path / "gone.json"))
    assert (done.exit_code, "No such file" in done.output) == (2, True)
    done = run(verify, shop, "-", answers="[1, {}]")
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "not verified  -",
        "  this is no proof: expected an object",
        "not verified  -",
        "  this is no proof: Object missing required field `format`",
    ]


def test_a_site_with_errors_verifies_nothing(shop: str) -> None:
    (Path(shop) / "site.json").write_text("{}")
    done = run(verify, shop, "-", answers="{}")
    assert done.exit_code == 1
    assert "missing-key" in done.output


def test_the_whole_story_is_one_line_for_each_experience(shop: str) -> None:
    done = run(explain, shop, *HERE, "--slot", "hero", "--whole", "--lang", "en")
    assert done.output.splitlines()[-2:] == [
        '      · "pro" would need plan: pro.',
        '      · "letter" is shown because campaign source is letter.',
    ]


def test_a_signature_that_was_taken_away_is_missed(shop: str) -> None:
    proof = json.loads(run(explain, shop, *HERE, "--slot", "hero", "--proof", "-", secret=SECRET).output)
    del proof["signature"]
    done = run(verify, shop, "-", answers=json.dumps(proof), secret=SECRET)
    assert (done.exit_code, done.output) == (0, "verified  - (hero, not signed)\n")


def test_a_proof_that_cannot_be_written_is_an_error_without_a_traceback(shop: str, tmp_path: Path) -> None:
    done = run(explain, shop, *HERE, "--proof", str(tmp_path / "nowhere" / "hero.json"))
    assert done.exit_code == 1
    assert done.output.endswith("hero.json can't be written: No such file or directory\n")
