// ServerFinder and what it says of lease files that it may not read.
#include "agent/app/server_finder.h"

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/agent_testing.h"

namespace agent {
namespace {

// The `why` of each AGENT-5010.
struct SourceTroubles final : ops::LogSink {
  void write(const ops::LogRecord& record) override {
    if (record.event.id == "AGENT-5010") whys.emplace_back(std::get<std::string_view>(record.fields[1].value.data()));
  }
  std::vector<std::string> whys;
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

TEST_F(ServerFinderTest, leasesThatNobodyWantsAreNotLookedAt) {
  std::ofstream(leases).flush();
  finder.use(agent_test::parsed("").runtime.isns);
  worker.settle();
  look();
  EXPECT_TRUE(troubles.whys.empty());
}

}  // namespace
}  // namespace agent
