#include "shared/files/atomic_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "tests/support/faulty_files.h"
#include "tests/support/scratch_folder.h"

namespace {

using support::FileFaults;
using support::kFaultyFiles;

class Files : public ::testing::Test {
 protected:
  void SetUp() override { FileFaults::reset(); }
  std::string text(const std::string& name) {
    std::ifstream file(folder_.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  mode_t mode(const std::string& name) {
    struct stat facts {};
    return ::stat(folder_.file(name).c_str(), &facts) == 0 ? facts.st_mode & 07777U : 0;
  }
  support::ScratchFolder folder_;
};

TEST_F(Files, AreReplacedWholeOrNotAtAll) {
  const std::string path = folder_.file("a");
  ASSERT_TRUE(files::replaceFile(path, base::asBytes("old")));
  struct {
    int* counter;
    int call;
  } const cases[] = {
      {&FileFaults::openAt, 1}, {&FileFaults::openAt, 2},   {&FileFaults::writeAt, 1}, {&FileFaults::writeAt, 2},
      {&FileFaults::syncAt, 1}, {&FileFaults::renameAt, 1}, {&FileFaults::syncAt, 2},  // of the folder
  };
  for (const auto& one : cases) {
    FileFaults::reset();
    ASSERT_TRUE(files::replaceFile(path, base::asBytes("old")));
    FileFaults::writeMost = 3;
    *one.counter = one.call;
    EXPECT_FALSE(files::replaceFile(path, base::asBytes("newer"), files::kOwnersAlone, kFaultyFiles));
    EXPECT_EQ(text("a"), "old");
    EXPECT_FALSE(folder_.has("a.new"));
  }
  FileFaults::reset();
  FileFaults::writeMost = 2;
  EXPECT_TRUE(files::replaceFile(path, base::asBytes("newer"), files::kOwnersAlone, kFaultyFiles));
  EXPECT_EQ(text("a"), "newer");
  EXPECT_EQ(mode("a"), 0600U);
}

TEST_F(Files, AreNotThereWhereTheirFirstReplacementFails) {
  for (int* fault : {&FileFaults::openAt, &FileFaults::writeAt, &FileFaults::syncAt}) {
    for (const int call : {1, 2}) {
      FileFaults::reset();
      FileFaults::writeMost = 3;
      *fault = call;
      EXPECT_FALSE(files::replaceFile(folder_.file("a"), base::asBytes("text"), files::kOwnersAlone, kFaultyFiles));
      EXPECT_FALSE(folder_.has("a"));
      EXPECT_FALSE(folder_.has("a.new"));
    }
  }
}

TEST_F(Files, AreReplacedWhereTheFileSystemCannotExchangeNamesToo) {
  const std::string path = folder_.file("a");
  FileFaults::noExchange = true;
  for (const char* wanted : {"first", "second"}) {
    EXPECT_TRUE(files::replaceFile(path, base::asBytes(wanted), files::kOwnersAlone, kFaultyFiles));
    EXPECT_EQ(text("a"), wanted);
    EXPECT_FALSE(folder_.has("a.new"));
  }
  FileFaults::renameAt = 1;
  EXPECT_FALSE(files::replaceFile(path, base::asBytes("third"), files::kOwnersAlone, kFaultyFiles));
  EXPECT_EQ(text("a"), "second");
  EXPECT_FALSE(folder_.has("a.new"));
}

TEST_F(Files, AreMadeWholeWhereNothingIsYet) {
  for (int* fault : {&FileFaults::openAt, &FileFaults::writeAt, &FileFaults::syncAt}) {
    for (const int call : {1, 2}) {
      FileFaults::reset();
      FileFaults::writeMost = 3;
      *fault = call;
      EXPECT_FALSE(files::createFile(folder_.file("a"), base::asBytes("text"), files::kOwnersAlone, kFaultyFiles));
      EXPECT_FALSE(folder_.has("a"));
    }
  }
  FileFaults::reset();
  ASSERT_TRUE(files::createFile(folder_.file("a"), base::asBytes("text")));
  EXPECT_EQ(mode("a"), 0600U);
  EXPECT_FALSE(files::createFile(folder_.file("a"), base::asBytes("another")));
  EXPECT_EQ(text("a"), "text");
}

TEST_F(Files, AreReadUpToALimit) {
  ASSERT_TRUE(files::replaceFile(folder_.file("a"), base::asBytes("12345")));
  EXPECT_EQ(base::asText(**files::readFile(folder_.file("a"), 5)), "12345");
  EXPECT_FALSE(files::readFile(folder_.file("a"), 4));
  EXPECT_FALSE(files::readFile(folder_.file("b"), 4)->has_value());
}

TEST_F(Files, HaveTheWantedModeWhateverAnAttemptBeforeHasLeft) {
  ASSERT_TRUE(files::replaceFile(folder_.file("a.new"), base::asBytes("half"), 0444));
  ASSERT_TRUE(files::replaceFile(folder_.file("a"), base::asBytes("whole"), 0400));
  EXPECT_EQ(text("a"), "whole");
  EXPECT_EQ(mode("a"), 0400U);
  EXPECT_FALSE(folder_.has("a.new"));
}

TEST_F(Files, TakeThePlaceOfAnotherOrBothAreAsTheyWere) {
  ASSERT_TRUE(files::replaceFile(folder_.file("a"), base::asBytes("old")));
  ASSERT_TRUE(files::replaceFile(folder_.file("next"), base::asBytes("new")));
  for (int* fault : {&FileFaults::openAt, &FileFaults::renameAt}) {
    FileFaults::reset();
    *fault = 1;
    EXPECT_FALSE(files::moveFile(folder_.file("next"), folder_.file("a"), kFaultyFiles));
    EXPECT_EQ(text("a") + text("next"), "oldnew");
  }
  EXPECT_TRUE(files::moveFile(folder_.file("next"), folder_.file("a"), kFaultyFiles));
  EXPECT_EQ(text("a"), "new");
  EXPECT_FALSE(folder_.has("next"));
}

TEST_F(Files, AreRemovedOnceAndForAll) {
  ASSERT_TRUE(files::replaceFile(folder_.file("a"), base::asBytes("text")));
  EXPECT_TRUE(files::removeFile(folder_.file("a")));
  EXPECT_FALSE(folder_.has("a"));
  EXPECT_TRUE(files::removeFile(folder_.file("a")));
  EXPECT_TRUE(files::removeFile(folder_.file("nothing") + "/a"));
}

TEST_F(Files, AreThereWhereTheirRemovalCannotBeMadeDurable) {
  ASSERT_TRUE(files::replaceFile(folder_.file("a"), base::asBytes("text")));
  FileFaults::openAt = 1;
  EXPECT_FALSE(files::removeFile(folder_.file("a"), kFaultyFiles));
  EXPECT_TRUE(folder_.has("a"));
}

}  // namespace
