// What a file device makes of what the kernel answers. The engine is the test's.
#include "agent/block/file_device.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <filesystem>
#include <set>

#include "agent/block/system_facts.h"
#include "tests/support/block_request.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/block/fake_engine.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;
using support::Request;

constexpr std::uint64_t kSize = 4 * 1024 * 1024;

// The files of these tests lie in memory, where a device needs no engine.
FileOptions allByEngine() {
  FileOptions options;
  options.inlineMax = 0;
  return options;
}

class FileDeviceTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = folder_.file("a.img");
    makeFile();
    open(allByEngine());
  }
  void makeFile() {
    const net::UniqueFd file(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    ASSERT_EQ(::ftruncate(file.get(), kSize), 0);
  }
  void open(const FileOptions& options, std::optional<bool> thin = std::nullopt) {
    device_.reset();
    FileParameters parameters;
    parameters.path = path_;
    parameters.thin = thin;
    auto file = openFile(parameters);
    ASSERT_TRUE(file) << file.error().text;
    device_ = std::make_unique<FileDevice>(std::move(file).value(), engine_, options);
  }
  // A device that believes it is direct, with these alignments; the file is not.
  void openDirect(std::uint32_t memoryAlign, std::uint32_t ioAlign) {
    device_.reset();
    FileParameters parameters;
    parameters.path = path_;
    auto file = openFile(parameters);
    ASSERT_TRUE(file) << file.error().text;
    file->direct = true;
    file->memoryAlign = memoryAlign;
    file->ioAlign = ioAlign;
    device_ = std::make_unique<FileDevice>(std::move(file).value(), engine_, allByEngine());
  }
  Request& submit(IoKind kind, std::uint64_t lba, std::uint64_t count, bool force = false, std::size_t shift = 0) {
    const bool moves = kind == IoKind::Read || kind == IoKind::Write;
    Request& request = requests_.emplace_back(kind, lba, count, moves ? count * 512 : 0, shift);
    request.forceUnitAccess = force;
    if (kind == IoKind::Write) support::fillPattern(request.bytes(), lba, 512, 1);
    device_->submit(request);
    return request;
  }
  // Submits it and lets the engine take what follows.
  Request& given(IoKind kind, std::uint64_t lba, std::uint64_t count, bool force = false) {
    Request& request = submit(kind, lba, count, force);
    engine_.turn();
    return request;
  }
  [[nodiscard]] Operation& first() { return *engine_.taken.front(); }

  support::ScratchFolder folder_;
  std::string path_;
  net::Loop loop_;
  FakeEngine engine_{loop_};
  std::deque<Request> requests_;
  std::unique_ptr<FileDevice> device_;
};

TEST_F(FileDeviceTest, asksAgainForWhatTheKernelDidNotMove) {
  Request& write = given(IoKind::Write, 8, 8);
  EXPECT_EQ(first().offset, 4096U);
  engine_.endFirst(1000);
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_EQ(first().offset, 5096U);
  EXPECT_EQ(first().segments[0].iov_base, write.bytes().data() + 1000);
  EXPECT_EQ(first().segments[0].iov_len, 3096U);
  engine_.endFirst(3096);
  EXPECT_EQ(write.result, IoResult::Ok);
}

TEST_F(FileDeviceTest, triesAgainWhatWasInterruptedButNotForEver) {
  Request& write = given(IoKind::Write, 0, 1);
  engine_.endFirst(-EINTR);
  engine_.endFirst(-EAGAIN);
  EXPECT_FALSE(write.result.has_value());
  engine_.performFirst();
  EXPECT_EQ(write.result, IoResult::Ok);
  Request& hopeless = given(IoKind::Write, 0, 1);
  int tries = 0;
  while (!engine_.taken.empty() && ++tries < 1000) engine_.endFirst(-EAGAIN);
  EXPECT_EQ(hopeless.result, IoResult::MediumError);
}

