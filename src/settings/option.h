// What an option is: declared once as a row of a table, from which the parser, the help, the docs and (later) the Python API
// follow. Not the parser itself (commands/), and no option of any command (prepare_settings.h and its like).
#pragma once
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace encore {

/// One option of a command whose values live in the struct `Settings`. The default is the member's initialiser and stands
/// nowhere else; an empty `std::optional` means "decided later" and `default_text` says by what.
template <class Settings>
struct Option {
  using Member = std::variant<bool Settings::*, std::int64_t Settings::*, double Settings::*, std::string Settings::*,
                              std::optional<std::int64_t> Settings::*, std::optional<double> Settings::*,
                              std::optional<std::string> Settings::*, std::optional<bool> Settings::*,
                              std::vector<std::string> Settings::*, std::optional<std::vector<std::int64_t>> Settings::*>;

  std::string_view name;        ///< "--learning-rate", "-o,--output" or, for a positional argument, "SOURCE"
  Member member;
  std::string_view value_name;  ///< "N", "SIZE", "TITLE=STARS"; empty for a switch
  std::string_view sentence;    ///< one sentence, with a full stop
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> choices;  ///< (an initialiser here, where rows name their members, crashes GCC 12)
  std::string_view default_text = {};  ///< for options whose default depends on something else, e.g. "the model's own"
  bool required = false;
  std::string_view group = "Options";  ///< heading in the help
};

template <class Settings>
using OptionTable = std::vector<Option<Settings>>;

}  // namespace encore
