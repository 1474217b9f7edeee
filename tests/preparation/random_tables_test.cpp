// Tables that chance wrote, whose rows are known: any delimiter, quoting, line ends, encoding, number of files. What is read back is what
// was meant. Spark reads such tables in tests/spark/preparation/test_same_files.py.
#include <gmock/gmock.h>

#include <map>
#include <random>

#include "preparation/told.h"

namespace encore {
namespace {

/// A fixed stream, equal on every machine (distributions of <random> are not).
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return engine_() % count; }
  template <class List>
  auto one_of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::mt19937 engine_;
};

std::string utf16_of(const std::u16string& text, bool little) {
  std::string bytes = little ? "\xFF\xFE" : "\xFE\xFF";
  for (const char16_t unit : text) {
    const char high = static_cast<char>(unit >> 8), low = static_cast<char>(unit & 0xFF);
    bytes += little ? std::string{low, high} : std::string{high, low};
  }
  return bytes;
}

/// UTF-8 of what the encodings below all have.
std::string utf8_of(const std::u16string& text) {
  std::string bytes;
  for (const char16_t unit : text) append_utf8(unit, bytes);
  return bytes;
}

std::string cp1252_of(const std::u16string& text) {
  std::string bytes;
  for (const char16_t unit : text) bytes += unit == u'€' ? '\x80' : static_cast<char>(unit);
  return bytes;
}

class RandomTables : public ToldPreparation, public testing::WithParamInterface<int> {
 protected:
  std::u16string review(Chance& chance) {
    static const std::u16string letters[] = {u"a", u"ö", u"€", u"\"", u",", u";", u"\t", u"\n", u"\r\n", u"\r", u" ", u"7", u"\\", u"|"};
    std::u16string text;
    for (std::size_t length = chance.below(9); length > 0; --length) text += chance.one_of(letters);
    return text;
  }
  std::u16string field(const std::u16string& text, Chance& chance) {
    if (text.find_first_of(u"\",;\t|\r\n ") == std::u16string::npos && chance.below(3) > 0) return text;
    std::u16string quoted = u"\"";
    for (const char16_t c : text) quoted += c == u'"' ? std::u16string(u"\"\"") : std::u16string(1, c);
    return quoted + u"\"";
  }
  /// The bytes of a text in one of the encodings.
  std::string encoded(const std::u16string& text, std::size_t encoding) {
    if (encoding == 0) return utf8_of(text);
    if (encoding == 1) return "\xEF\xBB\xBF" + utf8_of(text);
    return encoding == 2 ? cp1252_of(text) : utf16_of(text, encoding == 3);
  }
};

TEST_P(RandomTables, AreReadAsTheyWereMeant) {
  Chance chance(static_cast<std::uint32_t>(GetParam()));
  static const std::u16string delimiters[] = {u",", u";", u"\t", u"|"}, ends[] = {u"\n", u"\r\n", u"\r"};
  const std::u16string delimiter = chance.one_of(delimiters), end = chance.one_of(ends);
  const std::size_t encoding = chance.below(5), files = 1 + chance.below(3);
  std::vector<std::string> names;
  std::map<std::string, double> expected;  // "user film" → rating
  for (std::size_t file = 0; file < files; ++file) {
    std::u16string text = u"review" + delimiter + u"userId" + delimiter + u"movieId" + delimiter + u"rating" + end;
    for (int row = 0; row < 30; ++row) {
      const int user = static_cast<int>(file) * 100 + row % 7, rating = 1 + static_cast<int>(chance.below(5));
      const std::string name = "é" + std::to_string(user), film = std::to_string(row);
      const std::string digits = std::to_string(user), stars = std::to_string(rating);
      text += field(review(chance), chance) + delimiter + field(u"é" + std::u16string(digits.begin(), digits.end()), chance) + delimiter +
              std::u16string(film.begin(), film.end()) + delimiter + std::u16string(stars.begin(), stars.end()) + end;
      expected[name + " " + film] = rating;
    }
    names.push_back(write("rows" + std::to_string(file) + ".csv", encoded(text, encoding)).string());
  }
  PrepareSettings settings = settings_for(names.front());
  settings.more_sources.assign(names.begin() + 1, names.end());
  if (encoding == 2) settings.encoding = "cp1252";
  const DatasetSummary summary = told(settings);
  EXPECT_EQ(summary.rows, static_cast<std::int64_t>(expected.size()));
  const Dataset dataset = read_dataset(folder_ / "dataset");
  std::map<std::string, double> found;
  for (std::int32_t user = 0; user < dataset.users.size(); ++user)
    for (std::size_t i = 0; i < dataset.ratings.items_of(user).size(); ++i) {
      const auto item = static_cast<std::size_t>(dataset.ratings.items_of(user)[i]);
      found[dataset.users.id[static_cast<std::size_t>(user)] + " " + dataset.items.id[item]] = dataset.ratings.ratings_of(user)[i];
    }
  EXPECT_EQ(found, expected);
}

INSTANTIATE_TEST_SUITE_P(Preparation, RandomTables, testing::Range(1, 21));

}  // namespace
}  // namespace encore
