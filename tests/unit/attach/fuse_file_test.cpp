// A device as a FUSE file, with a test in the place of the kernel.
#include "agent/attach/fuse_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>

#include <deque>

#include "agent/block/memory_device.h"
#include "agent/block/request_check.h"
#include "tests/support/block_request.h"
#include "tests/support/drive_until.h"
#include "tests/unit/attach/fuse_kernel.h"

namespace attach {
namespace {

using namespace attach::testing;
using scsi::IoKind;
using scsi::IoResult;

// Requests end when the test says so.
class HeldDevice final : public block::Device {
 public:
  scsi::Geometry shape{std::uint64_t{1} << 20, 512, 3, false, true, false, true};
  std::deque<scsi::BlockRequest*> open;

  ~HeldDevice() override {
    while (!open.empty()) end(IoResult::Gone);
  }
  [[nodiscard]] scsi::Geometry geometry() const override { return shape; }
  void submit(scsi::BlockRequest& request) override {
    EXPECT_TRUE(block::wellFormed(request, shape));
    open.push_back(&request);
  }
  [[nodiscard]] std::string description() const override { return "held"; }
  base::Status resize(std::uint64_t, block::Shrink) override { return {}; }
  void end(IoResult result = IoResult::Ok) {
    scsi::BlockRequest* const request = open.front();
    open.pop_front();
    request->done(result);
  }
};

class FuseFileTest : public ::testing::Test, protected FuseFileObserver {
 protected:
  void serve(block::Device& device) {
    FuseFileObserver& self = *this;
    file = std::make_unique<FuseFile>(loop, device, news, self);
    const std::uint64_t hello = kernel.init();
    ASSERT_TRUE(file->open(kernel.takeTheirs()));
    EXPECT_EQ(reply(hello).error, 0);
  }
  void turn() { loop.runTurn(std::chrono::milliseconds(1)); }
  FuseReply reply(std::uint64_t to) {
    std::optional<FuseReply> heard;
    EXPECT_TRUE(support::driveUntil(loop, [&] { return (heard = kernel.receive()).has_value(); }));
    if (!heard) return {};
    EXPECT_EQ(heard->unique, to);
    return *heard;
  }
  bool arrived(std::size_t requests) {
    return support::driveUntil(loop, [&] { return held.open.size() >= requests; });
  }
  void onFileEnded(const std::string& why) override { ended = why; }

