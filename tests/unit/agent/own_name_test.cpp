#include "agent/app/own_name.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace agent {
namespace {

using testing::HasSubstr;

struct OwnName : testing::Test {
  support::ScratchFolder scratch;
  NameSource source{scratch.file("initiatorname.iscsi"), "", "host1.example.org"};

  void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
  std::string name(const std::string& wanted = {}) {
    auto name = initiatorNameOf(wanted, source);
    return name ? *name : name.error().text;
  }
};

TEST_F(OwnName, isTheWantedOneElseThatOfTheFileElseMadeOfTheHost) {
  EXPECT_EQ(name(), "iqn.2000-01.org.example:host1");
  write(source.file, "# a comment\nInitiatorName=iqn.1993-08.org.debian:01:ABC\n");
  EXPECT_EQ(name(), "iqn.1993-08.org.debian:01:abc");
  EXPECT_EQ(name("iqn.2024-01.org.example:Wanted"), "iqn.2024-01.org.example:wanted");
}

TEST_F(OwnName, aFileThatMayNotBeReadIsAnErrorAndNoOtherName) {
  write(source.file, "InitiatorName=iqn.1993-08.org.debian:01:abc\n");
  ASSERT_EQ(::chmod(source.file.c_str(), 0), 0);
  const bool root = ::geteuid() == 0;
  constexpr uid_t kNobody = 65534;
  if (root) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const std::string told = name();
  const std::string wanted = name("iqn.2024-01.org.example:wanted");
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  EXPECT_THAT(told, HasSubstr("this machine's iSCSI name is not known: "));
  EXPECT_THAT(told, HasSubstr("Permission denied"));
  EXPECT_EQ(wanted, "iqn.2024-01.org.example:wanted");
}

TEST_F(OwnName, thatWhichSystemdGivesComesFirst) {
  source.credentials = scratch.file("credentials");
  std::filesystem::create_directory(source.credentials);
  std::filesystem::create_directory(source.file);  // it cannot be read, by root either
  EXPECT_THAT(name(), HasSubstr("is not known")) << "it gives none";
  const std::string given = source.credentials + "/initiatorname.iscsi";
  write(given, "InitiatorName=iqn.1993-08.org.debian:01:abc\n");
  EXPECT_EQ(name(), "iqn.1993-08.org.debian:01:abc");
  write(given, "# there is no /etc/iscsi/initiatorname.iscsi\n");
  EXPECT_EQ(name(), "iqn.2000-01.org.example:host1");
}

}  // namespace
}  // namespace agent
