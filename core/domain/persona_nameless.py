"""Takes a person's own names out of what they say, so that no prompt bears them.

nameless("Hi, I'm Amara Okafor and love bread", "Amara", "Okafor")    "Love bread"
"""

import re

GREETING = (
    r"(?:(?:hi|hey|hello|hallo|hola|bonjour|salut|olá|ciao|welcome)"
    r"(?:\s+(?:there|all|everyone|you))?[\s,.!–—-]+)?"
)
INTRODUCTIONS = (
    r"(?:i['’]?m|i\s+am|my\s+name(?:['’]s|\s+is)|the\s+name(?:['’]s|\s+is)|name:|this\s+is|it['’]?s|here\s+is|meet|"
    r"(?:(?:my\s+)?(?:friends|people|everyone|everybody|they)\s+)?(?:just\s+)?calls?\s+me|ich\s+bin|ich\s+hei(?:ß|ss)e|"
    r"mein\s+name\s+ist|je\s+m['’]appelle|je\s+suis|moi\s+c['’]est|me\s+llamo|mi\s+nombre\s+es|soy|mi\s+chiamo|sono|"
    r"me\s+chamo|meu\s+nome\s+é|eu\s+sou|sou|nazywam\s+się|mam\s+na\s+imię|jestem|меня\s+зовут|ik\s+ben|ik\s+heet|adım|ben)"
)
AFTERWARDS = r"(?:\s*[,.!:|–—-]+(?:\s+(?:and|und|et|y|e|и|en|ve)\s+)?|\s+(?:and|und|et|y|e|и|en|ve)\b)?\s*"
BEGINS = r"(?P<begin>(?:^|(?<=[.!?…])\s+|(?<=[|•·\n])\s*))"
TITLED = r"(?:\b(?:mrs?|ms|miss|dr|frau|herr|mme|señora?)\.?\s+)?"
UNSPACED = "\u2e80"
"""From here on scripts put no space between words."""
WORDS_TOO = (
    "will may mark rose hope joy grace faith art bill frank grant jack june april august dawn iris ivy lily "
    "daisy pearl ruby rich rob sue pat drew chase hunter mason baker cook fisher gardener carpenter young old "
    "long short little black white brown green gray grey king bishop knight church wood woods field fields "
    "hill rivers lake stone street summer winter day love price best good wise swift bird fox wolf ford mai "
    "lang klein kurz koch bauer weiß schwarz lan an to my me so do in bo you he"
)
"""Names that are words as well: in small letters they are those words."""


def nameless(text: str, firstname: str, lastname: str) -> str:
    """The text without introductions by name; another mention becomes "this person" or "me".

    In small letters a name counts, too, unless it is a word as well: Will bakes, but "will" does not.
    """
    whole = "|".join((_spelt(firstname, lastname), _spelt(lastname, firstname)))
    single = "|".join(_single(name) for name in sorted((firstname, lastname), key=len, reverse=True))
    name = rf"(?:{whole}|{single})"
    lines = (" ".join(line.split()) for line in text.splitlines())
    text = _without_introductions("\n".join(line for line in lines if line), name)
    text = _sub(rf"\bthe\s+{name}\s+(?=\w)", "the ", text)
    text = _sub(rf"{BEGINS}{name}(?=\s+(?!(?:and|or|from|in|of|at|the)\b)(?-i:[a-z]))", r"\g<begin>This person", text)
    text = _sub(rf"{BEGINS}{name}['’]s\b", r"\g<begin>My", text)
    return _sub(rf"{TITLED}{name}", "me", _sub(rf"{name}['’]s\b", "my", text)).strip(" ,\n")


def _without_introductions(text: str, name: str) -> str:
    """Drops "Hi, I'm Amara and" wherever it stands, and "Amara," where a sentence begins; the rest gets its capital."""
    introduction = rf"{GREETING}{INTRODUCTIONS}\s+{name}(?!['’]s\b){AFTERWARDS}"
    begun = rf"{BEGINS}(?:{introduction}|{GREETING}{name}(?:\s+here)?\s*(?:[,.!|:•·–—\n]|$)\s*)(?P<next>\w?)"
    text = re.sub(begun, lambda match: match["begin"] + match["next"].upper(), text, flags=re.IGNORECASE)
    return _sub(rf"(?<!\w){introduction}", "", text)


def _sub(pattern: str, instead: str, text: str) -> str:
    return re.sub(pattern, instead, text, flags=re.IGNORECASE)


def _spelt(first: str, second: str) -> str:
    between = r"[\s,]*" if first >= UNSPACED else r"[\s,]+"
    return _bounded(f"{re.escape(first)}{between}{re.escape(second)}", first)


def _single(name: str) -> str:
    if name.lower() not in WORDS_TOO.split():
        return _bounded(re.escape(name))
    return rf"(?-i:{_bounded(re.escape(name.title()))}|{_bounded(re.escape(name.upper()))})"


def _bounded(pattern: str, begin: str = "") -> str:
    return pattern if (begin or pattern) >= UNSPACED else rf"(?<!\w){pattern}(?!\w)"
