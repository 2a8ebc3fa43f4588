"""The signs that a number is an age, that it is none, and that it is somebody else's, as regular expressions.

Those that end in ``$`` are searched in what stands before a number, the others matched against what stands after it.
"""

import re

from core.domain import persona_age_words as words


def any_of(listed: str) -> str:
    """A group for the words of a list, the longest first; a dot is white space."""
    chosen = sorted(listed.split(), key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\.", r"\s+") for word in chosen) + ")"


def sign(*ways: str) -> re.Pattern[str]:
    return re.compile("|".join(ways), re.IGNORECASE)


YEARS = any_of(words.YEARS)
SOFT = any_of(words.SOFTLY)
LATELY = r"(?:(?:just|only|recently|finally|almost|nearly)\s+)*"
OUTSET = r"(?:^|[,|(\[~&+:]\s*|//\s*|[–—-]\s+|\b(?:hi|hey|hello|me)\W?\s+)"
"""Where a name, a list of words or a sentence begins."""

NUMBER = re.compile(
    r"(?<![\d#$€£@§№])(?<!\d[.,:'/])(?P<digits>\d{1,3})(?!\d|[.,]\d{3})(?:[.,]\d{1,2}(?!\d))?"
    rf"|\b(?P<tens>{any_of(words.TENS)})(?:[\s-]+(?P<ones>{any_of(words.ONES)}))?\b"
    rf"|\b(?P<english>{any_of(words.SMALL)})\b"
    rf"|(?<![\w-])(?P<foreign>{any_of(' '.join(words.FOREIGN))})\b",
    re.IGNORECASE,
)
ENDS_LARGER = sign(rf"\b{any_of(words.BEFORE_SMALLER)}[\s-]+$")

I_AM = (
    rf"(?:\bi'?\s?a?m|\bi\s+(?:have\s+|had\s+)?{LATELY}(?:turned|turn|become|became)|\bi've\s+{LATELY}(?:turned|become)"
    r"|\bi(?:'ll|\s+will)\s+(?:be|turn)|\bich\s+(?:bin|werde)|(?:^|[,;]\s*|\bund\s+)bin|\bik\s+(?:ben|word)|\bмне|\bмені"
    r"|\bjeg\s+er|\bjag\s+är|我(?:今年)?|今年|我是|私は|わたしは|僕は|俺は|저는|나는|عمري|मैं|मेरी\s+उम्र)"
)
SAID = sign(rf"{I_AM}(?:[\s:,~-]+{SOFT})*[\s:~=-]*$")
"""A first person and a verb after which a bare number is an age."""
SAID_TO_HAVE = sign(
    rf"(?:\bj'?\s?ai|\bj'aurai|\btengo|\bcumplo|\bcumplí|\bho|\btenho|\bmam|\bi\s+have|\bi've)(?:\s+{SOFT})*\s+$"
)
"""One has one's years in these languages, and much else: the unit must follow."""
GERMAN = sign(r"\bbin\b")
ARTICLE = sign(r"\ban?\s+(?:\w+\s+)?$")
AGAIN = sign(rf"{I_AM}(?:\s+an?\b)?", rf"^\W*(?:just\s+)?an?\s+(?={any_of(words.PERSONS)}\b)")
"""From here on a sentence speaks of the writer again."""
UNREAL = sign(r"\b(?:when|until|till|if|like|thinks?|wish|pretend\w*|feels?|say|says|said|told)\s+(?:that\s+)?$")
NEARLY = sign(rf"\b{any_of(words.NEARLY)}\s+$")
HE_OR_SHE = sign(rf"(?:^|\b(?:and|but)\s+)(?:she|he|they)(?:'s|'re|\s+(?:is|are|(?:just\s+)?turned))\s+{LATELY}$")

