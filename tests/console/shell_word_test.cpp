// Words of commands that people copy: what a POSIX shell makes of them is what they stand for.
#include "console/shell_word.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(ShellWord, IsAsItIsOrInSingleQuotes) {
  for (const char* plain : {"films", "../a/b-c_d.model", "hdfs://there:9000/films", "é/ä"}) EXPECT_EQ(shell_word(plain), plain);
  EXPECT_EQ(shell_word("my films"), "'my films'");
  EXPECT_EQ(shell_word("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shell_word("a\nb"), "'a\nb'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(ShellWord, OfAFolderNamesAnotherBesideIt) {
  EXPECT_EQ(folder_word("films", ".model"), "films.model");
  EXPECT_EQ(folder_word("films//", ".model"), "films.model");
  EXPECT_EQ(folder_word("my films/", ".model"), "'my films.model'");
  EXPECT_EQ(folder_word("/"), "/");
}

}  // namespace
}  // namespace encore
