// From what a person types to a film of the catalogue: by id, or by title, forgivingly. Not a search engine: it answers
// with exactly one film or with a sentence that says what to type instead.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"
#include "recommendation/title_text.h"

namespace encore {

class FilmFinder {
 public:
  /// Keeps a reference to the catalogue. All titles are folded and sorted after a few searches, whichever thread asks; before that
  /// only those are folded that hold the search's longest word, which is all that a command does. All calls may come from several
  /// threads.
  explicit FilmFinder(const Catalogue& items);

  /// The film with this source id, by bisection: a catalogue's ids ascend. Nothing when the model does not know it.
  std::optional<std::int32_t> by_id(std::string_view id) const;

  /// The film of this title: case, accents, punctuation, article order ("The Godfather", "Godfather, The",
  /// "godfather"), other names in brackets and the year are forgiven. Throws UserError: ambiguous (lists the
  /// candidates) or unknown (lists near titles).
  std::int32_t by_title(std::string_view title) const;

  /// "id:318", a title, or, where no title fits, a plain id. Nothing for an id that the model does not know: the caller
  /// names it. Throws UserError as `by_title` does.
  std::optional<std::int32_t> find(std::string_view words) const;

 private:
  /// From a name to the films that have it, ascending: the names' hashes in their order, because a table of texts takes
  /// longer to fill and to give back than the one answer that a command gives. The texts are another's, and stay.
  class Index {
   public:
    void reserve(std::size_t names) { entries_.reserve(names); }
    void add(std::string_view name, std::int32_t item) { entries_.push_back({std::hash<std::string_view>()(name), name, item}); }
    void sort();
    std::vector<std::int32_t> find(std::string_view name) const;

   private:
    struct Entry {
      std::size_t hash;
      std::string_view name;
      std::int32_t item;
    };
    std::vector<Entry> entries_;
  };
  struct Titles {
    std::vector<TitleNames> names;
    Index exact, whole, name, other, bare;  ///< the readings of a title, from the strictest to the most forgiving one
  };
  const Titles& titles() const;
  /// Counts a search without an index, that takes as long as looking at each title so many times; true: there were enough of them.
  bool is_index_worth(int work) const;
  std::vector<std::int32_t> of_exact_title(std::string_view title) const;
  std::vector<std::int32_t> scanned_for(const TitleNames& wanted) const;
  std::vector<std::int32_t> matches(std::string_view title) const;
  std::vector<std::int32_t> matches_of(const TitleNames& wanted) const;
  [[noreturn]] void complain_ambiguous(std::string_view title, const std::vector<std::int32_t>& found) const;
  [[noreturn]] void complain_unknown(std::string_view title) const;
  std::string described(std::int32_t item, bool with_id) const;

  const Catalogue& items_;
  mutable std::once_flag folded_;
  mutable std::atomic<int> work_ = 0;  ///< of searches without an index
  mutable Titles titles_;
};

}  // namespace encore