TEST_F(FileDeviceTest, errorsBecomeResults) {
  struct Row {
    int error;
    IoResult result;
  };
  for (const Row& row : {Row{EIO, IoResult::MediumError}, Row{ENOSPC, IoResult::NoSpace},
                         Row{EROFS, IoResult::WriteProtected}, Row{ENXIO, IoResult::Gone}}) {
    Request& write = given(IoKind::Write, 0, 1);
    engine_.endFirst(-row.error);
    EXPECT_EQ(write.result, row.result) << row.error;
  }
  // What ends with an error does not hold up the next.
  Request& write = given(IoKind::Write, 0, 1);
  engine_.performFirst();
  EXPECT_EQ(write.result, IoResult::Ok);
}

TEST_F(FileDeviceTest, fileThatBecameShorterIsOutOfRangeAndOneThatGivesNothingIsBroken) {
  ASSERT_EQ(::truncate(path_.c_str(), kSize / 2), 0);
  Request& beyond = given(IoKind::Read, kSize / 512 - 4, 4);
  engine_.performFirst();
  EXPECT_EQ(beyond.result, IoResult::OutOfRange);
  Request& across = given(IoKind::Read, kSize / 1024 - 2, 4);
  engine_.performFirst();
  engine_.performFirst();
  EXPECT_EQ(across.result, IoResult::OutOfRange);
  Request& full = given(IoKind::Write, kSize / 512 - 4, 4);
  engine_.endFirst(-ENOSPC);  // as a block device says at its end
  EXPECT_EQ(full.result, IoResult::OutOfRange);
  Request& inside = given(IoKind::Write, 0, 4);
  engine_.endFirst(0);
  EXPECT_EQ(inside.result, IoResult::MediumError);
}

TEST_F(FileDeviceTest, givesTheEngineItsDepthAndTheRestInOrder) {
  FileOptions options = allByEngine();
  options.depth = 3;
  open(options);
  for (std::uint64_t i = 0; i < 10; ++i) submit(IoKind::Write, i, 1);
  engine_.turn();
  for (std::uint64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(engine_.taken.size(), std::min<std::size_t>(3, 10 - i));
    EXPECT_EQ(first().offset, i * 512);
    engine_.performFirst();
    EXPECT_EQ(requests_[i].result, IoResult::Ok);
  }
}

TEST_F(FileDeviceTest, forcedWriteIsDurableByItself) {
  Request& write = given(IoKind::Write, 0, 1, true);
  EXPECT_TRUE(first().durable);
  engine_.performFirst();
  EXPECT_EQ(write.result, IoResult::Ok);
  EXPECT_TRUE(engine_.taken.empty());
  given(IoKind::Write, 0, 1, false);
  EXPECT_FALSE(first().durable);
  engine_.performFirst();
  given(IoKind::Read, 10, 1, true);  // of a hole, so the page cache has none
  if (!engine_.taken.empty()) engine_.performFirst();
}

TEST_F(FileDeviceTest, forcedWriteWaitsForASyncWhereTheFileSystemHasNoOther) {
  Request& write = given(IoKind::Write, 0, 1, true);
  engine_.endFirst(-EOPNOTSUPP);
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_EQ(first().action, Action::Write);
  EXPECT_FALSE(first().durable);
  engine_.performFirst();
  EXPECT_FALSE(write.result.has_value());
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_EQ(first().action, Action::Sync);
  engine_.performFirst();
  EXPECT_EQ(write.result, IoResult::Ok);
  given(IoKind::Write, 0, 1, true);
  EXPECT_FALSE(first().durable) << "it was tried once";
}

TEST_F(FileDeviceTest, writeThroughMakesEveryWriteDurable) {
  FileOptions options = allByEngine();
  options.writeThrough = true;
  open(options);
  given(IoKind::Write, 0, 1);
  EXPECT_TRUE(first().durable);
  engine_.performFirst();
  Request& zeroes = given(IoKind::WriteZeroes, 0, 8);
  while (!zeroes.result.has_value() && first().action != Action::Sync) engine_.performFirst();
  ASSERT_EQ(engine_.taken.size(), 1U);
  engine_.performFirst();
  EXPECT_EQ(zeroes.result, IoResult::Ok);
  EXPECT_EQ(given(IoKind::Flush, 0, 0).result, IoResult::Ok);  // nothing to do
  EXPECT_TRUE(engine_.taken.empty());
}