OLD = sign(
    r"[\s-]*(?:(?:years?|yea?rs?|yrs?|yr|y)\.?[\s-]*(?:old|young|of\s+age)\b|yo\b|y/o\b|jahre?\s+(?:alt|jung)\b"
    r"|jährige?[rsnm]?\b|jarige?\b|jaar\s+oud\b|a[ñn]os\s+de\s+(?:edad|idade)\b|летн\w+|letni\w*)",
    r"\s*(?:岁|歳|才|살|세\b|yaşında(?:yım)?\b|سنة|(?:साल|वर्ष)\s+(?:का|की|के|हूँ))",
)
"""After a number, nothing but an age."""
IN_YEARS = sign(rf"[\s-]*{YEARS}(?!\w)\.?(?:\s+de\s+(?:edad|idade))?")
"""An age or a span of time."""
AGE_WORD = sign(
    r"(?:\bage[d:]?|\balter|\bâge|\bâgée?(?:\s+de)?|\bedad|\betà|\bidade|\bвозраст|\bвік|\bwiek|\bleeftijd|\bålder|年齢"
    r"|年龄|나이|العمر|उम्र)(?:\s+(?:is|ist|est|es|è|é|just|only))*\s*[:=~–—-]?\s*$"
)
STARTS = sign(rf"{OUTSET}{LATELY}(?:still\s+)?$")
TURNED = sign(rf"(?:{OUTSET}|\band\s+|\bam\s+){LATELY}(?:turned|turning)\s+$")
ENDS = sign(rf"\s*(?:$|//|[,;|)\]~!?&+]|[–—-]\s|\.(?:\s|$)|{any_of(words.GOES_ON)}\b(?!\s+(?:\d|counting|still)))")
"""After an age that stands alone: the segment ends, or something else is said."""
SEX = sign(r"\s?(?:f|nb|female|male|girl|boy)\b", r"m\b(?!\s+(?:from|away|deep|tall|high|above|sprint|hurdles|swim))")
SEX_AND_SLASH = sign(r"\s*/\s*(?:f|m|w|d|nb|x|female|male|girl|boy)\b")
SEX_BEFORE = sign(r"(?:^|[,|(\[]\s*)(?:f|m|nb|female|male|girl|boy|she/her|he/him|they/them)\s*[/,:]?\s*$")

NO_AGE = sign(
    r"\s*(?:%|°|:\d|/\d|['′\"″]\s?\d|['′\"″]\s*(?:$|\w)|[€$£]|[x×]\b)|[月日時年回次分]",
    r"(?:k|st|nd|rd|th|s|g|gb|p|d|er|ème|ª|º)\b",
    rf"[\s-]*{any_of(words.MEASURES)}(?!\w)",
    r"\s*m\s+(?:from|away|deep|tall|high|above)\b",
    rf"[\s-]*{YEARS}\s+(?!de\s+(?:edad|idade)){any_of(words.SPANS)}(?!\w)",
    r"[\s-]*years?[\s-]*olds\b|[\s-]*years?\s+of\s+(?!age)|[\s-]*ans\s+d'",
)
"""A measure, a clock, a rank, a score, a span of time."""
COUNTED = sign(
    rf"[\s-]+(?!(?:years?|yrs|{any_of(words.VERBS_IN_S)})\b)(?:[a-z]{{2,}}[a-rt-z]s|people|children|men|women)\b(?!')",
    r"[\s-]+\w+\s+[a-z]{3,}s\s+(?:in|into|down|deep|lighter|heavier|away|from|pregnant|late|behind|ahead|strong|tall)\b",
)
"""Things in the plural, "12 chapters"."""
IN_A_LIST = sign(r"\s*(?:,|and|&|und|et|y|e|or|to|bis|-|–|/|\+)\s*\d")
LISTED = sign(r"\d\s*(?:,|and|&|und|et|y|e|or|to|bis|-|–|/|\+)\s*$")
AT_HEART = sign(
    r"[^,.]{0,30}?\b(?:at\s+heart|in\s+spirit|in(?:side)?\s+me|inside|self|humou?r|trapped)\b",
    r"[\s-]+years?[\s-]+old\s+me\s+(?:would|was|had|could|loved|wanted|is|will)\b",
)

