// The words of the made-up titles (UTF-8, with accents on purpose) and the patterns that they go into. Not the years
// and not the repetitions (title.cpp).
#pragma once
#include <array>
#include <string_view>

namespace encore::generation {

inline constexpr std::array<std::string_view, 60> adjectives = {
    "Silent",   "Crimson",  "Broken",    "Golden",   "Hidden",    "Last",      "Lonely",   "Distant",   "Burning",
    "Frozen",   "Secret",   "Wild",      "Quiet",    "Savage",    "Gentle",    "Bitter",   "Velvet",    "Hollow",
    "Electric", "Restless", "Scarlet",   "Faded",    "Lucky",     "Invisible", "Perfect",  "Dangerous", "Forgotten",
    "Midnight", "Unlikely", "Great",     "Little",   "Strange",   "Blue",      "White",    "Black",     "Green",
    "Iron",     "Paper",    "Glass",     "Wooden",   "Second",    "First",     "Final",    "Endless",   "Innocent",
    "Guilty",   "Brave",    "Drunken",   "Earnest",  "Reluctant", "Wandering", "Sleeping", "Dancing",   "Flying",
    "Crooked",  "Haunted",  "Beautiful", "Terrible", "Ordinary",  "Incredible"};

inline constexpr std::array<std::string_view, 139> nouns = {
    "Harbor",  "Garden",     "River",      "Mountain", "Station",  "Letter",  "Promise",  "Stranger", "Detective",
    "Soldier", "Widow",      "Captain",    "Teacher",  "Doctor",   "Thief",   "Prophet",  "Dreamer",  "Orchestra",
    "Circus",  "Theater",    "Lighthouse", "Bridge",   "Castle",   "Mirror",  "Window",   "Shadow",   "Storm",
    "Winter",  "Summer",     "Autumn",     "Sparrow",  "Wolf",     "Tiger",   "Fox",      "Horse",    "Elephant",
    "Rose",    "Orchid",     "Empire",     "Kingdom",  "Republic", "Village", "City",     "Road",     "Train",
    "Ship",    "Island",     "Desert",     "Forest",   "Valley",   "Moon",    "Sun",      "Star",     "Planet",
    "Machine", "Robot",      "Ghost",      "Vampire",  "Monster",  "Witch",   "Angel",    "Devil",    "Saint",
    "Sinner",  "Lover",      "Brother",    "Sister",   "Daughter", "Son",     "Mother",   "Father",   "Uncle",
    "Family",  "Threshold",  "Wedding",    "Funeral",  "Party",    "Holiday", "Sunday",   "Monday",   "Night",
    "Morning", "Dawn",       "Hour",       "Minute",   "Year",     "Century", "Memory",   "Dream",    "Nightmare",
    "Secret",  "Lie",        "Truth",      "Game",     "Gamble",   "Race",    "Duel",     "War",      "Battle",
    "Revenge", "Justice",    "Mercy",      "Fortune",  "Diamond",  "Pearl",   "Crown",    "Sword",    "Bullet",
    "Knife",   "Key",        "Door",       "Room",     "Hotel",    "Motel",   "Diner",    "Bakery",   "Kitchen",
    "Piano",   "Violin",     "Song",       "Waltz",    "Tango",    "Ballad",  "Portrait", "Painting", "Book",
    "Diary",   "Telegram",   "Photograph", "Witness",  "Verdict",  "Alibi",   "Heist",    "Escape",   "Voyage",
    "Journey", "Expedition", "Return",     "Farewell"};

inline constexpr std::array<std::string_view, 50> names = {
    "Adela",     "Bruno",   "Clara",   "Dexter", "Edith",  "Felix", "Greta",   "Hugo",     "Ingrid", "Jasper",
    "Kamila",    "Leopold", "Mabel",   "Nestor", "Olga",   "Percy", "Quentin", "Rosalind", "Silas",  "Tabitha",
    "Ulrich",    "Vera",    "Wallace", "Xenia",  "Yusuf",  "Zelda", "Amélie",  "Björn",    "Chloë",  "Dvořák",
    "Françoise", "García",  "Jiří",    "Łukasz", "Müller", "Núñez", "Søren",   "Zoë",      "Hannah", "Oscar",
    "Martha",    "Ezra",    "Delia",   "Cyrus",  "Judith", "Rufus", "Sabine",  "Tobias",   "Viola",  "Winston"};

inline constexpr std::array<std::string_view, 50> places = {"Lisbon",
                                                            "Marrakesh",
                                                            "Omaha",
                                                            "Vladivostok",
                                                            "Santa Fe",
                                                            "Old Delhi",
                                                            "Tierra del Fuego",
                                                            "Brooklyn",
                                                            "Reykjavík",
                                                            "São Paulo",
                                                            "Zürich",
                                                            "Córdoba",
                                                            "Île-de-France",
                                                            "the North Sea",
                                                            "the Outer Rim",
                                                            "Nowhere",
                                                            "the Seventh Floor",
                                                            "Elm Hollow",
                                                            "Harrow Bay",
                                                            "Cedar Falls",
                                                            "Nairobi",
                                                            "Kyoto",
                                                            "Shanghai",
                                                            "Buenos Aires",
                                                            "Montreal",
                                                            "Dublin",
                                                            "Istanbul",
                                                            "Havana",
                                                            "Casablanca Road",
                                                            "Warsaw",
                                                            "Prague",
                                                            "Odessa",
                                                            "Kansas",
                                                            "Alaska",
                                                            "Texas",
                                                            "Wyoming",
                                                            "the Canyon",
                                                            "the Lowlands",
                                                            "the Steppe",
                                                            "the Abyss",
                                                            "Heaven",
                                                            "Purgatory",
                                                            "Suburbia",
                                                            "Line 9",
                                                            "Gate 13",
                                                            "Apartment 4B",
                                                            "September",
                                                            "October",
                                                            "Yesterday",
                                                            "Tomorrow"};

inline constexpr std::array<std::string_view, 20> verbs = {
    "Chasing", "Finding",  "Losing",    "Burying",   "Saving",   "Forgetting", "Waking",
    "Kissing", "Killing",  "Inventing", "Following", "Stealing", "Painting",   "Leaving",
    "Meeting", "Marrying", "Raising",   "Breaking",  "Hunting",  "Remembering"};

inline constexpr std::array<std::string_view, 20> foreign_titles = {"Été rouge, L'",
                                                                    "Nuit américaine sans lune, La",
                                                                    "Das Blaue Fenster",
                                                                    "Señora de las sombras, La",
                                                                    "Ångström",
                                                                    "Czarny księżyc",
                                                                    "Coração de vidro",
                                                                    "Il Giardino d'inverno",
                                                                    "Ógnvekjandi nótt",
                                                                    "Příběh z nádraží",
                                                                    "Köprüdeki kız",
                                                                    "Kaze no tabibito",
                                                                    "Bei jing de yi tian",
                                                                    "Die Straße der Träume",
                                                                    "Mañana, tal vez",
                                                                    "Élan vital, L'",
                                                                    "Les Enfants de l'île",
                                                                    "Den søvnløse fyrvogter",
                                                                    "Nyári zápor",
                                                                    "Le Père, la mère & le fils"};

/// Articles stand at the end, as in MovieLens.
inline constexpr std::array<std::string_view, 14> plain_patterns = {
    "{adjective} {noun}, The",
    "{adjective} {noun}, {article}",
    "{adjective} {noun}",
    "{adjective} {noun} of {name}, The",
    "{noun} of {place}, The",
    "{noun} from {place}, The",
    "{noun} in {place}",
    "{noun} and the {other}, The",
    "{noun} of the {adjective} {other}",
    "{noun} for {name}, The",
    "{name}'s {noun}",
    "{name} & {partner}",
    "{verb} {adjective} {noun}",
    "{verb} the {noun}",
};

/// The forms that break careless readers: quotes, commas, parentheses, numbers that look like years, accents.
inline constexpr std::array<std::string_view, 12> awkward_patterns = {
    "({many}) {adjective} {noun} of {place}",
    "{year}: {article} {adjective} {noun}",
    "{hour}'{minute:02}\"{second:02} - {place}",
    "\"{adjective}\" {noun}, The",
    "{noun}, {other} and {third}",
    "{adjective} {noun}, The ({foreign})",
    "{foreign} {place} ({noun})",
    "{noun}: {other}, The (a.k.a. {adjective} {noun})",
    "{noun} {few}: {other} of {name}",
    "Mr. {name} & Mrs. {partner}, Inc.",
    "...And {adjective} {noun}!",
    "{few} 1/2 {noun}s?",
};

}  // namespace encore::generation
