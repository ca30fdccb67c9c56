"""The little of protobuf that Anki's newer note types need: numbers and texts by the number of their field."""

NUMBER, TEXT = 0, 2  # the kinds of field that are wanted
LENGTHS = {1: 8, 5: 4}  # and those that are passed over


def parts(message: bytes) -> dict[int, int | bytes]:
    """Whole numbers and bytes by field; the last wins. Raises LookupError or ValueError if it is no message."""
    found: dict[int, int | bytes] = {}
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        field, kind = tag >> 3, tag & 7
        if kind == NUMBER:
            found[field], place = _varint(message, place)
        elif kind == TEXT:
            length, place = _varint(message, place)
            found[field] = message[place : place + length]
            place += length
        else:
            place += LENGTHS[kind]
    return found


def _varint(message: bytes, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
    raise ValueError("no protobuf number")
