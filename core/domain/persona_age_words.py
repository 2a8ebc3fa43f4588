"""Vocabulary of ages in biographies: number words, units, children, kin, things; a dot stands for a space."""

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
ONES = "one two three four five six seven eight nine"
FOREIGN = (
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete",
)
"""German, French, Spanish. Numbers only beside words of age of those languages: once, elf, six are English, too."""
ENGLISH = {word: number for number, word in enumerate(SMALL.split())} | {
    word: tens * 10 for tens, word in enumerate(TENS.split(), start=2)
}
ELSEWHERE = {word: number for words in FOREIGN for number, word in enumerate(words.split())}
BEFORE_SMALLER = "vingt trente quarante cinquante soixante quatre-vingt y"
"""What makes "six" the end of a larger number: vingt six, treinta y seis."""

SOFTLY = (
    "a an only just now like nearly almost currently still about around actually officially exactly literally already "
    "barely basically turning technically finally really roughly approximately honestly soon also recently today "
    "the.age.of at.the.age.of aged age newly gonna.be going.to.be going.on going.on.to pushing gerade erst schon bald "
    "fast knapp noch jetzt nun nur presque bientôt déjà actuellement seulement encore casi solo sólo ya ahora apenas "
    "quasi già appena quase só já agora уже сейчас почти только скоро już prawie dopiero teraz al bijna pas nu net "
    "henüz daha هو الان अभी"
)
"""Between "I'm" and an age."""
NEARLY = "almost nearly turning not not.yet under soon about.to.be going.on pushing fast bald knapp presque casi quasi"
TIMES = (
    "at from since by until till before after under over around about for past between the was were when same old mit "
    "seit ab bis unter dès depuis desde hasta con dai da dal desde.os com od do с до vanaf sinds tot est. chapter "
    "room ice golden stone new dragon bronze space middle"
)
"""Right before a number or the word age: not what somebody is now."""
YEARS = "year years yr yrs jahr jahre ans an año años anni anno ano anos лет года год років lat lata jaar år साल yaş"
GOES_ON = "and und y et e и i en ve but from aus based living here lol btw xx de.edad"
"""After an age that stands alone, "16 and proud"."""
MEASURES = (
    "hour hours hr hrs h min mins minute minutes sec secs second seconds day days week weeks month months mile miles "
    "mi km kms kilo kilos kilometres kilometers kg kgs lb lbs pound pounds cm mm ft feet foot inch inches percent "
    "time times stone am pm o'clock of out.of for point points euro euros dollar dollars buck bucks hundred thousand "
    "million billion wins half speed minuten stunden tage wochen monate heure heures jours mois semaines minutos "
    "horas días dias meses semanas minuti ore giorni mesi минут часов дней godzin dni dagen uur weken dakika saat gün"
)
SPANS = (
    "into in sober clean deep late away post married older younger behind ahead cancer smoke free vegan vegetarian "
    "strong with at on as experience exp. de di d' d'expérience doświadczenia stażu опыта стажа erfahrung "
    "berufserfahrung lang before after since ago together running teaching working nursing से"
)
"""After years: a span of time, "16 years sober"."""
VERBS_IN_S = (
    "yes plus always perhaps besides sometimes across loves likes lives enjoys plays dances studies dreams goes does "
    "has was is this his thus as us pls please less regardless"
)
"""After an age, words that end like the plurals of things counted but are none."""

