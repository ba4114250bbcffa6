#include "agent/registrar/dhcp_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "shared/base/hex.h"
#include "tests/support/scratch_folder.h"

namespace registrar {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Functions, access, flags, security: all 0; then addresses.
constexpr std::string_view kTwo = "000000000000000000000a0000050a000006";
constexpr std::string_view kTwoOfDhclient = "0:0:0:0:0:0:0:0:0:0:a:0:0:5:a:0:0:6";
const base::WallTime kNow{std::chrono::seconds(1'764'237'600)};  // 2025-11-27 10:00:00 UTC

net::Address ip(const char* text) { return *net::Address::parse(text, 0); }

std::optional<IsnsOption> optionOf(std::string_view hex) { return readIsnsOption(*base::readHex(hex)); }

TEST(IsnsOptionTest, holdsThePrimaryServerAndThoseAfterIt) {
  const auto option = optionOf(kTwo);
  ASSERT_TRUE(option);
  EXPECT_THAT(option->servers, ElementsAre(ip("10.0.0.5"), ip("10.0.0.6")));
  EXPECT_FALSE(option->heartbeat);
}

TEST(IsnsOptionTest, withTheHeartbeatFlagTheFirstAddressIsTheGroup) {
  const auto option = optionOf("00000000000300000000ef0000fe0a000005");
  ASSERT_TRUE(option);
  EXPECT_THAT(option->servers, ElementsAre(ip("10.0.0.5")));
  EXPECT_EQ(option->heartbeat, ip("239.0.0.254"));
  EXPECT_FALSE(optionOf("00000000000300000000ef0000fe")) << "a group without a server";
}

TEST(IsnsOptionTest, flagsThatAreNotEnabledMeanNothing) {
  EXPECT_THAT(optionOf("000000000002000000000a0000050a000006")->servers, ElementsAre(ip("10.0.0.5"), ip("10.0.0.6")));
}

TEST(IsnsOptionTest, anotherLengthOrNoAddressIsNone) {
  EXPECT_FALSE(optionOf(""));
  EXPECT_FALSE(optionOf("00000000000000000000"));
  EXPECT_FALSE(optionOf("000000000000000000000a00000500"));
  EXPECT_FALSE(optionOf("0000000000000000000000000000"));
}

TEST(DhclientLeases, theNewestLeaseOfAnInterfaceCounts) {
  const std::string text =
      "lease {\n  interface \"eth0\";\n  option unknown-83 0:0:0:0:0:0:0:0:0:0:a:0:0:9;\n}\nlease {\n"
      "  interface \"eth0\";\n  option domain-name \"a;b\";\n  option unknown-83 " +
      std::string(kTwoOfDhclient) + ";\n  expire 4 2025/11/27 11:00:00;\n}\n";
  const auto options = readDhclientLeases(text, kNow);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_EQ(base::hexText(options[0]), kTwo);
}

TEST(DhclientLeases, oneThatHasEndedDoesNot) {
  const auto lease = [](const std::string& expire) {
    return "lease { interface \"eth0\"; option isns " + std::string(kTwoOfDhclient) + "; expire " + expire + "; }";
  };
  EXPECT_THAT(readDhclientLeases(lease("4 2025/11/27 09:59:59"), kNow), IsEmpty());
  EXPECT_EQ(readDhclientLeases(lease("4 2025/11/27 10:00:01"), kNow).size(), 1U);
  EXPECT_EQ(readDhclientLeases(lease("never"), kNow).size(), 1U);
  EXPECT_THAT(readDhclientLeases(lease("epoch 1764237599; # ..."), kNow), IsEmpty());
}

TEST(DhclientLeases, bytesMayStandAsATextWithOctalEscapes) {
  const auto options =
      readDhclientLeases(R"(lease { option isns "\000\000\000\000\000\000\000\000\000\000\012\000\000\005"; })", kNow);
  ASSERT_EQ(options.size(), 1U);
  EXPECT_EQ(base::hexText(options[0]), "000000000000000000000a000005");
}

TEST(DhclientLeases, whatIsCutOffOrNoBytesIsNone) {
  EXPECT_THAT(readDhclientLeases("lease { option isns 0:1", kNow), IsEmpty());
  EXPECT_THAT(readDhclientLeases("lease {", kNow), IsEmpty());
  EXPECT_THAT(readDhclientLeases("lease { option isns 0:1xx; }", kNow), IsEmpty());
  EXPECT_THAT(readDhclientLeases("lease { option isns \"; }", kNow), IsEmpty());
}

TEST(KeyedLease, holdsTheOptionInHexadecimalDigits) {
  EXPECT_EQ(base::hexText(*readKeyedLease("# private\nADDRESS=10.0.1.7\nOPTION_83=" + std::string(kTwo) + "\n")), kTwo);
  EXPECT_FALSE(readKeyedLease("ADDRESS=10.0.1.7\n"));
  EXPECT_FALSE(readKeyedLease("OPTION_83=0g\n"));
}

TEST(LeasedServers, ofAllFilesEachOnceWithThePort) {
  const support::ScratchFolder folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories(std::filesystem::path(folder.path().string() + "/" + name).parent_path());
    std::ofstream(folder.path().string() + "/" + name) << text;
  };
  write("dhcp/dhclient.eth0.leases", "lease { interface \"eth0\"; option isns " + std::string(kTwoOfDhclient) + "; }");
  write("networkd/2", "OPTION_83=000000000000000000000a0000060a000007\n");
  write("networkd/3", "OPTION_83=00\n");
  write("networkd/4", "OPTION_83=00000000000300000000ef0000fe0a000005\n");
  write("networkd/5", "OPTION_83=000000000003000000000a0000090a000005\n");
  const LeaseFolders folders{{folder.path().string() + "/dhcp", folder.path().string() + "/missing"},
                             {folder.path().string() + "/networkd"}};
  const Leased leased = leasedServers(folders, 3205, kNow);
  EXPECT_THAT(leased.servers,
              ElementsAre(ip("10.0.0.5").withPort(3205), ip("10.0.0.6").withPort(3205), ip("10.0.0.7").withPort(3205)));
  EXPECT_THAT(leased.groups, ElementsAre(ip("239.0.0.254"))) << "what is no group is none";
  EXPECT_EQ(leased.unread, "") << "a folder that is not there is no trouble";
}

TEST(LeasedServers, thoseBeyondTheBoundAreCountedEachOnce) {
  const support::ScratchFolder folder;
  std::string option(20, '0');
  for (std::uint8_t i = 1; i <= kMaxServers + 2; ++i) option += "0a0000" + base::hexText(base::ByteView(&i, 1));
  std::ofstream(folder.file("1")) << "OPTION_83=" << option << "\n";
  std::ofstream(folder.file("2")) << "OPTION_83=" << option << "0a000101\n";
  const Leased leased = leasedServers({{}, {folder.path().string()}}, 3205, kNow);
  EXPECT_EQ(leased.servers.size(), kMaxServers);
  EXPECT_EQ(leased.servers.back(), ip("10.0.0.16").withPort(3205)) << "those that are named first are used";
  EXPECT_EQ(leased.leftOut, 3U);
}

TEST(LeasedServers, whatIsThereAndCannotBeReadIsSaidAndTheRestIsUsed) {
  const support::ScratchFolder folder;
  std::ofstream(folder.file("1")) << "OPTION_83=000000000000000000000a0000060a000007\n";
  // No permission holds root back, so it is no folder.
  const LeaseFolders folders{{folder.file("1")}, {folder.path().string()}};
  const Leased leased = leasedServers(folders, 3205, kNow);
  EXPECT_EQ(leased.unread, folder.file("1") + ": Not a directory");
  EXPECT_THAT(leased.servers, ElementsAre(ip("10.0.0.6").withPort(3205), ip("10.0.0.7").withPort(3205)));
}

}  // namespace
}  // namespace registrar