MINE = sign(r"\b(?:i|me)\s*[(,]\s*$")
MY = sign(r"\bmy\s+$")
THEN = sign(
    rf"(?<!\w){any_of(words.TIMES)}(?:\s+(?:my|the|just|only|about|tender|ripe))*\s+$",
    r"\b(?:was|were|been|war|waren|avais|avait|tenía|avevo|tinha|miał\w*|był\w*|было)\s+(?:\w+\s+){0,2}$",
)
"""An age that was, or a span of time."""
AT_THE_TIME = sign(
    r"\b(?:started|began|moved|left|learned|learnt|came|married|met|lost|joined|arrived|went|emigrated|quit)\b[^,;:]{0,40}$"
)
"""Before the word age: "started coding aged 11"."""
THEIRS = sign(
    r"\b(?:my|our|his|her|their|your|this|these|those|meine?[rnms]?|unsere?|mijn|mon|ma|mi|mój|moja)\s+"
    r"(?!(?:name|own)\b)(?:\w+\s+)?$",
    r"\b(?:have|has|had|got|owns?|to|with|adopted|drinking|sipping|driv(?:e|ing)|bought|restor\w+|rid(?:e|ing)|than|like"
    r"|habe)\s+(?:an?|the|my|our|two|three|eine?n?)\s+(?:\w+\s+)?$",
    r"\b(?:my|our|his|her|their|its|the|this|meine?|unsere?)\s+(?!(?:name|age|alter)\b)[\w' -]{2,40}?\s+"
    r"(?:is|are|was|has|turned|turns|turning|ist|sind|wird|will\s+be)\s+(?:\w+\s+){0,2}$",
    r"\b(?:he|she|it|they)(?:'s|'re|\s+is|\s+are|\s+was|\s+turned)\s+(?:\w+\s+)?$",
    r"\b(?:starter|bakery|business|company|account|blog|shop)\s*[,:(]\s*$",
)
"""Right before an age: it has another owner."""
ANOTHER = sign(
    rf"\b{any_of(words.CHILDREN)}\b",
    rf"\b{any_of(words.ROLES)}\s*(?:[:,]?\s*(?:of|to|for|von|einer|eines|de|d'|di|do|da|van)\b|[:(])",
    rf"\b{any_of(words.LOOKING_AFTER)}\b|\b(?:mama|tata|мама|папа)\s+(?-i:[A-ZА-ЯŁŻŚĆ]\w)",
    rf"(?<!\w)(?:{any_of(words.OF_THEIRS)}|\d)\s+(?:(?!name\b)[\w-]+\s+){{0,2}}?"
    rf"{any_of(f'{words.YOUNG_KIN} {words.PERSONS} {words.KIN} {words.PETS} {words.KIN_ABROAD}')}\b"
    rf"(?!\s*{any_of(words.LOVERS)}\b)",
    rf"\b{any_of(words.KIN_IN_ONE)}\b",
    any_of(words.KIN_UNSPACED),
)
"""Before an age: somebody beside the writer."""
IN_A_ROLE = sign(rf"\b{any_of(words.ROLES)}\b")
NEXT_TO_IT = r"[\s-]*(?:(?!(?:and|with|but|loves?|from|who|in|living|i|my|und|mit|et|y)\b)[\w-]+\s+){0,2}?"
ITS_OWNER = sign(
    rf"{NEXT_TO_IT}{any_of(words.THINGS)}\b(?!\s*{any_of(words.LOVERS)}\b)|{NEXT_TO_IT}{any_of(words.DRINKS)}\b",
    rf"{NEXT_TO_IT}{any_of(f'{words.YOUNG_KIN} {words.KIN} {words.PETS} {words.KIN_ABROAD}')}\b"
    rf"(?!\s+of\b|\s*{any_of(words.LOVERS)}\b)",
    r"の[^、。]{0,6}?(?:娘|息子|子|犬|猫|妹|弟)|(?:の時|のとき|から|まで|开始|时)|的?(?:女儿|儿子|孩子)|\s*(?:때|부터|딸|아들)",
    rf"\s*{any_of(words.KIN_IN_ONE)}\b|\s+से\b|\s+(?:back\s+)?when\s+i\b|\s+than\b",
)
"""After an age: what or who it is of, or when."""

GRADE = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{any_of(words.GRADES)})"
PUPIL = sign(
    rf"\b{any_of(words.PUPILS)}\b",
    r"\b(?:high|middle|secondary|grammar|elementary|primary)[\s-]?school\s+"
    r"(?:student|pupil|kid|girl|boy|freshman|sophomore|junior|senior)\b",
    rf"\b{GRADE}[\s-]+grader\b|\b(?:in|am)\s+(?:the\s+)?{GRADE}\s+grade\b",
    r"\bin\s+(?:grade|year)\s+\d{1,2}(?=\s*(?:$|[,.!|]|at\b|and\b))|\byear\s+\d{1,2}\s+(?:student|pupil)\b",
    r"\b(?:freshman|sophomore|junior|senior)\s+in\s+high\s+school\b",
    any_of(words.PUPILS_UNSPACED),
)
NO_PUPIL_BEFORE = sign(rf"\b{any_of(words.NO_PUPIL_BEFORE)}\b[\s-]*(?:i\s+was\s+)?(?:an?\s+)?(?:\w+\s+)?$")
NO_PUPIL_AFTER = sign(rf"\s*-?(?:\w+\s+){{0,2}}?{any_of(words.NO_PUPIL_AFTER)}\b|の(?:母|父|娘|息子)")
MINOR = sign(
    r"\bi\s?'?a?m\s+(?:(?:still|just|only)\s+)*(?:an?\s+)?(?:minor(?!\s+(?:in|league|celebrity|key|poet|artist|god)\b)"
    r"|underage|(?:under|below)\s*-?\s?18|not\s+(?:yet\s+)?18|teen(?:ager)?(?!\s+(?:mum|mom|coach|at)\b)|teenage\s+\w+)\b",
    r"^\W*(?:just\s+|still\s+)?not\s+(?:yet\s+)?18\b",
    r"^\W*(?:just\s+)?(?:an?\s+)?(?:minor|underage|under\s*-?\s?18)\s*(?:$|[,.!|])",
    r"^\W*(?:just\s+)?(?:an?\s+)?teen(?:age)?\s+(?:girl|boy|dancer|artist|skater)\b",
)
