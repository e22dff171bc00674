"""Settings: one table, from which flags, variables and help follow."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest
from click.testing import CliRunner

from mitate_server.cli import main
from mitate_server.settings import ROWS, SettingError, Settings, read_file


def test_every_setting_is_in_the_help_with_its_meaning_and_its_variable() -> None:
    said = " ".join(CliRunner().invoke(main, ["serve", "--help"], terminal_width=200).output.split())
    for row in ROWS:
        assert row.flag in said
        assert f"[{row.variable}]" in said
        assert row.about.meaning in said


def test_flags_win_over_variables() -> None:
    settings = Settings.read({"MITATE_PORT": "9000", "MITATE_RATE": "5"}, {"port": "9001"})
    assert (settings.port, settings.rate) == (9001, 5.0)


def test_absent_settings_have_their_defaults() -> None:
    assert Settings.read({}) == Settings()


def test_settings_reach_worker_processes_unchanged() -> None:
    settings = Settings.read(
        {"MITATE_PREFIX": "px/", "MITATE_TRUSTED_PROXIES": "10.0.0.0/8, ::1", "MITATE_DATA": "", "MITATE_RELOAD": "no"}
    )
    assert settings.prefix == "/px"
    assert settings.trusted_proxies == (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1"))
    assert (settings.data, settings.reload) == (None, False)
    assert Settings.read(settings.to_environment()) == settings


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("MITATE_PORT", "65536", "MITATE_PORT: expected a whole number from 0 to 65,535, got '65536'"),
        ("MITATE_PORT", "-1", "MITATE_PORT: expected a whole number from 0 to 65,535, got '-1'"),
        ("MITATE_PORT", "", "MITATE_PORT: expected a whole number from 0 to 65,535, got ''"),
        ("MITATE_RATE", "nan", "MITATE_RATE: expected a number from 0 to 1e+06, got 'nan'"),
        ("MITATE_WORKERS", "0", "MITATE_WORKERS: expected a whole number from 1 to 256, got '0'"),
        ("MITATE_DURABILITY", "safe", "MITATE_DURABILITY: expected one of normal, full, got 'safe'"),
        ("MITATE_RELOAD", "maybe", "MITATE_RELOAD: expected yes or no, got 'maybe'"),
        (
            "MITATE_TRUSTED_PROXIES",
            "10.0.0.1/8",
            "MITATE_TRUSTED_PROXIES: expected networks such as 10.0.0.0/8, 192.168.1.5, got '10.0.0.1/8'",
        ),
        ("MITATE_PREFIX", "/a b", "MITATE_PREFIX: expected a path such as /shop-data, got '/a b'"),
        (
            "MITATE_PUBLIC_URL",
            "edge.example",
            "MITATE_PUBLIC_URL: expected an address such as https://edge.example, got 'edge.example'",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(variable: str, value: str, message: str) -> None:
    with pytest.raises(SettingError) as error:
        Settings.read({variable: value})
    assert str(error.value) == message


def test_the_secret_is_never_shown() -> None:
    assert "s3cret" not in repr(Settings(secret="s3cret"))


def test_a_settings_file_has_comments_and_quotes(tmp_path: Path) -> None:
    file = tmp_path / "mitate.env"
    file.write_text('# private\n\nMITATE_SECRET="abc=="\n MITATE_PORT = 9000\n', "utf-8")
    assert read_file(file) == {"MITATE_SECRET": "abc==", "MITATE_PORT": "9000"}


def test_a_slip_in_a_settings_file_is_found_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mitate.env"
    file.write_text("MITATE_PORT=1\nMITATE_SECRETS=x\n", "utf-8")
    with pytest.raises(SettingError) as error:
        read_file(file)
    assert str(error.value) == f"{file}:2 unknown setting MITATE_SECRETS (did you mean MITATE_SECRET?)"
