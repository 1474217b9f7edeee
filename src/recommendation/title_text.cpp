// Folding and splitting of titles; the rules are those that MovieLens titles follow.
#include "recommendation/title_text.h"
#include <algorithm>
#include <array>
#include <cctype>

namespace encore {
namespace {

/// Letters of U+00C0 … U+017F without their accents, in order; a blank where there is no letter (× and ÷). Letters that
/// fold to two (æ, ß, ĳ, œ) and þ stand in `two_letters`, marked '?' here.
constexpr std::string_view plain_letters =
    "aaaaaa?ceeeeiiiidnooooo ouuuuy??aaaaaa?ceeeeiiiidnooooo ouuuuy?y"   // U+00C0 – U+00FF
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkkklllllll"   // U+0100 – U+013F
    "lllnnnnnnnnnoooooo??rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";  // U+0140 – U+017F
static_assert(plain_letters.size() == 0x180 - 0xC0);

struct TwoLetters {
  char32_t letter;
  std::string_view text;
};
constexpr std::array two_letters{TwoLetters{0xC6, "ae"},  TwoLetters{0xE6, "ae"},  TwoLetters{0xDE, "th"},
                                 TwoLetters{0xFE, "th"},  TwoLetters{0xDF, "ss"},  TwoLetters{0x132, "ij"},
                                 TwoLetters{0x133, "ij"}, TwoLetters{0x152, "oe"}, TwoLetters{0x153, "oe"}};

constexpr std::array<std::string_view, 26> articles{"the", "a",  "an",  "le",  "la",  "les", "l",   "el",  "los",
                                                    "las", "il", "lo",  "i",   "gli", "der", "die", "das", "den",
                                                    "det", "de", "een", "het", "en",  "ett", "o",   "os"};

bool is_article(std::string_view word) { return std::find(articles.begin(), articles.end(), word) != articles.end(); }

/// The next code point of UTF-8 text; a byte that is none stands for itself.
char32_t next_letter(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1;
  if (length == 1 || at + length > text.size()) return byte(at++);
  char32_t letter = first & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0u) != 0x80u) return byte(at++);
    letter = (letter << 6) | (byte(at + i) & 0x3Fu);
  }
  at += length;
  return letter;
}

void append_folded(std::string& out, char32_t letter, std::string_view source) {
  if (letter < 0x80) {
    const auto c = static_cast<unsigned char>(letter);
    if (std::isalnum(c) != 0) {
      out += static_cast<char>(std::tolower(c));
    } else if (c == '&') {
      out += " and ";
    } else if (c != '\'') {  // "Schindler's" and "Schindlers" are one word
      out += ' ';
    }
    return;
  }
  for (const auto& [two, text] : two_letters) {
    if (two == letter) {
      out += text;
      return;
    }
  }
  if (letter >= 0xC0 && letter < 0x180) {
    out += plain_letters[letter - 0xC0];
  } else if (letter == 0x2019 || (letter >= 0x300 && letter < 0x370)) {
    // a typographic apostrophe, or an accent that stands apart from its letter: nothing
  } else if (letter < 0xC0 || (letter >= 0x2000 && letter < 0x2070)) {
    out += ' ';  // signs and dashes
  } else {
    out += source;  // other scripts stand as they are
  }
}

