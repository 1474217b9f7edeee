// Features of a catalogue's items, by name: what somebody told in a table, or what a film's title, year and genres tell. Not what is
// computed with them (linear/feature_ridge.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/dataset.h"

namespace encore {

struct NamedFeature {
  std::string name;   ///< "tag:funny", "genre:comedy", "decade:1990", "word:story"
  double weight = 1;  ///< finite, not 0
  bool operator==(const NamedFeature&) const = default;
};

/// [M] of each item, by ascending names; empty: nobody told any.
using ItemFeatures = std::vector<std::vector<NamedFeature>>;

/// The name of a feature from the column that it stands in and its text: "Tag" and " Funny " make "tag:funny". Letters of ASCII
/// become small, blanks around go; empty where the text is.
std::string feature_name(std::string_view column, std::string_view text);

/// What a film's own line tells, by ascending names: its genres, its decade and the words of its title, each with the weight 1. A
/// title that is the id tells nothing.
std::vector<NamedFeature> features_of_film(const Catalogue& items, std::int32_t item);

}  // namespace encore
