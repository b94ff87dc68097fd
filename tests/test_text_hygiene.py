"""How a post is read for matching: disguises are seen through, and ordinary writing is left alone."""

from __future__ import annotations

from functools import reduce
from operator import or_

import numpy as np
import pytest

from monitor.scoring import text
from monitor.scoring.features import Vocabulary, look, read
from monitor.scoring.words import own_words

ROUGH = ("insult", "profanity", "badquality", "broken", "fraud", "attack", "slur")


def headings(written: str) -> int:
    """What the tokens and the phrases of a text mean on our lists."""
    vocabulary = Vocabulary()
    batch = read(vocabulary, [written])
    tokens = [look(token, vocabulary.words) for token in text.split(written)]
    return int(np.bitwise_or.reduce(batch.masks)) | reduce(or_, (t.english | t.french for t in tokens), 0)


def is_rough(written: str, among: tuple[str, ...] = ROUGH) -> bool:
    """Whether it is on a list of insults, curses or reproaches."""
    words = own_words()
    return bool(headings(written) & sum(words.bit(heading) for heading in among))


@pytest.mark.parametrize(
    "written",
    [
        "іdіоts",  # Cyrillic і and о
        "ΙDIOTS",  # Greek Ι
        "vоleurs",
        "еscrocs",
        "ıdıots",  # dotless i
        "idïots",
        "ｉｄｉｏｔ",  # full width
        "𝐢𝐝𝐢𝐨𝐭𝐬",
        "𝓲𝓭𝓲𝓸𝓽",
        "ɪᴅɪᴏᴛꜱ",  # small capitals
        "i\u200bd\u200bi\u200bots",  # zero-width spaces
        "id\u00adiots",  # soft hyphen
        "vo\u2060leurs",  # word joiner
        "\u202eidiots",  # right-to-left override
        "i̶d̶i̶o̶t̶",  # struck out
        "idiotttts",
        "IDIOOOOTS",
    ],
)
def test_look_alike_letters_and_hidden_characters_do_not_hide_an_insult(written: str) -> None:
    assert is_rough(written)


@pytest.mark.parametrize(
    "written",
    [
        "idi0ts",
        "1d1ots",
        "a$$hole5",
        "$cammers",
        "sc@mmers",
        "m0rons",
        "l1ars",
        "th1eves",
        "cl0wns",
        "tw@ts",
        "b1tch3s",
        "c0nn4rds",
        "s@l0pe",
        "m3rd3",
        "v0leurs",
        "3scr0cs",
        "bât@rds",
        "n1que",
        "1mbec1les",
        "m€rde",
        "d€biles",
    ],
)
def test_digits_and_signs_do_not_hide_an_insult(written: str) -> None:
    assert is_rough(written)


@pytest.mark.parametrize(
    "written",
    ["f*ck", "f**king", "sh*t", "c*nts", "w*nkers", "m*rde", "p*te", "enc*lés", "ab*utis", "esc*ocs", "con*ards"],
)
def test_a_star_stands_for_the_letter_that_everybody_reads(written: str) -> None:
    assert is_rough(written)


@pytest.mark.parametrize("written", ["f.d.p", "F.D.P.", "i.d.i.o.t", "i-d-i-o-t", "w.t.f"])
def test_a_word_taken_apart_is_read_as_one(written: str) -> None:
    assert is_rough(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("peut-être", ["peut", "etre"]),
        ("y a-t-il", ["y", "a", "t", "il"]),
        ("y-a-t-il", ["y", "a", "t", "il"]),
        ("c'est-à-dire", ["c", "est", "a", "dire"]),
        ("rendez-vous", ["rendez", "vous"]),
        ("it's **bold**", ["its", "bold"]),
        ("Rated 5* by us", ["rated", "5", "by", "us"]),
        ("$100 gone", ["$", "<3>", "gone"]),
        ("10€/mois", ["10", "€", "mois"]),
        ("e.g. this", ["e", ".", "g", ".", "this"]),
        ("@Vialto", ["<at>"]),
        ("#BoycottVialto", ["boycottvialto"]),
        ("Où est Zoë ?", ["ou", "est", "zoe", "?"]),
        ("Где заказ", ["где", "заказ"]),
    ],
)
def test_ordinary_writing_is_left_alone(written: str, read: list[str]) -> None:
    assert [text.normal(token) for token in text.split(written)] == read


@pytest.mark.parametrize(
    "written",
    [
        "l*ve it",
        "3*4=12",
        "room 1o1",
        "B2B",
        "mp3",
        "4G",
        "iPhone15",
        "W.H.O",
        "covid19",
        "h2o",
        "C3PO",
        "7h30",
        "le 15 à 7h",
        "R2-D2",
        "U.S.A",
        "S.N.C.F",
        "a*b",
        "catch-22",
    ],
)
def test_figures_and_abbreviations_are_no_insults(written: str) -> None:
    assert not is_rough(written)


@pytest.mark.parametrize(
    "written",
    [
        "you muppets",
        "gobshites the lot of them",
        "shower of savages",
        "absolute wazzocks",
        "dirtbags",
        "asshats",
        "una mumu",
        "olodo people",
        "thunder fire you",
        "bunch of bludgers",
        "drongos",
        "kaamchor log",
        "chutiyapa",
        "walao so jialat",
        "rorted again",
        "on the fritz",
        "nickel and dimed",
        "taking the piss",
        "pathetic service",
        "gang de crosseurs",
        "service de marde",
        "maudits niaiseux",
        "bande de dikkeneks",
        "quel brol",
        "sale baraki",
        "bobets",
        "quel cheni",
        "bande de brouteurs",
        "gaou",
        "vous mangez notre crédit, mangez notre argent",
        "quelle hchouma",
        "bande de 7mar",
        "khorti",
        "hogra",
        "bande d'escrocs",
        "ramassis d'incapables",
        "bons à rien",
        "bras cassés",
        "larbins",
        "allez vous pendre",
        "bon débarras",
        "tête de nœud",
        "vendeurs de rêve",
    ],
)
def test_the_lists_know_how_people_of_many_countries_insult_and_complain(written: str) -> None:
    assert is_rough(written)


@pytest.mark.parametrize(
    "written",
    [
        "frozen peas",
        "jerk chicken",
        "a fleece jacket",
        "git push",
        "une cruche d'eau",
        "un petit filou aux fraises",
        "tomates farcies",
        "le tri des déchets",
        "un matelas en mousse",
        "je rentre chez moi",
        "les abos du magasin",
        "le petit déjeuner",
        "on a commis une erreur",
    ],
)
def test_homely_words_are_no_insults(written: str) -> None:
    assert not is_rough(written, ("insult", "profanity", "attack", "slur"))
