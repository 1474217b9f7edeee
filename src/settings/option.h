// What an option is: declared once as a row of a table, from which the parser, the help, the docs and the Python API follow.
// Not the parser itself (commands/), and no option of any command (prepare_settings.h and its like).
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace encore {

/// Values of options that a table of something else declares (the options that one kind of model has of its own), by their
/// names without dashes.
using NamedValue = std::variant<std::int64_t, double, std::string>;
using NamedValues = std::map<std::string, NamedValue, std::less<>>;

/// Where such an option's value goes, and what it is.
enum class NamedType : std::uint8_t { whole_number, number, text };
template <class Settings>
struct NamedMember {
  NamedValues Settings::*values;
  NamedType type;
};

/// Where `encore tune` looks for the value of an option of training, which is less than what it may be. Nothing is searched
/// between equal ends.
struct SearchRange {
  double low = 0, high = 0;
  bool logarithmic = false;
  bool times_usual = false;  ///< the ends are factors of what the kind of model has anyway
};

/// One option of a command whose values live in the struct `Settings`. The default is the member's initialiser and stands
/// nowhere else; an empty `std::optional` means "decided later" and `default_text` says by what.
template <class Settings>
struct Option {
  using Member = std::variant<bool Settings::*, std::int64_t Settings::*, double Settings::*, std::string Settings::*,
                              std::optional<std::int64_t> Settings::*, std::optional<double> Settings::*,
                              std::optional<std::string> Settings::*, std::optional<bool> Settings::*,
                              std::vector<std::string> Settings::*, std::optional<std::vector<std::int64_t>> Settings::*,
                              NamedMember<Settings>>;

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
  SearchRange search = {};             ///< for `encore tune`
};

/// Out of line: inlined, GCC 12 warns about members that the settings at hand do not have.
template <class Settings, class Member>
[[gnu::noinline]] auto& values_of(Settings& settings, const Member& member) {
  return settings.*(member.values);
}

/// Calls use(value) with the member of `settings` that the option fills; one of NamedValues as an optional of its type.
template <class Settings, class Use>
void with_value(Settings& settings, const Option<std::remove_const_t<Settings>>& option, const Use& use) {
  const auto named = [&](auto empty, const auto& values, const auto& put) {
    std::optional<decltype(empty)> value;
    const auto found = values.find(option.name.substr(2));
    if (found != values.end()) value = std::get<decltype(empty)>(found->second);
    use(value);
    put(value);
  };
  std::visit(
      [&](auto member) {
        if constexpr (!std::is_same_v<decltype(member), NamedMember<std::remove_const_t<Settings>>>) {
          use(settings.*member);
        } else {
          auto& values = values_of(settings, member);
          const auto put = [&](const auto& value) {
            if constexpr (!std::is_const_v<Settings>) {
              if (value) values[std::string(option.name.substr(2))] = *value;
            }
          };
          if (member.type == NamedType::whole_number) named(std::int64_t{}, values, put);
          if (member.type == NamedType::number) named(double{}, values, put);
          if (member.type == NamedType::text) named(std::string{}, values, put);
        }
      },
      option.member);
}

/// Whether the user said anything else than what a fresh Settings holds.
template <class Settings>
bool is_given(const Settings& settings, const Option<Settings>& option) {
  const Settings fresh;
  bool given = false;
  with_value(settings, option, [&](const auto& value) {
    with_value(fresh, option, [&](const auto& usual) {
      if constexpr (std::is_same_v<decltype(value), decltype(usual)>) given = !(value == usual);
    });
  });
  return given;
}

template <class Settings>
using OptionTable = std::vector<Option<Settings>>;

}  // namespace encore