std::string one_blank_between(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

/// Cuts "(1972)", "(2006–2007)" or "(2006-)" off the end and gives its first year.
std::optional<std::int32_t> cut_year(std::string_view& title) {
  if (title.empty() || title.back() != ')') return std::nullopt;
  const auto open = title.rfind('(');
  if (open == std::string_view::npos) return std::nullopt;
  const auto inside = trimmed(title.substr(open + 1, title.size() - open - 2));
  const auto digits = static_cast<std::size_t>(
      std::find_if(inside.begin(), inside.end(), [](unsigned char c) { return std::isdigit(c) == 0; }) -
      inside.begin());
  // Behind the first year there may be a dash of any kind and a second year, nothing else.
  const bool ends_well =
      std::all_of(inside.begin() + static_cast<std::ptrdiff_t>(digits), inside.end(),
                  [](unsigned char c) { return std::isdigit(c) != 0 || c == '-' || c == ' ' || c >= 0x80; });
  if (digits != 4 || !ends_well) return std::nullopt;
  title = trimmed(title.substr(0, open));
  return (inside[0] - '0') * 1000 + (inside[1] - '0') * 100 + (inside[2] - '0') * 10 + (inside[3] - '0');
}

/// "Godfather, The" → "the godfather".
std::string article_in_front(std::string_view name) {
  if (const auto comma = name.rfind(','); comma != std::string_view::npos) {
    const std::string last = folded(name.substr(comma + 1));
    if (is_article(last)) return folded(last + " " + std::string(name.substr(0, comma)));
  }
  return folded(name);
}

std::string without_article(const std::string& name) {
  const auto blank = name.find(' ');
  return blank != std::string::npos && is_article(std::string_view(name).substr(0, blank)) ? name.substr(blank + 1)
                                                                                           : name;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t began = at;
    const char32_t letter = next_letter(text, at);
    append_folded(out, letter, text.substr(began, at - began));
  }
  return one_blank_between(out);
}

std::string_view longest_word(std::string_view folded_name) {
  std::string_view longest;
  while (!folded_name.empty()) {
    const std::string_view word = folded_name.substr(0, folded_name.find(' '));
    if (word.size() > longest.size()) longest = word;
    folded_name.remove_prefix(std::min(folded_name.size(), word.size() + 1));
  }
  const bool ascii = std::ranges::all_of(longest, [](unsigned char c) { return c < 0x80; });
  return ascii && longest != "and" ? longest : std::string_view();
}

bool may_hold_word(std::string_view title, std::string_view word) {
  if (word.empty()) return true;
  // Of each byte: 0 between words, the small letter or the digit, or 1 for what folds to other letters, or to nothing.
  static constexpr auto kinds = [] {
    std::array<unsigned char, 256> all{};
    for (unsigned c = 0; c < 256; ++c) {
      const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
      all[c] = static_cast<unsigned char>(c >= 0x80 || c == '\'' ? 1 : c >= 'A' && c <= 'Z' ? c + 32 : plain ? c : 0);
    }
    return all;
  }();
  const auto kind = [&](std::size_t at) { return at < title.size() ? kinds[static_cast<unsigned char>(title[at])] : 0; };
  bool found = false;
  for (std::size_t at = 0; at < title.size();) {
    if (title[at] == ')' && kind(at + 1) != 0) return true;  // joins what stands before the bracket
    std::size_t same = 0, end = at;
    for (unsigned char c; (c = static_cast<unsigned char>(kind(end))) != 0; ++end) {
      if (c == 1) return true;
      same += same == end - at && same < word.size() && c == static_cast<unsigned char>(word[same]);
    }
    found |= same == word.size() && end - at == word.size();
    at = std::max(end, at + 1);
  }
  return found;
}

TitleNames names_of(std::string_view title) {
  TitleNames names;
  std::string_view rest = trimmed(title);
  names.year = cut_year(rest);
  std::string outside;
  while (!rest.empty()) {
    const auto open = rest.find('(');
    outside += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = rest.find(')', open);
    auto inside = trimmed(rest.substr(open + 1, close == std::string_view::npos ? close : close - open - 1));
    for (const std::string_view prefix : {"a.k.a. ", "a.k.a.", "aka "}) {
      if (inside.starts_with(prefix)) inside = trimmed(inside.substr(prefix.size()));
    }
    if (std::string other = article_in_front(inside); !other.empty()) names.others.push_back(std::move(other));
    rest = close == std::string_view::npos ? std::string_view() : rest.substr(close + 1);
  }
  names.name = article_in_front(trimmed(outside));
  // "(500) Days of Summer" is also known without its brackets.
  if (!names.others.empty()) {
    std::string_view whole = trimmed(title);
    cut_year(whole);
    names.others.push_back(article_in_front(whole));
  }
  names.bare = without_article(names.name);
  return names;
}

}  // namespace encore
