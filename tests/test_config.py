"""What a person can set, and what they are told when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import Config, ConfigError, load_config

GOOD = """
timezone = "Europe/Paris"

[[brands]]
name = "Brume Rail"
terms = ["brume rail", "@brumerail"]
handles = ["x:brumerail"]

[[brands]]
name = "Brume Bus"
terms = ["brume bus"]

[dashboard]
port = 8123

[alerts]
to = ["team@brume.example"]
"""


def load(tmp_path: Path, text: str, **environ: str) -> Config:
    path = tmp_path / "smoulder.toml"
    path.write_text(text)
    return load_config(path, environ)


def mistakes(tmp_path: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text, **environ)
    return caught.value.mistakes


def test_a_good_file_becomes_one_value(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert [b.brand for b in config.brands] == ["Brume Rail", "Brume Bus"]
    assert config.brands[1].timezone == "Europe/Paris"
    assert config.dashboard.port == 8123
    assert config.alerts.to == ("team@brume.example",)
    assert config.mail is None


def test_f35_an_unknown_key_is_named_with_its_line_and_the_nearest_key(tmp_path: Path) -> None:
    text = GOOD.replace("port = 8123", "prot = 8123")
    (words,) = mistakes(tmp_path, text)
    line = text.splitlines().index("prot = 8123") + 1
    assert words == f'smoulder.toml, line {line}: there is no setting "prot" in [dashboard]; did you mean "port"?'


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("8123", '"soon"').replace("Europe/Paris", "Europe/Pars") + "\n[sauces]\nx = 1\n"
    found = mistakes(tmp_path, text)
    assert len(found) >= 3
    assert any("\"port\" must be a whole number, not 'soon'" in words for words in found)
    assert any('"Europe/Pars" is no time zone' in words for words in found)
    assert any('did you mean "sources"?' in words for words in found)


def test_a_mistake_in_the_second_brand_names_the_line_in_the_second_brand(tmp_path: Path) -> None:
    text = GOOD.replace('terms = ["brume bus"]', "terms = 7")
    (words,) = mistakes(tmp_path, text)
    assert words.startswith(f"smoulder.toml, line {text.splitlines().index('terms = 7') + 1}:")


def test_a_brand_without_anything_to_look_for_is_refused(tmp_path: Path) -> None:
    (words,) = mistakes(tmp_path, '[[brands]]\nname = "Nothing"\n')
    assert "Nothing has nothing to look for" in words


def test_a_file_without_brands_is_refused(tmp_path: Path) -> None:
    (words,) = mistakes(tmp_path, "")
    assert "add [[brands]]" in words


def test_a_secret_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    found = mistakes(tmp_path, GOOD + '\n[sources.x]\nbearer_token = "hush-hush"\n')
    assert any("X_BEARER_TOKEN" in words for words in found)
    assert not any("hush-hush" in words for words in found)


def test_a_missing_secret_names_the_variable(tmp_path: Path) -> None:
    (words,) = mistakes(tmp_path, GOOD + "\n[sources.x]\n")
    assert "X_BEARER_TOKEN" in words and "X_BEARER_TOKEN_FILE" in words


def test_a_secret_may_come_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    text = GOOD + "\n[sources.x]\n"
    assert load(tmp_path, text, X_BEARER_TOKEN="direct").sources["x"].bearer_token == "direct"
    named = load(tmp_path, text, X_BEARER_TOKEN_FILE=str(tmp_path / "token"))
    assert named.sources["x"].bearer_token == "from a file"


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"name = ", "is not valid TOML"), (b"\xff\xfe", "is not UTF-8 text")],
)
def test_a_file_that_is_no_toml_is_refused_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "smoulder.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words):
        load_config(path, {})


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"smoulder\.example\.toml"):
        load_config(tmp_path / "none.toml", {})