TEST_F(FileDeviceTest, zeroesGoFromRangesToHolesToWriting) {
  Request& zeroes = given(IoKind::WriteZeroes, 3, 1001);
  EXPECT_EQ(first().action, Action::Allocate);
  EXPECT_EQ(first().mode, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE);
  EXPECT_EQ(first().offset, 1536U);
  EXPECT_EQ(first().length, 512'512U);
  engine_.endFirst(-EOPNOTSUPP);
  EXPECT_EQ(first().mode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
  engine_.endFirst(-EOPNOTSUPP);
  EXPECT_EQ(first().action, Action::Write);
  std::size_t bytes = 0;
  for (unsigned i = 0; i < first().segmentCount; ++i) {
    const auto* begin = static_cast<const std::uint8_t*>(first().segments[i].iov_base);
    EXPECT_TRUE(std::all_of(begin, begin + first().segments[i].iov_len, [](auto byte) { return byte == 0; }));
    bytes += first().segments[i].iov_len;
  }
  EXPECT_EQ(bytes, 512'512U);
  engine_.endFirst(100'352);
  EXPECT_EQ(first().offset, 1536U + 100'352U);
  engine_.endFirst(512'512 - 100'352);
  EXPECT_EQ(zeroes.result, IoResult::Ok);
  given(IoKind::WriteZeroes, 0, 1);
  EXPECT_EQ(first().action, Action::Write) << "what is missing is not tried again";
}

TEST_F(FileDeviceTest, zeroesThatMayUnmapAreAHoleWhereThereAreHoles) {
  Request again(IoKind::WriteZeroes, 8, 16, 0);
  again.mayUnmap = true;
  device_->submit(again);
  engine_.turn();
  EXPECT_EQ(first().mode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
  engine_.endFirst(-EOPNOTSUPP);
  EXPECT_EQ(first().mode, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE);
  EXPECT_FALSE(again.result.has_value()) << "zeroes are no hint";
  engine_.endFirst(0);
  EXPECT_EQ(again.result, IoResult::Ok);
}

TEST_F(FileDeviceTest, thickFileGetsNoHoles) {
  open(allByEngine(), false);
  EXPECT_FALSE(device_->geometry().thin);
  EXPECT_EQ(given(IoKind::Discard, 0, 8).result, IoResult::Ok);
  EXPECT_TRUE(engine_.taken.empty());
  given(IoKind::WriteZeroes, 0, 8);
  engine_.endFirst(-EOPNOTSUPP);
  EXPECT_EQ(first().action, Action::Write);
}

TEST_F(FileDeviceTest, discardIsAHintAndMayBeUnknownBelow) {
  Request& discard = given(IoKind::Discard, 8, 16);
  EXPECT_EQ(first().action, Action::Allocate);
  EXPECT_EQ(first().mode, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
  EXPECT_EQ(first().offset, 4096U);
  EXPECT_EQ(first().length, 8192U);
  engine_.endFirst(-EOPNOTSUPP);
  EXPECT_EQ(discard.result, IoResult::Ok);
  Request& failed = given(IoKind::Discard, 8, 16);
  engine_.endFirst(-EIO);
  EXPECT_EQ(failed.result, IoResult::MediumError);
}

TEST_F(FileDeviceTest, discardThatIsForcedEndsBehindASync) {
  Request& discard = given(IoKind::Discard, 8, 16, true);
  EXPECT_EQ(first().action, Action::Allocate);
  engine_.endFirst(0);
  EXPECT_FALSE(discard.result.has_value()) << "it would come back with a loss of power";
  engine_.turn();
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_EQ(first().action, Action::Sync);
  engine_.performFirst();
  EXPECT_EQ(discard.result, IoResult::Ok);
}

TEST_F(FileDeviceTest, oneSyncAnswersAllFlushesOfATurn) {
  for (int i = 0; i < 5; ++i) submit(IoKind::Flush, 0, 0);
  engine_.turn();
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_EQ(first().action, Action::Sync);
  engine_.performFirst();
  for (const Request& request : requests_) EXPECT_EQ(request.result, IoResult::Ok);
  EXPECT_TRUE(engine_.taken.empty());
}

// The sync that runs cannot know of a write that ended after it began.
TEST_F(FileDeviceTest, flushesThatComeWhileASyncRunsShareTheNext) {
  Request& early = given(IoKind::Flush, 0, 0);
  Request& late = given(IoKind::Flush, 0, 0);
  Request& later = given(IoKind::Flush, 0, 0);
  ASSERT_EQ(engine_.taken.size(), 1U);
  engine_.performFirst();
  EXPECT_EQ(early.result, IoResult::Ok);
  EXPECT_FALSE(late.result.has_value());
  ASSERT_EQ(engine_.taken.size(), 1U);
  engine_.performFirst();
  EXPECT_EQ(late.result, IoResult::Ok);
  EXPECT_EQ(later.result, IoResult::Ok);
  EXPECT_TRUE(engine_.taken.empty());
}

// The kernel forgets pages that it could not write, and would call the next sync a success.
TEST_F(FileDeviceTest, syncThatFailedOnceFailsUntilTheDeviceIsOpenedAnew) {
  Request& running = given(IoKind::Flush, 0, 0);
  Request& waiting = given(IoKind::Flush, 0, 0);
  engine_.endFirst(-EIO);
  EXPECT_EQ(running.result, IoResult::MediumError);
  EXPECT_EQ(waiting.result, IoResult::MediumError);
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::MediumError);
  EXPECT_TRUE(engine_.taken.empty());
  open(allByEngine());
  Request& anew = given(IoKind::Flush, 0, 0);
  engine_.performFirst();
  EXPECT_EQ(anew.result, IoResult::Ok);
}

// A kernel that has lost pages which it had taken, and tells so once to each open file description: to the first call
// there that waits for the disk.
TEST_F(FileDeviceTest, forcedWriteThatMeetsTheLossOfAnEarlierOneDoesNotHideItFromTheNextFlush) {
  std::set<ino_t> identities;
  std::set<int> told;
  const auto report = [&](const Operation& operation) {
    struct stat status {};
    EXPECT_EQ(::fstat(operation.fd, &status), 0);
    identities.insert(status.st_ino);
    return told.insert(operation.fd).second ? -EIO : static_cast<int>(operation.length);
  };
  Request& lost = given(IoKind::Write, 0, 1);
  engine_.performFirst();
  EXPECT_EQ(lost.result, IoResult::Ok);
  Request& forced = given(IoKind::Write, 8, 1, true);
  engine_.endFirst(report(first()));
  EXPECT_EQ(forced.result, IoResult::MediumError);
  Request& flush = given(IoKind::Flush, 0, 0);
  ASSERT_EQ(first().action, Action::Sync);
  engine_.endFirst(report(first()));
  EXPECT_EQ(flush.result, IoResult::MediumError);
  EXPECT_EQ(identities.size(), 1U) << "it is the same file";
  EXPECT_EQ(submit(IoKind::Flush, 0, 0).result, IoResult::MediumError);
}

TEST_F(FileDeviceTest, writesAndFlushesDoNotWaitForEachOther) {
  submit(IoKind::Write, 0, 1);
  submit(IoKind::Flush, 0, 0);
  submit(IoKind::Write, 1, 1);
  engine_.turn();
  EXPECT_EQ(engine_.taken.size(), 3U);
  engine_.performAll();
}

TEST_F(FileDeviceTest, readThatThePageCacheHoldsIsDoneAtOnce) {
  // File systems in memory have no RWF_NOWAIT.
  const support::ScratchFolder disk(std::filesystem::temp_directory_path());
  path_ = disk.file("a.img");
  makeFile();
  open({});
  Request& write = given(IoKind::Write, 16, 8);
  if (write.result.has_value())
    GTEST_SKIP() << "the folder for temporary files is in memory, where all is done in place";
  engine_.performFirst();
  Request& read = submit(IoKind::Read, 16, 8);
  if (!read.result.has_value()) {
    engine_.performAll();
    GTEST_SKIP() << "the file system has no RWF_NOWAIT";
  }
  EXPECT_TRUE(std::equal(read.bytes().begin(), read.bytes().end(), write.bytes().begin()));
  FileOptions options;
  options.inlineMax = 2048;
  open(options);
  EXPECT_FALSE(submit(IoKind::Read, 16, 8).result.has_value()) << "it is larger than what may be";
  EXPECT_TRUE(submit(IoKind::Read, 16, 4).result.has_value());
  engine_.performAll();
  options.inlineMax = 0;
  open(options);
  EXPECT_FALSE(submit(IoKind::Read, 16, 1).result.has_value());
  engine_.performAll();
}

TEST_F(FileDeviceTest, fileInMemoryNeedsNoEngineNorDurability) {
  open({});
  if (!livesInMemory(net::UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)).get())) {
    GTEST_SKIP() << "the folder of the tests is on a disk";
  }
  Request& write = submit(IoKind::Write, 16, 8, true);
  EXPECT_EQ(write.result, IoResult::Ok);
  Request& read = submit(IoKind::Read, 16, 8);
  EXPECT_EQ(read.result, IoResult::Ok);
  EXPECT_TRUE(std::equal(read.bytes().begin(), read.bytes().end(), write.bytes().begin()));
  // What comes out short is the engine's to judge.
  ASSERT_EQ(::truncate(path_.c_str(), kSize / 2), 0);
  Request& beyond = submit(IoKind::Read, kSize / 512 - 4, 4);
  EXPECT_FALSE(beyond.result.has_value());
  engine_.performAll();
  EXPECT_EQ(beyond.result, IoResult::OutOfRange);
}

TEST_F(FileDeviceTest, writeThatMustBeDurableIsNeverDoneAtOnceOnADisk) {
  const support::ScratchFolder disk(std::filesystem::temp_directory_path());
  path_ = disk.file("a.img");
  makeFile();
  open({});
  if (livesInMemory(net::UniqueFd(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)).get())) {
    GTEST_SKIP() << "temporary files lie in memory";
  }
  Request& write = submit(IoKind::Write, 16, 8, true);
  EXPECT_FALSE(write.result.has_value());
  engine_.turn();
  ASSERT_EQ(engine_.taken.size(), 1U);
  EXPECT_TRUE(first().durable);
  engine_.performAll();
  EXPECT_EQ(write.result, IoResult::Ok);
}

TEST_F(FileDeviceTest, directDeviceCopiesOnlyWhatIsNotAligned) {
  openDirect(4, 512);
  Request& straight = submit(IoKind::Write, 0, 8);
  Request& shifted = submit(IoKind::Write, 8, 8, false, 2);
  engine_.turn();
  ASSERT_EQ(engine_.taken.size(), 2U);
  EXPECT_EQ(engine_.taken[0]->segments[0].iov_base, straight.bytes().data());
  EXPECT_NE(engine_.taken[1]->segments[0].iov_base, shifted.bytes().data());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(engine_.taken[1]->segments[0].iov_base) % 4096, 0U);
  engine_.performAll();
  // Pieces that are no blocks are moved through a buffer too.
  Request& pieces = requests_.emplace_back(IoKind::Read, 0, 16, 16 * 512);
  pieces.cut({100, 412});
  device_->submit(pieces);
  engine_.turn();
  EXPECT_EQ(first().segmentCount, 1U);
  EXPECT_NE(first().segments[0].iov_base, pieces.bytes().data());
  engine_.performAll();
  EXPECT_TRUE(std::equal(straight.bytes().begin(), straight.bytes().end(), pieces.bytes().begin()));
  EXPECT_TRUE(std::equal(shifted.bytes().begin(), shifted.bytes().end(), pieces.bytes().begin() + 4096));
}

TEST_F(FileDeviceTest, requestsWaitForABounceBufferInOrder) {
  openDirect(4096, 512);
  for (std::uint64_t i = 0; i < BouncePool::kBuffers + 3; ++i) submit(IoKind::Write, i, 1, false, 1);
  Request& last = submit(IoKind::Write, 100, 8);  // needs none, but came last
  engine_.turn();
  EXPECT_EQ(engine_.taken.size(), BouncePool::kBuffers);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(last.result.has_value());
    engine_.performFirst();
    EXPECT_EQ(engine_.taken[BouncePool::kBuffers - 1]->offset, (BouncePool::kBuffers + i) * 512);
  }
  EXPECT_EQ(engine_.taken.back()->offset, 51'200U);
  engine_.performAll();
  EXPECT_EQ(last.result, IoResult::Ok);
}

// What a disk gives of a file that was cut off within a block.
TEST_F(FileDeviceTest, directReadGoesOnAtWholeBlocks) {
  openDirect(512, 512);
  Request& read = given(IoKind::Read, 0, 8);
  engine_.endFirst(1000);
  EXPECT_EQ(first().offset, 512U);
  engine_.endFirst(100);
  EXPECT_EQ(read.result, IoResult::MediumError);  // the file is as long as ever
}

TEST_F(FileDeviceTest, shrinkingWaitsUntilNothingIsOpenAndGrowingDoesNot) {
  Request& write = given(IoKind::Write, 0, 1);
  const auto refused = device_->resize(100, Shrink::Allow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text, "requests are open: shrink it when none is");
  EXPECT_TRUE(device_->resize(kSize / 512 + 8, Shrink::Refuse));
  engine_.performFirst();
  EXPECT_EQ(write.result, IoResult::Ok);
  EXPECT_TRUE(device_->resize(100, Shrink::Allow));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 51'200);
}

TEST_F(FileDeviceTest, seesThatSomebodyElseChangedTheSize) {
  EXPECT_FALSE(*device_->refresh());
  ASSERT_EQ(::truncate(path_.c_str(), kSize * 2), 0);
  EXPECT_EQ(device_->geometry().blocks, kSize / 512);
  EXPECT_TRUE(*device_->refresh());
  EXPECT_EQ(device_->geometry().blocks, kSize / 256);
  ASSERT_EQ(::truncate(path_.c_str(), 1000), 0);
  const auto odd = device_->refresh();
  ASSERT_FALSE(odd);
  EXPECT_THAT(odd.error().text, testing::HasSubstr("has 1000 bytes now, which is not some blocks of 512"));
  EXPECT_EQ(device_->geometry().blocks, kSize / 256);
}

TEST_F(FileDeviceTest, requestsThatWaitedWhileItShrankAreOutOfRange) {
  FileOptions options = allByEngine();
  options.depth = 1;
  open(options);
  Request& begun = submit(IoKind::Write, 0, 1);
  Request& waits = submit(IoKind::Write, 100, 1);
  Request& beyond = submit(IoKind::Write, kSize / 512 - 1, 1);
  engine_.turn();
  ASSERT_EQ(::truncate(path_.c_str(), kSize / 2), 0);
  ASSERT_TRUE(*device_->refresh());
  engine_.performFirst();
  engine_.performFirst();
  EXPECT_EQ(begun.result, IoResult::Ok);
  EXPECT_EQ(waits.result, IoResult::Ok);
  EXPECT_EQ(beyond.result, IoResult::OutOfRange);
}

TEST_F(FileDeviceTest, thickFileGrowsWithItsBlocks) {
  open(allByEngine(), false);
  ASSERT_TRUE(device_->resize(kSize / 512 * 2, Shrink::Refuse));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, static_cast<std::int64_t>(kSize));
}

TEST_F(FileDeviceTest, deviceThatGoesWaitsForTheKernelAndTellsTheRest) {
  FileOptions options = allByEngine();
  options.depth = 2;
  open(options);
  for (std::uint64_t i = 0; i < 5; ++i) submit(IoKind::Write, i, 1);
  Request& flush = submit(IoKind::Flush, 0, 0);
  engine_.turn();
  Request& late = submit(IoKind::Flush, 0, 0);
  engine_.drainResult = 512;
  device_.reset();
  EXPECT_EQ(requests_[0].result, IoResult::Ok);
  EXPECT_EQ(requests_[1].result, IoResult::Ok);
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(requests_[i].result, IoResult::Gone);
  EXPECT_EQ(flush.result, IoResult::Ok);
  EXPECT_EQ(late.result, IoResult::Gone);
  EXPECT_TRUE(engine_.taken.empty());
  engine_.turn();
}

TEST_F(FileDeviceTest, whatIsSubmittedWhileItGoesIsGone) {
  Request& write = given(IoKind::Write, 0, 1);
  Request* late = nullptr;
  FileDevice* const going = device_.get();
  write.hook = [&] {
    late = &requests_.emplace_back(IoKind::Write, 1, 1, 512);
    going->submit(*late);
  };
  device_.reset();
  ASSERT_NE(late, nullptr);
  EXPECT_EQ(late->result, IoResult::Gone);
}

}  // namespace
}  // namespace block
