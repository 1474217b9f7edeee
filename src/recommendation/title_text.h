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

/// Lower case, Latin letters without their accents, "&" as "and", everything else but letters and digits as one blank
/// between words.
std::string folded(std::string_view text);

}  // namespace encore