  net::Loop loop;
  FuseKernel kernel;
  std::string ended;
  scsi::FlushNews news{0};
  std::unique_ptr<FuseFile> file;
  HeldDevice held;  // destroyed before the file
};

TEST_F(FuseFileTest, OffersWhatALoopDeviceNeeds) {
  FuseFileObserver& self = *this;
  file = std::make_unique<FuseFile>(loop, held, news, self);
  const std::uint64_t hello = kernel.init();
  ASSERT_TRUE(file->open(kernel.takeTheirs()));
  const auto offer = reply(hello).as<fuse_init_out>();
  EXPECT_EQ(offer.max_write, FuseLink::kMaxPayload);
  EXPECT_EQ(offer.max_background, FuseFile::kMaxBackground);
  EXPECT_NE(offer.flags & FUSE_ASYNC_DIO, 0U);
  EXPECT_EQ(offer.flags & FUSE_AUTO_INVAL_DATA, 0U);
}

TEST_F(FuseFileTest, HasOneFileOfTheSizeOfTheDevice) {
  serve(held);
  const auto entry = reply(kernel.lookup("disk"));
  EXPECT_EQ(entry.error, 0);
  EXPECT_EQ(entry.as<fuse_entry_out>().nodeid, 2U);
  EXPECT_EQ(entry.as<fuse_entry_out>().attr.size, std::uint64_t{512} << 20);
  EXPECT_EQ(entry.as<fuse_entry_out>().attr.mode, S_IFREG | 0600U);
  EXPECT_EQ(reply(kernel.lookup("disk2")).error, ENOENT);
  const auto root = reply(kernel.send(FUSE_GETATTR, FUSE_ROOT_ID, fuse_getattr_in{}));
  EXPECT_EQ(root.as<fuse_attr_out>().attr.mode, S_IFDIR | 0500U);
  const auto listed = reply(kernel.send(FUSE_READDIR, FUSE_ROOT_ID, fuse_read_in{0, 0, 4096, 0, 0, 0, 0}));
  EXPECT_NE(std::string(listed.body.begin(), listed.body.end()).find("disk"), std::string::npos);
  const auto opened = reply(kernel.open(O_RDWR));
  EXPECT_EQ(opened.as<fuse_open_out>().open_flags & FOPEN_DIRECT_IO, std::uint32_t{FOPEN_DIRECT_IO});
}

TEST_F(FuseFileTest, ReadsWhatWasWrittenAndZeroesWhereHolesAre) {
  auto memory = block::MemoryDevice::make(1 << 20, 512, false);
  ASSERT_TRUE(memory);
  serve(**memory);
  const auto small = support::pattern(2, 8, 512, 1);
  const auto large = support::pattern(256, 192, 512, 2);  // more than is copied
  EXPECT_EQ(reply(kernel.write(1024, small)).as<fuse_write_out>().size, small.size());
  EXPECT_EQ(reply(kernel.write(256 * 512, large)).as<fuse_write_out>().size, large.size());
  EXPECT_EQ(reply(kernel.read(1024, 4096)).body, small);
  EXPECT_EQ(reply(kernel.read(256 * 512, 96 << 10)).body, large);
  EXPECT_EQ(reply(kernel.allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1024, 512)).error, 0);
  EXPECT_EQ(reply(kernel.allocate(FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 2048, 512)).error, 0);
  base::Bytes wanted = small;
  std::fill_n(wanted.begin(), 512, std::uint8_t{0});
  std::fill_n(wanted.begin() + 1024, 512, std::uint8_t{0});
  EXPECT_EQ(reply(kernel.read(1024, 4096)).body, wanted);
  EXPECT_EQ(reply(kernel.read((1 << 20) - 512, 4096)).body.size(), 512U);
  EXPECT_EQ(reply(kernel.read(1 << 20, 4096)).body.size(), 0U);
  EXPECT_EQ(reply(kernel.fsync()).error, 0);
  file.reset();
}

TEST_F(FuseFileTest, AHoleIsZeroesAndThenAHint) {
  serve(held);
  const std::uint64_t hole = kernel.allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192);
  ASSERT_TRUE(arrived(1));
  EXPECT_EQ(held.open[0]->kind, IoKind::WriteZeroes);
  EXPECT_TRUE(held.open[0]->mayUnmap);
  held.end();
  ASSERT_TRUE(arrived(1));
  EXPECT_EQ(held.open[0]->kind, IoKind::Discard);
  EXPECT_EQ(held.open[0]->lba, 8U);
  EXPECT_EQ(held.open[0]->blocks, 16U);
  held.end(IoResult::MediumError);
  EXPECT_EQ(reply(hole).error, 0);
  const std::uint64_t fails = kernel.allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192);
  ASSERT_TRUE(arrived(1));
  held.end(IoResult::NoSpace);
  EXPECT_EQ(reply(fails).error, ENOSPC);
  held.shape.thin = false;
  EXPECT_EQ(reply(kernel.allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 512)).error, EOPNOTSUPP);
  EXPECT_EQ(reply(kernel.allocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 511)).error, EINVAL);
}

TEST_F(FuseFileTest, SynchronousWritesAreForcedAndSyncIsAFlush) {
  serve(held);
  const base::Bytes block(512, 7);
  for (const auto& [flags, forced] : {std::pair{0, false}, {O_DSYNC, true}, {O_SYNC, true}}) {
    const std::uint64_t write = kernel.write(0, block, static_cast<std::uint32_t>(flags));
    ASSERT_TRUE(arrived(1));
    EXPECT_EQ(held.open[0]->forceUnitAccess, forced);
    held.end();
    EXPECT_EQ(reply(write).error, 0);
  }
  for (const std::uint64_t sync : {kernel.fsync(), kernel.send(FUSE_FLUSH, 2, fuse_flush_in{})}) {
    ASSERT_TRUE(arrived(1));
    EXPECT_EQ(held.open[0]->kind, IoKind::Flush);
    held.end(IoResult::Gone);
    EXPECT_EQ(reply(sync).error, EIO);
  }
}

