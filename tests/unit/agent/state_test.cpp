#include "agent/app/state_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "agent/app/state_folder.h"
#include "tests/support/faulty_files.h"
#include "tests/support/scratch_folder.h"

namespace {

using scsi::StateKind;
using support::FileFaults;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool fixedRandom(std::span<std::uint8_t> bytes) {
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0x5a});
  return true;
}

class Files : public ::testing::Test {
 protected:
  void SetUp() override { FileFaults::reset(); }
  std::string text(const std::string& name) {
    std::ifstream file(folder_.file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  support::ScratchFolder folder_;
};

struct Request final : scsi::SaveRequest {
  void done(bool saved) override { answers.push_back(saved); }
  std::vector<bool> answers;
};

class UnitState : public Files {
 protected:
  void turnUntil(const Request& request) {
    for (int i = 0; i < 1000 && request.answers.empty(); ++i) loop_.runTurn(std::chrono::milliseconds(10));
  }
  net::Loop loop_;
  agent::DiskWorker worker_{loop_};
  std::vector<std::string> failures_;
  agent::StateFiles states_{worker_, folder_.path().string(),
                            [this](std::string_view unit, const base::Error& why) {
                              failures_.push_back(std::string(unit) + ": " + why.text);
                            },
                            support::kFaultyFiles};
};

// The loop stands still while an administrator's change waits for the disk.
TEST(DiskWorker, SettlesOnALoopWhoseMailboxIsFull) {
  net::Loop loop(0);
  agent::DiskWorker worker(loop);
  int done = 0;
  for (int i = 0; i < 3; ++i) {
    worker.submit([] { return base::Status(); }, [&](const base::Status&) { ++done; });
  }
  worker.settle();
  EXPECT_EQ(done, 3);
}

TEST_F(UnitState, IsThereAfterItWasSaved) {
  const base::Bytes image{1, 2, 3, 0, 255};
  Request request;
  states_.save("disk1", StateKind::Reservations, image, request);
  EXPECT_TRUE(request.answers.empty());  // never inside: the loop does not wait
  EXPECT_EQ(states_.load("disk1", StateKind::Reservations).value(), image);
  turnUntil(request);
  EXPECT_THAT(request.answers, ElementsAre(true));
  EXPECT_TRUE(states_.load("disk1", StateKind::IdentifyingInformation)->empty());
  EXPECT_TRUE(states_.load("disk2", StateKind::Reservations)->empty());
}

TEST_F(UnitState, OfOneKindIsNotThatOfAnother) {
  Request requests[std::size(scsi::kStateKinds)];
  std::uint8_t value = 0;
  for (const scsi::StateKindRow& row : scsi::kStateKinds) {
    states_.save("disk1", row.kind, base::Bytes{value}, requests[value]);
    turnUntil(requests[value]);
    ++value;
  }
  value = 0;
  for (const scsi::StateKindRow& row : scsi::kStateKinds) {
    EXPECT_EQ(states_.load("disk1", row.kind).value(), base::Bytes{value++}) << row.name;
  }
}

// Of the file, and of its folder when the new one has its name already.
TEST_F(UnitState, ThatCannotBeSavedIsToldAndTheOldOneStays) {
  Request first;
  states_.save("disk1", StateKind::Reservations, base::Bytes{1}, first);
  turnUntil(first);
  for (const int call : {1, 2}) {
    Request second;
    failures_.clear();
    FileFaults::syncAt = call;
    states_.save("disk1", StateKind::Reservations, base::Bytes{2}, second);
    turnUntil(second);
    EXPECT_THAT(second.answers, ElementsAre(false));
    ASSERT_EQ(failures_.size(), 1U);
    EXPECT_THAT(failures_[0], HasSubstr("disk1: cannot make durable"));
    EXPECT_EQ(states_.load("disk1", StateKind::Reservations).value(), base::Bytes{1});
  }
}

TEST_F(UnitState, ThatIsDamagedKeepsTheUnitFromBeingOpened) {
  Request request;
  states_.save("disk1", StateKind::Reservations, base::Bytes{1, 2, 3, 4}, request);
  turnUntil(request);
  const std::string path = states_.pathOf("disk1", StateKind::Reservations);
  const std::string good = text("disk1.reservations");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 4);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bad;
    const auto loaded = states_.load("disk1", StateKind::Reservations);
    ASSERT_FALSE(loaded) << i;
    EXPECT_THAT(loaded.error().text, HasSubstr("or remove it"));
    std::ofstream(path, std::ios::binary | std::ios::trunc) << good.substr(0, i);
    EXPECT_FALSE(states_.load("disk1", StateKind::Reservations)) << i;
  }
  // Of another kind it is not good either.
  EXPECT_FALSE(agent::unpackState(StateKind::IdentifyingInformation, base::asBytes(good)));
}

TEST_F(UnitState, OfADeletedUnitIsNotInherited) {
  Request request;
  states_.save("disk1", StateKind::Reservations, base::Bytes{1}, request);
  states_.remove("disk1");
  EXPECT_TRUE(states_.load("disk1", StateKind::Reservations)->empty());
}

TEST_F(Files, TheStateFolderIsHeldByOneAgentAndKeepsItsIdentity) {
  const std::string path = folder_.file("state");
  base::Bytes seed;
  {
    const auto first = agent::StateFolder::open(path, fixedRandom);
    ASSERT_TRUE(first) << first.error().text;
    seed = first->identity().seed;
    EXPECT_EQ(seed.size(), 32U);
    const auto second = agent::StateFolder::open(path, fixedRandom);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().text, HasSubstr("another agent"));
  }
  const auto again = agent::StateFolder::open(path, [](std::span<std::uint8_t>) { return false; });
  ASSERT_TRUE(again);
  EXPECT_EQ(again->identity().seed, seed);
}

TEST_F(Files, ADamagedIdentityIsAnErrorNotAnotherIdentity) {
  const std::string path = folder_.file("state");
  { ASSERT_TRUE(agent::StateFolder::open(path, fixedRandom)); }
  std::ofstream(path + "/identity", std::ios::trunc) << "5a5a\n";
  const auto opened = agent::StateFolder::open(path, fixedRandom);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text, HasSubstr("damaged"));
}

}  // namespace
