// Folders and files appear whole or not at all, one writer at a time, and never in place of what is not ours.
#include "process/staged_folder.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>
#include <optional>
#include <sstream>
#include "process/nameless_file.h"
#include "temporary_folder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Staged : public testing::Test {
 protected:
  static void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }
  static std::string read(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  int entries() const { return static_cast<int>(std::distance(fs::directory_iterator(folder_), {})); }

  template <class Action>
  static std::string mistake(Action action) {
    try {
      action();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no mistake";
  }

  TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
};

TEST_F(Staged, FolderAppearsOnlyWithCommit) {
  const fs::path target = folder_ / "fifties";
  {
    StagedFolder staged(target, false);
    write(staged.path() / "items", "11");
    EXPECT_FALSE(fs::exists(target));
    staged.commit();
  }
  EXPECT_EQ(read(target / "items"), "11");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, FolderWithoutCommitLeavesNothing) {
  {
    StagedFolder staged(folder_ / "fifties", false);
    write(staged.path() / "items", "11");
  }
  EXPECT_EQ(entries(), 0);
}

TEST_F(Staged, ReplacedFolderKeepsNothingOfTheOldOne) {
  const fs::path target = folder_ / "fifties";
  fs::create_directory(target);
  write(target / "old", "1");
  {
    StagedFolder staged(target, true);
    write(staged.path() / "new", "2");
    EXPECT_TRUE(fs::exists(target / "old"));
    staged.commit();
  }
  EXPECT_FALSE(fs::exists(target / "old"));
  EXPECT_EQ(read(target / "new"), "2");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, ForeignFolderIsNeverReplaced) {
  const fs::path target = folder_ / "photos";
  fs::create_directory(target);
  write(target / "cat", "meow");
  EXPECT_THAT(mistake([&] { StagedFolder(target, false); }), HasSubstr("exists already"));
  EXPECT_EQ(read(target / "cat"), "meow");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, MissingParentIsNamed) {
  EXPECT_THAT(mistake([&] { StagedFolder(folder_ / "no" / "fifties", false); }),
              HasSubstr("the folder '" + (folder_ / "no").string() + "' does not exist"));
  EXPECT_THAT(mistake([&] { StagedFile(folder_ / "no" / "list.csv"); }), HasSubstr("does not exist"));
}

TEST_F(Staged, ParentThatIsAFileIsNamed) {
  write(folder_ / "file", "");
  EXPECT_THAT(mistake([&] { StagedFolder(folder_ / "file" / "fifties", false); }), HasSubstr("is not a folder"));
}

TEST_F(Staged, ParentWhereNothingCanBeWrittenIsNamed) {
  EXPECT_THAT(mistake([&] { StagedFolder("/proc/fifties", false); }), HasSubstr("cannot write '/proc/fifties'"));
  EXPECT_THAT(mistake([&] { StagedFile("/proc/list.csv"); }), HasSubstr("cannot write '/proc/list.csv'"));
}

TEST_F(Staged, TargetWithSlashOrLinkIsTheFolderItself) {
  fs::create_directory(folder_ / "real");
  fs::create_directory_symlink(folder_ / "real", folder_ / "link");
  {
    StagedFolder staged(folder_ / "link" / "", true);
    write(staged.path() / "items", "11");
    staged.commit();
  }
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(read(folder_ / "real" / "items"), "11");
  EXPECT_THAT(mistake([] { StagedFolder("/", true); }), HasSubstr("choose a folder in it"));
  EXPECT_THAT(mistake([] { StagedFolder("", true); }), HasSubstr("empty name"));
}

TEST_F(Staged, SecondWriterIsTurnedAwayAndTheFirstGoesOn) {
  const fs::path target = folder_ / "fifties";
  StagedFolder first(target, false);
  write(first.path() / "items", "11");
  EXPECT_THAT(mistake([&] { StagedFolder second(target, false); }), HasSubstr("another process is writing"));
  first.commit();
  EXPECT_EQ(read(target / "items"), "11");
}

TEST_F(Staged, WhatAKilledProcessLeftIsCleared) {
  const fs::path target = folder_ / "fifties";
  const pid_t child = fork();
  if (child == 0) {
    StagedFolder staged(target, false);
    write(staged.path() / "half", "written");
    _exit(0);  // as killed: no destructor runs
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(entries(), 1) << "the child leaves its staging folder";
  {
    StagedFolder staged(target, false);
    EXPECT_TRUE(fs::is_empty(staged.path()));
    staged.commit();
  }
  EXPECT_TRUE(fs::is_empty(target));
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, FileIsReplacedWhole) {
  const fs::path target = folder_ / "list.csv";
  write_file_whole(target, "first, and longer");
  write_file_whole(target, "second");
  EXPECT_EQ(read(target), "second");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, FileWithoutCommitLeavesTheOldOne) {
  for (const char* name : {"list.csv", "list.tmp", "list.4711.tmp", "list.tmp.rows"}) {
    const fs::path target = folder_ / name;
    write(target, "old");
    {
      StagedFile staged(target);
      write(staged.path(), "half");
    }
    EXPECT_EQ(read(target), "old");
    fs::remove(target);
    EXPECT_EQ(entries(), 0);
  }
}

TEST_F(Staged, WhatAKilledProcessLeftOfAFileIsCleared) {
  const fs::path target = folder_ / "list.csv";
  const pid_t child = fork();
  if (child == 0) {
    StagedFile staged(target);
    write(staged.path(), "half");
    _exit(0);  // as killed: no destructor runs
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(entries(), 1) << "the child leaves its staging file";
  write(folder_ / ".list.csv.4711.tmp.rows", "of rows that become another file");
  write(folder_ / ".list.csv.backup.tmp", "of somebody else");
  write_file_whole(target, "whole");
  EXPECT_EQ(read(target), "whole");
  EXPECT_EQ(entries(), 2) << "names that are not ours stay";
}

TEST_F(Staged, RowsWithoutANameAreReadByTheirPath) {
  const NamelessFile rows(folder_ / "list.csv");
  EXPECT_EQ(entries(), 0);
  write(rows.path(), "1,2");
  EXPECT_EQ(read(rows.path()), "1,2");
  EXPECT_THAT(mistake([&] { NamelessFile(folder_ / "nowhere" / "list.csv"); }), HasSubstr("No such file"));
}

TEST_F(Staged, WhatALivingProcessWritesIsNotCleared) {
  StagedFile first(folder_ / "list.csv");
  const pid_t child = fork();
  if (child == 0) {
    write_file_whole(folder_ / "list.csv", "second");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(fs::exists(first.path()));
  EXPECT_EQ(read(folder_ / "list.csv"), "second");
}

TEST_F(Staged, AFolderPutAsideComesBack) {
  fs::create_directory(folder_ / ".fifties.replaced");
  write(folder_ / ".fifties.replaced" / "items", "11");
  { StagedFolder staged(folder_ / "fifties", false); }
  EXPECT_EQ(read(folder_ / "fifties" / "items"), "11");
  EXPECT_EQ(entries(), 1);
}

TEST_F(Staged, SentencesNameWhatTheUserNamed) {
  EXPECT_THAT(cannot_write("/data/.films.unfinished/.ratings.csv.4711.tmp", ENOSPC).what(),
              testing::StartsWith("cannot write '/data/films/ratings.csv': "));
  EXPECT_THAT(cannot_write(".config/x.tmp", EFBIG).what(), HasSubstr("cannot write '.config/x.tmp': File too large; "));
}

TEST_F(Staged, FileBehindALinkIsWritten) {
  write(folder_ / "real.csv", "old");
  fs::create_symlink(folder_ / "real.csv", folder_ / "link.csv");
  write_file_whole(folder_ / "link.csv", "new");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.csv"));
  EXPECT_EQ(read(folder_ / "real.csv"), "new");
}

TEST_F(Staged, FolderIsNoFile) {
  EXPECT_THAT(mistake([&] { write_file_whole(folder_, "x"); }), HasSubstr("it is a folder"));
}

TEST_F(Staged, FullDiskIsSaidInOneSentence) {
  EXPECT_EQ(mistake([] { write_file_whole("/dev/full", "x"); }),
            "cannot write '/dev/full': No space left on device; free some space or choose another place");
}

TEST_F(Staged, DeviceIsWrittenInPlace) {
  write_file_whole("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace encore
