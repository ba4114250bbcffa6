// ServerFinder and what it says of lease files that it may not read, and of servers that it does not use.
#include "agent/app/server_finder.h"

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/agent_testing.h"

namespace agent {
namespace {

// The `why` of each AGENT-5010, and the `servers` of each AGENT-5014.
struct SourceTroubles final : ops::LogSink {
  void write(const ops::LogRecord& record) override {
    if (record.event.id == "AGENT-5010") whys.emplace_back(std::get<std::string_view>(record.fields[1].value.data()));
    if (record.event.id == "AGENT-5014") leftOut.push_back(std::get<std::uint64_t>(record.fields[1].value.data()));
  }
  std::vector<std::string> whys;
  std::vector<std::uint64_t> leftOut;
};

struct ServerFinderTest : testing::Test {
  ServerFinderTest() { log.addSink(troubles); }
  void look() {
    finder.look();
    worker.settle();
  }

  support::ScratchFolder scratch;
  std::string leases = scratch.file("leases");
  net::Loop loop;
  ops::Log log{kLogEvents, ops::Severity::Info};
  SourceTroubles troubles;
  DiskWorker worker{loop};
  ServerFinder finder{{loop, log, worker, {{leases}, {scratch.file("none")}}, [](const std::vector<net::Address>&) {}}};
};

TEST_F(ServerFinderTest, leasesThatItMayNotReadAreToldOnceAndAnewWhenTheyCouldBeReadMeanwhile) {
  std::ofstream(leases).flush();  // no folder: no permission holds root back
  finder.use(agent_test::parsed("[isns]\ndhcp = true\n").runtime.isns);
  worker.settle();
  look();
  EXPECT_EQ(troubles.whys, std::vector<std::string>{leases + ": Not a directory"});
  std::filesystem::remove(leases);
  look();
  EXPECT_EQ(troubles.whys.size(), 1u);
  std::ofstream(leases).flush();
  look();
  EXPECT_EQ(troubles.whys.size(), 2u);
}

TEST_F(ServerFinderTest, ofMoreServersInLeasesThanAreUsedItSaysOnceHowMany) {
  std::filesystem::create_directory(leases);
  const auto name = [&](unsigned servers) {
    std::string option = "0:0:0:0:0:0:0:0:0:0";
    for (unsigned i = 0; i < servers; ++i)
      option += ":a:0:0:" + std::string(i < 16 ? "" : "1") + "0123456789abcdef"[i % 16];
    std::ofstream(leases + "/dhclient.leases") << "lease { option isns " << option << "; }\n";
  };
  name(17);
  finder.use(agent_test::parsed("[isns]\ndhcp = true\n").runtime.isns);
  worker.settle();
  look();
  EXPECT_EQ(finder.servers().size(), 16u);
  EXPECT_EQ(troubles.leftOut, std::vector<std::uint64_t>{1});
  name(16);
  look();
  name(18);
  look();
  EXPECT_EQ(troubles.leftOut, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(ServerFinderTest, leasesThatNobodyWantsAreNotLookedAt) {
  std::ofstream(leases).flush();
  finder.use(agent_test::parsed("").runtime.isns);
  worker.settle();
  look();
  EXPECT_TRUE(troubles.whys.empty());
}

}  // namespace
}  // namespace agent
