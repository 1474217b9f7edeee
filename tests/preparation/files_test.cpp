// Where a table's bytes are: packed, in pipes, in other encodings, in many files. The same rows come out of each.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <thread>

#include "preparation/told.h"
#include "process/interruption.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

const fs::path packed = diseases / "packed";
constexpr const char* packed_names[] = {"ratings.csv.gz", "ratings.csv.bz2", "ratings.csv.xz", "ratings.csv.zst", "ratings.csv.zip"};

class Files : public ToldPreparation {
 protected:
  std::string fingerprint_of(const fs::path& source, PrepareSettings settings = {}) {
    settings.source = source.string();
    settings.output = (folder_ / "dataset").string();
    return told(settings).fingerprint;
  }
  const std::string plain_ = content(packed / "ratings.csv");
};

/// Two members, frames or streams one after another, as parallel packers write them.
TEST_F(Files, OfEveryPackingAreReadToTheirEnds) {
  const std::string expected = fingerprint_of(packed / "ratings.csv");
  for (const char* name : packed_names) {
    fs::copy_file(packed / name, folder_ / "no_name");  // the bytes say what they are
    EXPECT_EQ(fingerprint_of(folder_ / "no_name"), expected) << name;
    fs::remove(folder_ / "no_name");
  }
}

TEST_F(Files, CutShortAreNamed) {
  for (const char* name : packed_names) {
    const std::string bytes = content(packed / name);
    const fs::path cut = write(std::string("cut.") + name, bytes.substr(0, bytes.size() - 9));
    EXPECT_THAT(complaint(settings_for(cut)), AllOf(HasSubstr(cut.string()), HasSubstr("damaged"))) << name;
  }
}

TEST_F(Files, OfAZipArchiveAreAFolder) {
  EXPECT_EQ(fingerprint_of(packed / "folder.zip"), fingerprint_of(packed / "ratings.csv"));
  const DatasetSummary summary = prepare(settings_for(packed / "folder.zip"));
  EXPECT_EQ(summary.ratings_file, "ratings.csv");
  EXPECT_EQ(summary.movies_file, "movies.csv");
  EXPECT_EQ(summary.most_rated.front().title, "Heat (1995)");
}

std::string utf16(const std::string& ascii, bool little, bool mark) {
  std::string text = mark ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
  for (const char c : ascii) text += little ? std::string{c, '\0'} : std::string{'\0', c};
  return text;
}

TEST_F(Files, InUtf16AreReadLikeOthers) {
  const std::string expected = fingerprint_of(packed / "ratings.csv");
  for (const bool little : {true, false})
    for (const bool mark : {true, false}) EXPECT_EQ(fingerprint_of(write("utf16.csv", utf16(plain_, little, mark))), expected);
}

TEST_F(Files, InCp1252AreReadWhenAsked) {
  const std::string rows = "user,movieId,rating\nJos\xE9,1,4\n\x80uro,1,5\nplain,1,3\n";
  PrepareSettings settings;
  EXPECT_EQ(prepared(rows, settings).users.id.size(), 1u);
  EXPECT_THAT(messages_, HasSubstr("not UTF-8"));
  EXPECT_THAT(messages_, HasSubstr("--encoding cp1252"));
  settings.encoding = "cp1252";
  const Dataset dataset = prepared(rows, settings);
  EXPECT_THAT(dataset.users.id, testing::UnorderedElementsAre("José", "€uro", "plain"));
}

TEST_F(Files, TheTableOfFilmsThatIsAtFaultIsNamed) {
  PrepareSettings settings = settings_for(packed / "ratings.csv");
  settings.movies = write("films.csv", utf16("movieId,title\n10,Heat\n20,Alien\n30,Casino\n", true, true)).string();
  EXPECT_EQ(prepare(settings).most_rated.front().title, "Heat");
  settings.movies = write("films.html", "\n<!DOCTYPE html><html>Sign in</html>").string();
  EXPECT_THAT(complaint(settings), HasSubstr("films.html is an HTML or XML page"));
}

/// A pipe whose writer comes late, and writes in pieces.
TEST_F(Files, ThroughAPipeAreReadOnceAndKept) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const char* name : {"ratings.csv", "ratings.csv.gz", "ratings.csv.zip"}) {
    std::thread writer([&] {
      std::ofstream to(pipe, std::ios::binary);
      const std::string bytes = content(packed / name);
      to << bytes.substr(0, 20) << std::flush << bytes.substr(20);
    });
    EXPECT_EQ(fingerprint_of(pipe), fingerprint_of(packed / "ratings.csv")) << name;
    writer.join();
  }
}

