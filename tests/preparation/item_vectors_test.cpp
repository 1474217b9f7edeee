// Vectors of items as people save them: NumPy's files, lists in Parquet, columns of numbers; and what is wrong with one, in a sentence.
#include "preparation/item_vectors.h"

#include <gmock/gmock.h>

#include <cstring>
#include <fstream>

#include "database/database.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class ItemVectorsFile : public testing::Test {
 protected:
  std::string text(const std::string& name, const std::string& what) {
    std::ofstream(folder / name, std::ios::binary) << what;
    return (folder / name).string();
  }
  template <class Number>
  std::string npy(const std::string& header, const std::vector<Number>& numbers) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    const std::string padded = header + std::string(117 - header.size(), ' ') + "\n";
    bytes += static_cast<char>(padded.size());
    bytes += '\0';
    bytes += padded;
    bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
    return text("vectors.npy", bytes);
  }
  static void expect_two(const ItemVectors& vectors) {
    EXPECT_EQ(vectors.width, 3);
    EXPECT_EQ(vectors.id, (std::vector<std::string>{"10", "20"}));
    EXPECT_EQ(vectors.values, (std::vector<float>{0.5F, 0, -2, 1, 2, 3}));
    EXPECT_EQ(vectors.features_of(0), (std::vector<NamedFeature>{{"vector:00000", 0.5}, {"vector:00002", -2}}));
  }
  void refused(const std::string& file, const std::string& why) {
    EXPECT_THAT([&] { read_item_vectors(file, "movieId"); }, ThrowsMessage<UserError>(HasSubstr(why)));
  }
  TemporaryFolder folder;
};

TEST_F(ItemVectorsFile, ReadsWhatNumPySaves) {
  const std::string shape = "'fortran_order': False, 'shape': (2, 4), }";
  expect_two(read_item_vectors(npy<double>("{'descr': '<f8', " + shape, {10, 0.5, 0, -2, 20, 1, 2, 3}), "movieId"));
  expect_two(read_item_vectors(npy<float>("{'descr': '<f4', " + shape, {10, 0.5, 0, -2, 20, 1, 2, 3}), "movieId"));
  const ItemVectors whole = read_item_vectors(npy<std::int32_t>("{'descr': '<i4', " + shape, {10, 5, 0, -2, 20, 1, 2, 3}), "movieId");
  EXPECT_EQ(whole.values[0], 5);
}

TEST_F(ItemVectorsFile, ReadsTables) {
  expect_two(read_item_vectors(text("v.csv", "movieId,a,b,c\n10,0.5,0,-2\n20,1,2,3\n"), "movieId"));
  expect_two(read_item_vectors(text("v.tsv", "a\tb\tc\tmine\n0.5\t0\t-2\t10\n1\t2\t3\t20\n"), "mine"));
  Database database({.threads = 1});
  const auto parquet = [&](const std::string& list) {
    const std::string file = (folder / "v.parquet").string();
    database.run("COPY (SELECT * FROM (VALUES (10, [0.5, 0, -2]::" + list + "), (20, [1, 2, 3]::" + list +
                 ")) AS t(itemId, embedding)) TO '" + file + "' (FORMAT parquet)");
    return file;
  };
  expect_two(read_item_vectors(parquet("FLOAT[]"), "movieId"));
  expect_two(read_item_vectors(parquet("DOUBLE[]"), "movieId"));
}

TEST_F(ItemVectorsFile, MistakesAreNamed) {
  refused(text("a.csv", "name,a,b\nx,1,2\n"), "it needs a column of ids, named movieId or itemId; it has name, a, b");
  refused(text("a.csv", "movieId,a,b\n1,1,2\n2,1,\n"), "line 3: 'NULL' is no number");
  refused(text("a.csv", "movieId,a,b\n1,1,x\n"), "line 2: 'x' is no number");
  refused(text("a.csv", "movieId,a\n1,1\n1,2\n"), "line 3: the id 1 is there already");
  refused(text("a.csv", "movieId,a\n1,1e40\n"), "line 2: 1e+40 is no number that a vector may have");
  refused(text("a.csv", "movieId\n1\n"), "it needs a column of ids and one of lists, or of numbers alone");
  refused(npy<double>("{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2), }", {1, 2}), "it stands by columns");
  refused(npy<double>("{'descr': '<f2', 'fortran_order': False, 'shape': (1, 2), }", {1, 2}), "of the type <f2");
  refused(npy<double>("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", {1, 2, 3, 4}), "its shape is (4,)");
  refused(npy<double>("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", {1, 2}), "cut short: row 2 of 2");
  refused(npy<double>("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }", {1.5, 2}), "row 1: 1.5 is no id");
  refused(npy<float>("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", {2e7F, 2}), "that a float32 can hold; save float64");
  Database database({.threads = 1});
  const std::string file = (folder / "v.parquet").string();
  database.run("COPY (SELECT * FROM (VALUES (1, [1.0, 2]), (2, [1.0])) AS t(movieId, v)) TO '" + file + "' (FORMAT parquet)");
  refused(file, "row 2 has 1 numbers, and the first one 2");
}

}  // namespace
}  // namespace encore
