"""``gesso keys``: the key alone on standard output, once; listed and revoked."""

from tests.app.terminal import Gesso


def test_a_key_is_printed_once_listed_without_its_secret_and_revoked(gesso: Gesso) -> None:
    made = gesso("keys", "create", "nightly", "--budget-day", "2", "--rate", "10")
    text = made.out.strip()
    assert (made.code, made.out) == (0, f"{text}\n")
    assert text.startswith("gesso_")
    assert "shown this once" in made.err

    listed = gesso("keys")
    assert text not in listed.out + gesso("keys", "list", "--json").out
    assert all(word in listed.out for word in ("nightly", text[:14], "$0.00 of $2.00", "10/min", "never"))

    assert gesso("keys", "revoke", "Nightly").out == "nightly: revoked\n"
    assert gesso("keys", "list", "--json").json["keys"][0]["revoked_at"] is not None


def test_json_and_an_owner(gesso: Gesso) -> None:
    told = gesso("keys", "create", "plugin", "--owner", "anna", "--budget-month", "$1.50", "--json").json
    assert (told["owner"], told["budget_month_usd"], told["key"].startswith(told["shown"])) == ("anna", 1.5, True)


def test_what_cannot_be_is_a_sentence(gesso: Gesso) -> None:
    none = gesso("keys", "revoke", "nobody's")
    assert (none.code, none.out, none.err) == (2, "", 'Error: There is no key "nobody\'s".\n')
    assert gesso("keys", "create", "x", "--budget-day", "much").code == 2
    assert "No API keys yet" in gesso("keys").err
