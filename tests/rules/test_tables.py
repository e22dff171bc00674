"""The tables are complete: operators, sentences, public names."""

from __future__ import annotations

import inspect
import json
import string

import pytest

import mitate_rules
from mitate_rules.errors import Diagnostic
from mitate_rules.jsonlogic import NAMES, SPECIAL
from mitate_rules.messages import ASKED, CATALOGUE, LANGUAGES, SAID_LIKE, UNITS, VERSIONS, WINDOWS, WORDS, said_as
from mitate_rules.operands import OPERANDS
from mitate_rules.operators import OPERATORS, ORDER, TABLE, TAKES, VERSION_SIGNS, Operator
from mitate_rules.windows import SECONDS, VISIT

CONDITIONS = [row for row in TABLE if row.targeting and row.gives == "condition" and row.takes != "conditions"]


def test_every_public_name_exists_and_is_listed_in_order() -> None:
    assert list(mitate_rules.__all__) == sorted(mitate_rules.__all__, key=lambda name: (not name.isupper(), name))
    public = {
        name for name, value in vars(mitate_rules).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(mitate_rules.__all__)


def test_operator_names_are_unique() -> None:
    assert len(OPERATORS) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_operator_has_a_meaning_and_typed_operands(row: Operator) -> None:
    structural = {"var", "conditions", "if", "audience", "quantifier", "numbers", "any"}
    if row.targeting and row.takes not in structural:
        assert row.evaluate is not None
        assert row.takes in OPERANDS
    if row.official and row.loose is None:
        assert row.name in SPECIAL
    if not row.targeting:
        assert row.note
    if row.negated is not None:
        assert OPERATORS[row.negated].negated == row.name
    assert row.targeting or row.official


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_every_operator_says_what_it_does_and_shows_it(row: Operator) -> None:
    assert row.does[0].isupper()
    assert row.does.endswith(".")
    assert f'{{"{row.name}": ' in row.example
    assert json.dumps(json.loads(row.example)) == row.example
    assert TAKES[row.takes]


def test_the_official_dialect_has_all_its_operators() -> None:
    assert len(NAMES) == 35
    assert {"map", "reduce", "cat", "substr", "merge", "missing", "missing_some", "log"} <= set(NAMES)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("row", CONDITIONS, ids=lambda row: row.name)
def test_every_condition_is_said_in_every_language_matched_and_not(row: Operator, lang: str) -> None:
    names = [f"days_since {sign}" for sign in ORDER] if row.name == "days_since" else [said_as(row.name)]
    for name in names:
        forms = CATALOGUE[lang][name]
        assert forms.holds
        assert forms.fails
        if row.negated is None and row.name != "days_since":
            assert forms.not_holds
            assert forms.not_fails


def test_all_languages_say_the_same_things() -> None:
    for table in (ASKED, CATALOGUE, WORDS, UNITS, VERSIONS, WINDOWS):
        assert list(table["ja"]) == list(table["en"])
    known = {
        *OPERATORS,
        "range",
        "truth",
        "happened",
        "present",
        "missing",
        "withheld",
        "always",
        "starts_with page",
        "empty",
    }
    assert {name.split(" ")[0] if name.startswith("days") else name for name in CATALOGUE["en"]} <= known
    assert set(SAID_LIKE) <= set(OPERATORS)
    assert list(VERSIONS["en"]) == list(VERSION_SIGNS)
    assert list(WINDOWS["en"]) == [*SECONDS, VISIT]


def test_sentences_are_filled_with_known_words_only() -> None:
    for forms in (forms for table in CATALOGUE.values() for forms in table.values()):
        for template in forms:
            fields = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
            assert fields <= {"f", "a", "v", "w", "n", "l", "c", "be", "i", "t"}


def test_a_diagnostic_needs_only_its_message() -> None:
    assert str(Diagnostic(code="x", severity="note", message="m")) == "m"
