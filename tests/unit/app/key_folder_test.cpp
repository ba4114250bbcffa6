// The folder of keys for signed iSNS messages, as the server reads it.
#include "isns-server/app/key_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/freed_memory.h"
#include "tests/support/scratch_folder.h"

namespace {

constexpr const char* kPlanted = "plantedKeyMaterialThatStandsInNoOtherPlace0123456789";

TEST(KeyFolder, leavesNothingOfAPrivateKeyInMemory) {
  const support::ScratchFolder folder;
  std::ofstream(folder.file("server.key")) << "-----BEGIN PRIVATE KEY-----\n"
                                           << kPlanted << "\n-----END PRIVATE KEY-----\n";
  const support::FreedMemory freed(kPlanted);
  const app::FolderKeys found = app::readKeyFolder(folder.path());
  EXPECT_EQ(freed.found(), 0U);
  ASSERT_EQ(found.problems.size(), 1U) << "it is no key, and was read";
  EXPECT_NE(found.problems[0].find("server.key"), std::string::npos);
  EXPECT_EQ(found.problems[0].find(kPlanted), std::string::npos);
}

}  // namespace