// Few programs look how a close ends.
TEST_F(FuseFileTest, AFlushThatFailedIsToldByTheNextSyncAndNotByAClose) {
  serve(held);
  scsi::FlushNews::Way other(news, "process 1");
  const auto ends = [&](std::uint64_t sent, IoResult result) {
    EXPECT_TRUE(arrived(1));
    held.end(result);
    return reply(sent).error;
  };
  const auto close = [&] { return kernel.send(FUSE_FLUSH, 2, fuse_flush_in{}); };
  EXPECT_EQ(other.asked(IoResult::MediumError), IoResult::MediumError);
  EXPECT_EQ(ends(close(), IoResult::Ok), 0);
  EXPECT_EQ(ends(kernel.fsync(), IoResult::Ok), EIO);
  EXPECT_EQ(ends(kernel.fsync(), IoResult::Ok), 0);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::Ok);
  EXPECT_EQ(ends(close(), IoResult::MediumError), EIO);
  EXPECT_EQ(ends(kernel.fsync(), IoResult::Ok), EIO);
  EXPECT_EQ(other.asked(IoResult::Ok), IoResult::MediumError) << "a process hears of the file's";
}

TEST_F(FuseFileTest, AReadOnlyDeviceIsAReadOnlyFile) {
  held.shape.readOnly = true;
  serve(held);
  EXPECT_EQ(reply(kernel.lookup("disk")).as<fuse_entry_out>().attr.mode, S_IFREG | 0400U);
  EXPECT_EQ(reply(kernel.open(O_RDWR)).error, EROFS);
  EXPECT_EQ(reply(kernel.open(O_RDONLY)).error, 0);
  EXPECT_EQ(reply(kernel.write(0, base::Bytes(512))).error, EROFS);
}

TEST_F(FuseFileTest, ADeviceThatMayBeWrittenLaterIsOpenedToWriteAndEachWriteIsJudgedByItself) {
  held.shape.readOnly = true;
  FuseFileObserver& self = *this;
  file = std::make_unique<FuseFile>(loop, held, news, self);
  const std::uint64_t hello = kernel.init();
  ASSERT_TRUE(file->open(kernel.takeTheirs(), true));
  EXPECT_EQ(reply(hello).error, 0);
  EXPECT_EQ(reply(kernel.lookup("disk")).as<fuse_entry_out>().attr.mode, S_IFREG | 0600U);
  EXPECT_EQ(reply(kernel.open(O_RDWR)).error, 0);
  EXPECT_EQ(reply(kernel.write(0, base::Bytes(512))).error, EROFS);
  held.shape.readOnly = false;
  const std::uint64_t write = kernel.write(0, base::Bytes(512));
  ASSERT_TRUE(arrived(1));
  held.end();
  EXPECT_EQ(reply(write).error, 0);
}

TEST_F(FuseFileTest, AnswersInTheOrderInWhichTheDeviceEnds) {
  serve(held);
  const std::uint64_t first = kernel.read(0, 512), second = kernel.read(512, 512);
  ASSERT_TRUE(arrived(2));
  std::swap(held.open[0], held.open[1]);
  held.open[0]->memory[0][0] = 2;
  held.open[1]->memory[0][0] = 1;
  held.end();
  held.end();
  EXPECT_EQ(reply(second).body[0], 2);
  EXPECT_EQ(reply(first).body[0], 1);
}

// The test's socket takes fewer messages than there may be requests, so each is let in before the next.
TEST_F(FuseFileTest, TakesNoMoreRequestsThanItsBound) {
  serve(held);
  for (std::size_t i = 0; i < FuseFile::kMaxRequests; ++i) {
    ASSERT_NE(kernel.fsync(), 0U);
    ASSERT_TRUE(arrived(i + 1));
  }
  const std::uint64_t one = kernel.fsync();
  for (int i = 0; i < 20; ++i) turn();
  EXPECT_EQ(held.open.size(), FuseFile::kMaxRequests);
  held.end();
  ASSERT_TRUE(arrived(FuseFile::kMaxRequests));
  EXPECT_EQ(one, FuseFile::kMaxRequests + 2);  // it is in
}

