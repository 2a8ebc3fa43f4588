"""Personas: what makes one, its folder's name, and reading them out of whatever a person has."""

import json

import pytest

from core.domain.persona import FIELDS, Persona
from core.domain.persona_invention import invent_personas
from core.domain.persona_reading import personas_from_csv, read_personas
from core.errors import InvalidRequestError

ANN = {"firstname": "Ann", "lastname": "Lee", "gender": "female", "bio_x": "tea and trains"}


def ann(**more: str) -> Persona:
    return Persona(**{**ANN, **more})


@pytest.mark.parametrize(
    ("wrong", "sentence", "param"),
    [
        ({"firstname": " \n "}, "firstname is empty", "firstname"),
        ({"lastname": "x" * 81}, "lastname has 81 characters; at most 80", "lastname"),
        ({"bio_x": ""}, "no biography. Fill in at least one of bio_facebook", "bio_facebook"),
        ({"bio_tiktok": "x" * 4001}, "bio_tiktok has 4,001 characters", "bio_tiktok"),
        (
            {"bio_tiktok": "Hi, I'm 16 and I dance"},
            "the person is 16: “Hi, I'm 16 and I”. Avatar sets are of adults only; .* else's age, say whose",
            "bio_tiktok",
        ),
        ({"bio_x": "Schoolgirl, 9th grade, I paint"}, "the person is under age: “Schoolgirl”", "bio_x"),
        ({"bio_x": "Ann is 16 and paints"}, "the person is 16: “Ann is 16 and paints”", "bio_x"),
        ({"bio_facebook": "I'm 34.", "bio_x": "I just turned 15!"}, "the person is 15", "bio_x"),
        ({"bio_x": "I am 9 years old"}, "the person is 9", "bio_x"),
        ({"bio_x": "London\n15yo skater"}, "the person is 15", "bio_x"),
        ({"bio_x": "I'm a 17-year-old painter"}, "the person is 17", "bio_x"),
    ],
)
def test_a_persona_that_cannot_be_says_why(wrong: dict[str, str], sentence: str, param: str) -> None:
    with pytest.raises(InvalidRequestError, match=sentence) as caught:
        ann(**wrong)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("bio", "age"),
    [
        ("I'm 41.", 41),
        ("Age: 34, he/him", 34),
        ("I am 12 kg lighter", None),
        ("mum of a 3-year-old", None),
        ("I'm 10 minutes from the sea", None),
        ("Skating since age 12", None),
        ("I'm a 24/7 baker", None),
    ],
)
def test_an_age_counts_only_where_it_is_the_persons_own(bio: str, age: int | None) -> None:
    assert ann(bio_x=bio).stated_age == age


@pytest.mark.parametrize(
    ("first", "last", "begins"),
    [
        ("Łucja", "Żółć", "lucja-zolc-"),
        ("Jürgen", "Groß", "juergen-gross-"),
        ("Мария", "Жукова", "mariya-zhukova-"),
        ("太郎", "山田", "persona-"),
        ("../..", "C:\\con", "c-con-"),
        ("x" * 80, "y" * 80, "x" * 40 + "-"),
    ],
)
def test_a_slug_is_safe_and_readable(first: str, last: str, begins: str) -> None:
    slug = ann(firstname=first, lastname=last).slug
    assert slug.startswith(begins)
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(slug) <= 49


def test_two_people_of_one_name_have_two_folders_and_one_person_read_twice_has_one() -> None:
    assert ann().slug == ann(firstname=" Ann ", bio_x="tea and trains\n").slug
    assert ann().slug != ann(bio_x="coffee and planes").slug


@pytest.mark.parametrize(
    "text",
    [
        "firstname,lastname,gender,bio_x\nAnn,Lee,female,tea and trains\n",
        "\ufeffFirst Name;LAST_NAME; Gender;Bio X\r\nAnn;Lee;female;tea and trains\r\n",
        "first-name\tlast name\tgender\tbio_X\nAnn\tLee\tfemale\ttea and trains",
        json.dumps([ANN]),
        json.dumps({"personas": [ANN]}),
        json.dumps({"firstname": "Ann", "lastname": "Lee", "sex": "female", "bios": {"x": "tea and trains"}}),
        json.dumps(ANN) + "\n",
        f"Sure! Here they are:\n```json\n{json.dumps([ANN])}\n```\nAnything else?",
    ],
)
def test_personas_are_read_from_what_people_and_programs_write(text: str) -> None:
    found = read_personas(text)
    assert (found.personas, found.problems) == ((ann(),), ())


def test_a_bad_row_is_told_by_its_number_and_the_others_are_kept() -> None:
    found = personas_from_csv(
        'firstname;lastname;gender;bio_facebook;Shoe size\nAnn;Lee;f;"one\n\ntwo; ""three""";39\n;Lee;f;x\nBo;Li\n'
        'Ann;Lee;f;"one\n\ntwo; ""three""";40\nCy;Ng;m;a;b;c\nDi;Ko;f;fine\n'
    )
    assert [persona.firstname for persona in found.personas] == ["Ann", "Di"]
    assert found.personas[0].bio_facebook == 'one\n\ntwo; "three"'
    assert [str(problem).split(".")[0] for problem in found.problems] == [
        "Row 2: firstname is empty",
        "Row 3: gender is empty",
        "Row 4: Ann Lee is the same as in row 1",
        "Row 5: There are 6 cells for 5 columns",
    ]
    assert found.ignored == ("Shoe size",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("firstname,gender,bio_x\nAnn,f,x", "There is no column lastname. The first row must name"),
        ("firstname,lastname,gender\nAnn,Lee,f", "no column with a biography"),
        ("firstname,lastname,gender,bio_x,BIO X\nA,B,f,x,y", "Two columns are called bio_x"),
        ("firstname,lastname,gender,bio_x\n", "no persona in this text"),
        ('[{"firstname": "Ann"', "no JSON of personas here"),
        ('[{"firstname": "Ann", "bio_x": "y"}, 7]', "Row 1: lastname, gender are missing"),
        ('[{"a":' * 100_000, "nested too deep"),
        ('[{"firstname": 5}]', "Row 1: firstname must be text, not 5"),
    ],
)
def test_a_text_without_personas_says_what_it_lacks(text: str, sentence: str) -> None:
    found = read_personas(text)
    assert not found.personas
    assert sentence in str(found.problems[0])


def test_invented_people_differ_are_adults_and_are_the_same_for_the_same_seed() -> None:
    people = invent_personas(200, seed=7)
    assert people[:20] == invent_personas(20, seed=7)
    assert people[:20] != invent_personas(20, seed=8)
    assert len({persona.name for persona in people}) == len({persona.slug for persona in people}) == 200
    assert all((persona.stated_age or 0) >= 21 and len(persona.bios) == 4 for persona in people)
    assert {persona.gender for persona in people} == {"female", "male", "non-binary"}
    text = "\n".join([",".join(FIELDS), *(_csv(persona) for persona in people)])
    assert read_personas(text, "people.csv").personas == people


def _csv(persona: Persona) -> str:
    return ",".join('"' + text.replace('"', '""') + '"' for text in persona.to_json().values())