CHILDREN = (
    "kids kiddos children twins triplets toddlers toddler babies boys girls teens teenagers adolescents sons "
    "daughters students pupils juniors preschoolers grandkids grandchildren grandsons granddaughters nephews nieces "
    "brothers sisters siblings youngsters youths learners campers players parents grandparents zwillinge zwillingen "
    "kinder kindern söhne töchter jungs enfants élèves jumeaux jumelles hijos hijas niños niñas gemelos nietos figli "
    "figlie bambini filhos filhas crianças дети детей детьми dzieci synów córki kinderen zoons dochters çocuklar "
    "çocuk"
)
"""Several people: never the writer."""
ROLES = (
    "mum mom mama mummy mommy mother dad daddy father papa parent aunt auntie uncle gran grandma grandpa grandmother "
    "grandfather nanny au.pair carer caregiver teacher tutor coach trainer leader owner babysitter sitter guardian "
    "godmother godfather stepmum stepmom stepdad mutter vater maman mère père madre padre mamá papá mamma mãe pai "
    "мама папа moeder vader lehrer lehrerin"
)
"""What the writer may be to others, "mother of"."""
LOOKING_AFTER = (
    "caring.for care.for cares.for cooking.for cook.for teach teaches teaching coach coaching tutoring raise raising "
    "babysit babysitting nannying mentoring foster fostering helping meet"
)
YOUNG_KIN = "son daughter twins triplets sons daughters kids children nephew niece grandson granddaughter"
PERSONS = "kid child baby boy girl teen teenager student pupil"
"""Others' only with a word such as "my" before them: "15 year old girl" is the writer."""
KIN = (
    "brother sister bro sis sibling twin cousin grandchild grandma grandmother grandpa grandfather nan gran mother "
    "mum mom mama dad father papa parent husband wife partner fiancé fiancée boyfriend girlfriend friend bestie "
    "roommate flatmate boss aunt uncle stepson stepdaughter goddaughter godson little.one youngest eldest oldest "
    "firstborn"
)
PETS = (
    "dog dogs cat cats puppy puppies pup kitten horse horses pony mare gelding rabbit bunny parrot tortoise hamster "
    "terrier labrador collie greyhound spaniel poodle hound pug dachshund hund katze pferd chien chat perro gato cane "
    "gatto cachorro pies kot hond kat"
)
KIN_ABROAD = (
    "tochter sohn kind bruder schwester mann frau freund freundin mutter vater oma opa enkel enkelin neffe nichte "
    "fille fils enfant frère soeur sœur mère père mari femme neveu nièce hijo hija niño niña hermano hermana madre "
    "padre esposo esposa sobrino sobrina nieto nieta figlio figlia bambino bambina fratello sorella mamma papà filho "
    "filha irmão irmã mãe pai сын сына сыну дочь дочка дочери дочке брат брату сестра сестре мама маме syn syna synem "
    "córka córkę córką brat siostra zoon dochter broer zus"
)
OF_THEIRS = (
    "my our his her their your the a an one two three four have got with and mein meine meinen meiner unser unsere "
    "ein eine einen einem einer mon ma mes notre un une mi mis una mio mia meu minha um uma мой моя моему моей mój "
    "moja mam mijn een у.меня"
)
"""Before kin, pets and things, these make them others than the writer."""
KIN_IN_ONE = "oğlum kızım çocuğum kardeşim annem babam köpeğim kedim"
KIN_UNSPACED = (
    "娘 息子 子供 子ども 妻 夫 妹 弟 姉 兄 女儿 儿子 孩子 妈妈 爸爸 我妈 我爸 "
    "딸 아들 아이 동생 강아지 고양이 ابني ابنتي बेटा बेटी"
)
LOVERS = (
    "lover mom mum mama dad owner girl boy person fan walker trainer guy obsessed rider nerd player addict crazy sitter"
)
"""After a pet they make it the writer: "15 year old dog lover"."""
DRINKS = "whisky whiskey scotch bourbon rum wine wines port cheese cheddar balsamic malt"
THINGS = (
    "account blog channel website site "
    "shop store bakery cafe café restaurant business company startup start-up brand studio agency firm band house "
    "home flat cottage apartment barn farm car van truck volvo vw bike bicycle motorbike motorcycle boat tractor "
    "laptop computer phone pc camera sofa jacket jeans boots guitar piano violin cello tradition recipe recipes "
    "sourdough starter tree trees oak garden marriage relationship friendship career project podcast newsletter "
    "charity club choir team school church tattoo building bug codebase code joke jokes song film movie game "
    "collection bonsai cactus plant plants"
)
GRADES = "fifth sixth seventh eighth ninth tenth eleventh twelfth"
PUPILS = (
    "schoolgirl schoolboy school.girl school.boy high.schooler highschooler middle.schooler grade.schooler "
    "homeschooler sixth.former schülerin schulmädchen gymnasiastin lycéenne lycéen collégienne collégien colegiala "
    "школьница школьник licealistka uczennica"
)
PUPILS_UNSPACED = "女子高生 男子高校生 中学生 高校生 高中生 初中生 小学生 고등학생 중학생"
NO_PUPIL_BEFORE = (
    "former ex once was were been since after before until not no.longer never when teach teaches teaching tutor "
    "tutors tutoring like for helping as ehemalige ehemaliger ancienne ancien antigua"
)
NO_PUPIL_AFTER = (
    "teacher coach tutor counselor counsellor mentor advisor adviser librarian principal crush error errors humour "
    "humor mistake mistakes french uniform parent mum mom dad sweetheart at.heart once ago"
)
