"""What invented people are made of: names and towns by country, work, pastimes, and ways of saying so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """Common names of one country, so common that they mean nobody."""

    name: str
    towns: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


def _country(name: str, towns: str, women: str, men: str, surnames: str) -> Country:
    return Country(name, *(tuple(text.split(", ")) for text in (towns, women, men, surnames)))


COUNTRIES = (
    _country(
        "Germany", "Leipzig, Kassel, Bremen, Freiburg",
        "Anke, Katrin, Lena, Birgit, Svenja, Nadine", "Jens, Torsten, Malte, Uwe, Fabian, Holger",
        "Brandt, Vogel, Krüger, Seidel, Hoffmann, Lorenz, Pohl, Ziegler",
    ),
    _country(
        "Brazil", "Curitiba, Recife, Belo Horizonte, Florianópolis",
        "Juliana, Camila, Rosana, Beatriz, Luciana, Tatiane", "Thiago, Marcelo, Rafael, Anderson, Caio, Sérgio",
        "Almeida, Barbosa, Teixeira, Nogueira, Cardoso, Moreira, Rocha, Pires",
    ),
    _country(
        "Nigeria", "Ibadan, Enugu, Abeokuta, Benin City",
        "Ngozi, Folake, Chiamaka, Yetunde, Ifeoma, Adaeze", "Emeka, Tunde, Chidi, Segun, Obinna, Kunle",
        "Okafor, Adeyemi, Nwosu, Balogun, Eze, Ogunleye, Onyekachi, Afolabi",
    ),
    _country(
        "Japan", "Sendai, Kanazawa, Matsuyama, Okayama",
        "Yuki, Haruka, Naoko, Emi, Kaori, Mayumi", "Kenta, Daisuke, Takeshi, Ryo, Hiroshi, Shota",
        "Tanaka, Nakamura, Kobayashi, Yoshida, Matsumoto, Inoue, Kimura, Hayashi",
    ),
    _country(
        "India", "Pune, Kochi, Jaipur, Coimbatore",
        "Ananya, Kavita, Meera, Shalini, Divya, Lakshmi", "Rohan, Suresh, Arjun, Vikram, Nikhil, Prakash",
        "Iyer, Deshmukh, Nair, Agarwal, Kulkarni, Reddy, Joshi, Menon",
    ),
    _country(
        "Poland", "Lublin, Toruń, Gdynia, Rzeszów",
        "Agnieszka, Magda, Joanna, Ewa, Karolina, Dorota", "Piotr, Tomasz, Marek, Wojciech, Paweł, Grzegorz",
        "Nowak, Wrona, Mazur, Wójcik, Pawlak, Szulc, Dudek, Sikora",
    ),
    _country(
        "Mexico", "Puebla, Mérida, Querétaro, Oaxaca",
        "Guadalupe, Ximena, Verónica, Paola, Maricela, Alejandra", "Alejandro, Hugo, Ramiro, Iván, Gerardo, Rubén",
        "Hernández, Cervantes, Ibarra, Salgado, Rangel, Montoya, Villalobos, Ortega",
    ),
    _country(
        "France", "Nantes, Grenoble, Lille, Clermont-Ferrand",
        "Camille, Aurélie, Nathalie, Océane, Élodie, Sandrine", "Julien, Thierry, Mathieu, Bastien, Cédric, Olivier",
        "Lefèvre, Garnier, Marchand, Perrin, Chevallier, Rousseau, Barbier, Fournier",
    ),
    _country(
        "Turkey", "Eskişehir, İzmir, Bursa, Trabzon",
        "Elif, Zeynep, Ayşe, Derya, Gülşen, Seda", "Emre, Murat, Burak, Kemal, Serkan, Onur",
        "Yıldız, Kaya, Demirci, Aksoy, Çelik, Arslan, Polat, Şahin",
    ),
    _country(
        "the United States", "Toledo, Spokane, Chattanooga, Duluth",
        "Denise, Kayla, Monica, Heather, Tamika, Brenda", "Marcus, Kyle, Curtis, Brian, DeShawn, Todd",
        "Hensley, Whitaker, Dawson, Pruitt, Gaines, Maddox, Sutton, Barker",
    ),
    _country(
        "Vietnam", "Đà Nẵng, Huế, Cần Thơ, Hải Phòng",
        "Lan, Thảo, Hương, Ngọc, Mai, Linh", "Minh, Tuấn, Dũng, Khoa, Hùng, Phong",
        "Nguyễn, Trần, Phạm, Đặng, Bùi, Huỳnh, Võ, Đỗ",
    ),
    _country(
        "Kenya", "Nakuru, Kisumu, Thika, Eldoret",
        "Wanjiru, Achieng, Njeri, Akinyi, Chebet, Mwikali", "Kamau, Otieno, Mutua, Kiprop, Njoroge, Omondi",
        "Mwangi, Odhiambo, Wambui, Kimani, Cheruiyot, Muthoni, Onyango, Kariuki",
    ),
)  # fmt: skip
WORK = (
    "nurse", "bus driver", "primary school teacher", "electrician", "accountant", "software developer", "librarian",
    "physiotherapist", "pastry baker", "warehouse manager", "carpenter", "dental assistant", "sound engineer",
    "florist", "tax clerk", "social worker", "mechanic", "translator", "train conductor", "vet", "hotel receptionist",
    "architect", "postal worker", "optician", "landscape gardener", "call centre team lead", "chef in a canteen",
    "geography teacher", "midwife", "laboratory technician",
)  # fmt: skip
PASTIMES: tuple[tuple[str, str, str], ...] = (
    ("baking sourdough bread", "flour on everything", "day 12 of trying to get an ear on my loaf"),
    ("hiking with a far too heavy backpack", "mountains over meetings", "trail snacks ranked from worst to best"),
    ("growing tomatoes on the balcony", "plant parent", "my tomatoes before and after the hailstorm"),
    ("playing bass in a band nobody has heard of", "loud on Thursdays", "rehearsal room tour, mind the carpet"),
    ("long-distance cycling", "two wheels, no hurry", "packing the bike for three days in the rain"),
    ("photographing old shop signs", "film cameras and flea markets", "guess which decade this sign is from"),
    ("training for a half marathon", "slow runner, proud runner", "what my legs say at kilometre 17"),
    ("repairing old radios", "solder and patience", "bringing a 1968 radio back to life"),
    ("singing in the community choir", "alto, tea, early nights", "warm-ups that make the dog leave the room"),
    ("board games with the neighbours", "owner of too many dice", "teaching my mother a three-hour board game"),
    ("swimming in cold lakes", "blue lips, big smile", "getting in at 6 degrees without a sound (failed)"),
    ("sewing my own clothes", "thread everywhere", "this shirt used to be a curtain"),
    ("reading crime novels on the train", "always 40 pages from the end", "books that made me miss my stop"),
    ("coaching the local under-12 football team", "whistle and orange slices", "half-time talk that worked for once"),
    ("learning the ukulele", "three chords so far", "one song every week until I can play it"),
    ("ceramics on Saturdays", "wonky mugs club", "opening the kiln: hits and misses"),
    ("cooking my grandmother's recipes", "more garlic", "her handwriting against my measuring cups"),
    ("volunteering at the animal shelter", "dog walker in chief", "meet Bruno, eleven years old and still rude"),
)
HOMES = (
    "Married, two kids, one cat who runs the place.",
    "Live with my sister and her very old dog.",
    "One teenager at home, so I am learning patience.",
    "Just moved in with my partner; the boxes are winning.",
    "Three grown-up children and finally a room for my hobbies.",
    "Happily on my own with forty plants.",
    "I share a flat with friends; one bathroom, no regrets.",
    "Newly a grandparent and telling everyone.",
)
OLDER_ONLY = {
    "One teenager at home, so I am learning patience.": 36,
    "Married, two kids, one cat who runs the place.": 28,
    "Three grown-up children and finally a room for my hobbies.": 48,
    "Newly a grandparent and telling everyone.": 50,
}
"""The youngest age at which a sentence is believed."""
MOTTOS = (
    "Opinions my own, mostly about {topic}.",
    "Here for {topic} and the weather.",
    "Recovering perfectionist. Ask me about {topic}.",
    "I complain about trains and post about {topic}.",
    "Trying to be kind before coffee. Also: {topic}.",
)