TEST_F(Files, ThatNobodyWritesCanBeGivenUp) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  Interruption interruption;
  const InterruptionScope scope(&interruption);
  std::thread stops([&] { interruption.request(15); });
  EXPECT_THROW(prepare(settings_for(pipe)), Interrupted);
  stops.join();
  EXPECT_EQ(entries(), 1u) << "nothing is left but the pipe";
}

TEST_F(Files, ThatAreNoTablesAreCalledWhatTheyAre) {
  const std::pair<std::string, const char*> others[] = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "is a pointer of Git LFS"},
      {"<html><body>404</body></html>", "is an HTML or XML page"},
      {std::string(257, 'x') + "ustar", "is a tar archive; unpack it first"},
      {"7z\xBC\xAF\x27\x1C" "0000", "is a 7z archive"},
      {"%PDF-1.7 ", "is a PDF document"},
      {std::string("SQLite format 3\0....", 20), "is an SQLite database"},
      {"[\n{\"userId\": 1}]", "is one array of JSON"},
      {std::string("a\0b", 3), "is neither text nor Parquet"},
      {"", "is empty"},
  };
  for (const auto& [bytes, what] : others) EXPECT_THAT(complaint(settings_for(write("thing", bytes))), HasSubstr(what));
}

/// A folder as Spark writes it: parts with a header each, what is no part hidden.
TEST_F(Files, ThatArePartsAreOneTable) {
  fs::create_directory(folder_ / "parts");
  write("parts/_SUCCESS", "");
  write("parts/part-00000.csv", "userId,movieId,rating\n1,10,4\n1,20,3\n");
  write("parts/part-00001.csv", "userId,movieId,rating\n2,10,5\n2,20\n3,30,9\n");
  write("parts/part-00002.csv.gz", content(packed / "ratings.csv.gz").substr(0, 0));
  fs::remove(folder_ / "parts/part-00002.csv.gz");
  PrepareSettings settings = settings_for(folder_ / "parts");
  settings.rejects = (folder_ / "rejects.csv").string();
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.rows, 5);
  EXPECT_EQ(summary.ratings, 3);
  EXPECT_EQ(content(folder_ / "rejects.csv"),
            "file,line,userId,movieId,rating,time,reason\n"
            "part-00001.csv,3,,,,,\"malformed line: too few fields: 2,20\"\n"
            "part-00001.csv,4,3,30,9,,rating is out of scale\n");
  settings.strict = true;
  EXPECT_THAT(complaint(settings), HasSubstr("part-00001.csv, line 3: "));
}

TEST_F(Files, OfPartitionsKnowWhatTheirFoldersSay) {
  for (const char* folder : {"logs/event=view/country=DE", "logs/event=buy/country=DE", "logs/event=buy/country=F%20R"})
    fs::create_directories(folder_ / folder);
  write("logs/event=view/country=DE/a.csv", "user,item,rating\n1,10,4\n1,20,3\n");
  write("logs/event=buy/country=DE/b.csv", "user,item,rating\n2,10,5\n");
  write("logs/event=buy/country=F%20R/c.csv", "user,item,rating\n3,20,2\n");
  PrepareSettings settings = settings_for(folder_ / "logs");
  EXPECT_EQ(prepare(settings).ratings, 4);
  settings.where = "event = 'buy' AND country = 'F R'";
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings, 1);
  EXPECT_EQ(summary.filtered, (std::map<std::string, std::int64_t>{{"outside the condition", 3}}));
  settings.where.clear();
  settings.glob = "**/country=DE/*.csv";
  EXPECT_EQ(prepare(settings).ratings, 3);
  settings.glob = "*.csv";
  EXPECT_THAT(complaint(settings), HasSubstr("--glob *.csv: no file in"));
}

TEST_F(Files, OfSeveralNamesAreOneTable) {
  PrepareSettings settings = settings_for(write("a.csv", "userId,movieId,rating\n1,10,4\n"));
  const std::string second = write("b.tsv", "userId,movieId,rating\n2,10,5\n").string();
  settings.more_sources = {second};
  EXPECT_EQ(prepare(settings).ratings, 2);
  settings.more_sources = {second, second};
  EXPECT_THAT(complaint(settings), HasSubstr("is named twice"));
  settings.more_sources = {write("c.csv", "userId,rating,movieId\n2,5,10\n").string()};
  EXPECT_THAT(complaint(settings), HasSubstr("are no parts of one table"));
  settings.more_sources.clear();
  settings.glob = "*";
  EXPECT_THAT(complaint(settings), HasSubstr("--glob chooses files within a folder"));
}

}  // namespace
}  // namespace encore
