"""Everyday situations for pictures of one person: which ones follow from what the person tells, the same every time."""

import hashlib
import random
import re

from core.domain.persona import Persona

THEMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"cook|bak(?:e|ing)|food|recipe|chef|kitchen|vegan|bread|barbecue|bbq|koch|back(?:e|t)\b",
        (
            "stirring a pot at home in a slightly messy kitchen, apron over an old T-shirt, warm lamp light from above",
            "choosing vegetables at a market stall on a grey morning, canvas bag over one shoulder",
            "holding up a home-made loaf that came out a bit crooked, flour on the sleeves, window light",
        ),
    ),
    (
        r"\bhik|mountain|outdoor|\btrail|climb|\bcamp(?:s|ing|er|fire)?\b|\bnature|forest|wander|\bberge?n?\b",
        (
            "resting on a rock during a hike, windblown hair, rain jacket, hazy hills behind",
            "standing in front of a small tent in the early morning, wool hat and fleece, holding an enamel cup",
            "on a muddy forest path, backpack straps visible, cheeks red from the cold",
        ),
    ),
    (
        r"\brun(?:s|ner|ning)?\b|marathon|jog|gym|fitness|workout|crossfit|yoga|pilates|lauf",
        (
            "out of breath after a run in a park, plain running shirt, hair stuck to the forehead, low evening sun",
            "on a mat in the living room after stretching, furniture pushed aside, morning light through blinds",
            "in the changing room corridor of a small gym, towel round the neck, neon tubes above",
        ),
    ),
    (
        r"cycl|bike|bicycle|rad(?:fahr|tour)",
        (
            "beside a dusty bicycle at the edge of a field road, helmet in one hand, bright noon light",
            "repairing a flat tyre in a back yard, greasy fingers, old jumper, overcast sky",
        ),
    ),
    (
        r"\bdogs?\b|puppy|\bhund|terrier|labrador|rescue dog",
        (
            "crouching beside a scruffy dog in a park, leash round the wrist, late afternoon light",
            "on a sofa with a sleepy dog leaning in, blanket full of hair, evening lamp light",
        ),
    ),
    (
        r"\bcats?\b|kitten|katze",
        (
            "at a window seat with a cat on the lap, knitted cardigan, soft rainy-day light",
            "on the floor of a living room while a cat walks through the picture, socks, messy hair",
        ),
    ),
    (
        r"\bmum\b|\bmom\b|\bdad\b|\bmother\b|\bfather\b|\bkids?\b|\bfamily|\bparent|\bson\b|\bdaughter|familie|\bkinder",
        (
            "at a kitchen table after a family breakfast, crumbs and half-empty glasses around, nobody else in view",
            "on a bench at the edge of a playground, thermos flask in hand, tired smile, flat winter light",
        ),
    ),
    (
        r"teach|student|school|universit|professor|librar|book|\bread(?:ing|er)|\bwrit(?:er|ing)|lehrer|lesen",
        (
            "between the shelves of a small library, a worn paperback in hand, mixed daylight and tube light",
            "at a desk covered with notes and a cold cup of tea, reading glasses pushed up into the hair",
            "reading on a train by the window, scarf on, landscape blurred outside",
        ),
    ),
    (
        r"garden|plant|flower|allotment|garten",
        (
            "kneeling in a small garden with earth on the hands, faded shirt, midday sun",
            "on a narrow balcony between pots of herbs, watering can in hand, morning light",
        ),
    ),
    (
        r"travel|backpack|abroad|explor|\btrip|reise|voyag|viaj",
        (
            "in front of a departures hall window, wrinkled shirt after a long journey, backpack at the feet",
            "in a narrow old-town street in summer, plain linen shirt, hard shadows, squinting a little",
            "on the deck of a small ferry, hair in the wind, grey water behind",
        ),
    ),
    (
        r"music|guitar|piano|\bband\b|concert|\bsing(?:s|ing|er)?\b|choir|ukulele|\bdrum|vinyl|\bdj\b|violin|musik",
        (
            "on the edge of a bed with an old guitar, cables on the floor, warm bedside lamp",
            "outside a small concert venue at night, denim jacket, mixed street light",
            "going through records in a second-hand shop, headphones round the neck",
        ),
    ),
    (
        r"paint|\bart\b|artist|\bdraw|illustrat|design|photo|ceramic|potter|craft|ceramics|\bknit|\bsew|\bkunst",
        (
            "in a cluttered home studio, paint on the fingers, north light from a big window",
            "at a long workshop table with tools lying around, rolled-up sleeves, dust in the air",
        ),
    ),
    (
        r"coffee|caf[eé]|espresso|barista|\btea\b|kaffee",
        (
            "at a small table in a neighbourhood café, ceramic cup in front, window light from one side",
            "leaning against a kitchen counter with the first coffee of the day, bathrobe over a T-shirt",
        ),
    ),
    (
        r"nurse|doctor|hospital|medic|paramedic|pfleg|krankenschwester|infirm",
        (
            "in a staff room after a long shift, plain scrubs, hair tied back or flattened, paper cup in hand",
            "walking home from work at dawn, coat over work clothes, empty street, tired but content",
        ),
    ),
    (
        r"software|developer|engineer|\bcod(?:e|er|ing)\b|\bit\b guy|tech|startup|data|office|consult|account|sales",
        (
            "at a home desk in front of a switched-off monitor, hoodie, plant and cables beside it, afternoon light",
            "in the small kitchen of an office with a mug in hand, plain shirt, cool ceiling light",
        ),
    ),
    (
        r"football|soccer|basketball|tennis|volleyball|rugby|swim|surf|\bsail|ski\b|fu(?:ß|ss)ball",
        (
            "at the edge of a wet sports field after training, plain sports jacket, grass on the knees",
            "with wet hair beside an outdoor pool or a cold sea, towel over the shoulders, cloudy sky",
        ),
    ),
    (
        r"mechanic|carpent|electric|plumb|construct|\bdiy\b|workshop|truck|farm|builder|tischler|handwerk",
        (
            "in a garage workshop, oil-stained overalls, one bare bulb and daylight from the open door",
            "leaning on the open door of an old van on a gravel yard, work jacket, low sun",
        ),
    ),
    (
        r"\bgam(?:er|ing)|board game|chess|\bdnd\b|comic|anime|cosplay",
        (
            "at a table with a half-played board game, wool jumper, friendly lamp light, nobody else in view",
            "on a beanbag in a small flat late in the evening, one lamp on, comfortable hoodie",
        ),
    ),
    (
        r"church|faith|volunteer|charity|community|neighbou?r|ehrenamt",
        (
            "folding tables in a community hall, rolled-up sleeves, flat daylight through high windows",
            "carrying a box of groceries out of a van, plain rain jacket, drizzle",
        ),
    ),
    (
        r"\bgrand(?:child|kid|parent)|\bgrand(?:ma|pa|mother|father) of|\bretired|pension|\boma\b|\bopa\b",
        (
            "in a favourite armchair with a photo album closed on the knees, afternoon light through net curtains",
            "on a park bench feeding birds, warm coat and cap, low winter sun",
        ),
    ),
)
EVERYDAY = (
    "waiting for a bus on an ordinary street, everyday jacket, overcast daylight",
    "in a supermarket aisle with a full basket, unflattering ceiling light",
    "on the sofa at home in a soft jumper, one lamp on, evening",
    "in a narrow hallway just before leaving, coat half on, keys in hand, one ceiling lamp",
    "on a bench in a city park, autumn leaves, plain scarf, soft grey light",
    "at the kitchen table with breakfast, hair not done yet, morning light from a window",
    "in the passenger seat of a parked car, seat belt on, flat daylight through the windscreen",
    "on a balcony in the evening, washing line behind, last sun on one side of the face",
    "under an umbrella on a wet pavement, reflections of shop windows, dusk",
    "at a simple birthday table with candles just blown out, smoke in the air, nobody else in view",
    "in a laundrette between machines, sleeves rolled up, greenish tube light",
    "on a quiet beach out of season, hood up, wind in the hair",
    "carrying a houseplant up a stairwell, out of breath and laughing, dim light",
    "at an open fridge late at night, pyjamas, lit from the front by the fridge lamp",
    "in a barber's or hairdresser's chair after the cut, cape still on, bright even light",
    "leaning on a garden fence on a hot day, faded T-shirt, hard shadows under the brows",
)
_THEMES = tuple((re.compile(pattern, re.IGNORECASE), scenes) for pattern, scenes in THEMES)


def situations(persona: Persona) -> tuple[str, ...]:
    """Situations in the order in which they are used: half from the bios as far as they go, half everyday life.

    At least 16, no two alike, and the same for the same persona, in every process and on every machine.
    """
    dice = random.Random(_seed(persona))
    own = _interleaved([dice.sample(scenes, len(scenes)) for scenes in _told(persona)])
    common = dice.sample(EVERYDAY, len(EVERYDAY))
    mixed = _interleaved([own[: len(common)], common])
    return tuple(mixed)


def _told(persona: Persona) -> list[tuple[str, ...]]:
    """The scenes of each theme that the bios mention, the one mentioned most first."""
    text = "\n".join(persona.bios)
    counted = [(len(pattern.findall(text)), scenes) for pattern, scenes in _THEMES]
    return [scenes for count, scenes in sorted(counted, key=lambda pair: -pair[0]) if count]


def _interleaved(rows: list[list[str]]) -> list[str]:
    """The first of each row, then the second of each, and so on until all rows are used up."""
    longest = max((len(row) for row in rows), default=0)
    return [row[place] for place in range(longest) for row in rows if place < len(row)]


def _seed(persona: Persona) -> int:
    return int.from_bytes(hashlib.sha256(persona.slug.encode()).digest()[:8])
