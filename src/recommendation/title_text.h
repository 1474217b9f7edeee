// How titles are compared: folded to plain lower-case words, articles in front, other names in brackets apart. Text
// only, no catalogue.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

/// "Godfather, The (1972)" → {"the godfather"}, "godfather", {}, 1972;
/// "City of Lost Children, The (Cité des enfants perdus, La) (1995)" → "the city of lost children", other {"la cite des
/// enfants perdus"}.
struct TitleNames {
  std::string name;                  ///< folded, article in front, without brackets
  std::string bare;                  ///< the same without its article
  std::vector<std::string> others;   ///< folded names in brackets, "a.k.a." removed
  std::optional<std::int32_t> year;  ///< from a last "(1972)" or the first year of "(2006–2007)"
};

TitleNames names_of(std::string_view title);

/// The longest word of a folded name; empty where a title may hold it without its letters ("and", which may be written "&"; letters of
/// other alphabets).
std::string_view longest_word(std::string_view folded_name);
/// Whether a name of the title may hold this word of a folded name: false only if none does. Far faster than names_of. An empty word may
/// be anywhere.
bool may_hold_word(std::string_view title, std::string_view word);

/// Lower case, Latin letters without their accents, "&" as "and", everything else but letters and digits as one blank
/// between words.
std::string folded(std::string_view text);

}  // namespace encore