TEST_F(FuseFileTest, ReadsWaitForMemory) {
  serve(held);
  std::size_t let = 0;
  for (; let < FuseFile::kMaxRequests; ++let) {
    ASSERT_NE(kernel.read(0, 4 << 20), 0U);  // more than a kernel asks for, so that memory is used up first
    if (!support::driveUntil(
            loop, [&] { return held.open.size() > let; }, std::chrono::milliseconds(50)))
      break;
  }
  EXPECT_LT(let, FuseFile::kMaxRequests);
  EXPECT_EQ(file->open(), let + 1);
  held.end(IoResult::MediumError);
  ASSERT_TRUE(arrived(let));
}

TEST_F(FuseFileTest, AnotherSizeIsToldToTheKernelOnceItKnowsOne) {
  serve(held);
  file->sizeChanged();
  EXPECT_FALSE(kernel.receive().has_value());
  (void)reply(kernel.lookup("disk"));
  held.shape.blocks *= 2;
  file->sizeChanged();
  const FuseReply notice = reply(0);
  EXPECT_EQ(notice.error, FUSE_NOTIFY_INVAL_INODE);
  EXPECT_EQ(notice.as<fuse_notify_inval_inode_out>().ino, 2U);
  EXPECT_EQ(notice.as<fuse_notify_inval_inode_out>().off, -1);
  const auto asked = reply(kernel.send(FUSE_GETATTR, 2, fuse_getattr_in{}));
  EXPECT_EQ(asked.as<fuse_attr_out>().attr.size, std::uint64_t{1024} << 20);
}

TEST_F(FuseFileTest, StopAnswersWhatIsOpenAndFlushesAndThenRefuses) {
  serve(held);
  const std::uint64_t write = kernel.write(0, base::Bytes(512, 1));
  ASSERT_TRUE(arrived(1));
  std::optional<IoResult> flushed;
  file->stop([&](IoResult result) { flushed = result; });
  const std::uint64_t late = kernel.write(512, base::Bytes(512, 1));
  EXPECT_EQ(reply(late).error, EIO);
  ASSERT_EQ(held.open.size(), 1U);
  held.end();
  EXPECT_EQ(reply(write).error, 0);
  ASSERT_TRUE(arrived(1));
  EXPECT_EQ(held.open[0]->kind, IoKind::Flush);
  EXPECT_FALSE(flushed.has_value());
  held.end();
  EXPECT_TRUE(support::driveUntil(loop, [&] { return flushed.has_value(); }));
  EXPECT_EQ(flushed, IoResult::Ok);
  EXPECT_EQ(reply(kernel.read(0, 512)).error, EIO);
}

TEST_F(FuseFileTest, AFileSystemThatIsTakenAwayEndsTheFileAndNothingElse) {
  serve(held);
  (void)kernel.write(0, base::Bytes(512, 1));
  ASSERT_TRUE(arrived(1));
  kernel.close();
  EXPECT_TRUE(support::driveUntil(loop, [&] { return !ended.empty(); }));
  EXPECT_EQ(ended, "it was unmounted");
  held.end();
  EXPECT_EQ(file->open(), 0U);
  std::optional<IoResult> flushed;
  file->stop([&](IoResult result) { flushed = result; });
  ASSERT_TRUE(arrived(1));
  held.end();
  EXPECT_TRUE(support::driveUntil(loop, [&] { return flushed.has_value(); }));
}

TEST_F(FuseFileTest, ADeviceThatIsDestroyedEndsWhatIsOpen) {
  auto gone = std::make_unique<HeldDevice>();
  serve(*gone);
  const std::uint64_t sync = kernel.fsync();
  ASSERT_TRUE(support::driveUntil(loop, [&] { return gone->open.size() == 1; }));
  file->abandon();
  gone.reset();
  EXPECT_EQ(reply(sync).error, EIO);
}

TEST_F(FuseFileTest, WhatIsNoFileSystemIsSaid) {
  FuseFileObserver& self = *this;
  file = std::make_unique<FuseFile>(loop, held, news, self);
  const base::Status opened = file->open(::open("/dev/null", O_RDWR | O_CLOEXEC));
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text, ::testing::HasSubstr("no mounted FUSE file system"));
}

}  // namespace
}  // namespace attach
