"""Ids sort by time."""

from core.domain.ids import new_id


def test_ids_are_unique_and_sort_by_their_millisecond() -> None:
    ids = [new_id(moment) for moment in range(1_700_000_000_000, 1_700_000_001_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


def test_an_id_is_a_version_7_uuid_in_hexadecimal() -> None:
    value = new_id(0x0192_F3A4_0000)
    assert value.startswith("0192f3a40000")
    assert (len(value), value[12], value[16] in "89ab") == (32, "7", True)
