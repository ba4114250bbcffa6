#include "agent/block/memory_device.h"

#include <gmock/gmock.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "agent/block/null_device.h"
#include "tests/support/block_request.h"

namespace block {
namespace {

using scsi::IoKind;
using scsi::IoResult;
using support::Request;

constexpr std::uint64_t kMiB = 1024 * 1024;

void run(Device& device, Request& request) {
  device.submit(request);
  ASSERT_EQ(request.result, IoResult::Ok);
}
void write(Device& device, std::uint64_t lba, std::uint64_t blocks) {
  Request request(IoKind::Write, lba, blocks, blocks * 512);
  support::fillPattern(request.bytes(), lba, 512, 1);
  run(device, request);
}
void discard(Device& device, std::uint64_t lba, std::uint64_t blocks) {
  Request request(IoKind::Discard, lba, blocks, 0);
  run(device, request);
}
// Pages of a range that lie in the machine's memory.
std::size_t resident(Device& device, std::uint64_t lba, std::uint64_t blocks) {
  const auto view = device.view(lba, blocks);
  std::vector<unsigned char> pages((view->size() + 4095) / 4096);
  EXPECT_EQ(::mincore(const_cast<std::uint8_t*>(view->data()), view->size(), pages.data()), 0);
  return static_cast<std::size_t>(std::count_if(pages.begin(), pages.end(), [](auto page) { return (page & 1) != 0; }));
}

// Initiators align what they write and unmap to physical blocks.
TEST(MemoryDevice, tellsThePageThatItGivesBackAsItsPhysicalBlock) {
  for (const auto& [blockSize, exponent] : {std::pair{512U, 3}, {4096U, 0}}) {
    auto made = MemoryDevice::make(kMiB, blockSize, false);
    ASSERT_TRUE(made);
    EXPECT_EQ((*made)->geometry().physicalExponent, exponent);
  }
}

TEST(MemoryDevice, takesMemoryWhenItIsWrittenAndGivesItBackWhenItIsDiscarded) {
  auto made = MemoryDevice::make(64 * kMiB, 512, false);
  ASSERT_TRUE(made);
  Device& device = **made;
  const std::uint64_t all = device.geometry().blocks;
  EXPECT_EQ(resident(device, 0, all), 0U);
  write(device, 0, 16 * kMiB / 512);
  EXPECT_EQ(resident(device, 0, 16 * kMiB / 512), 4096U);
  discard(device, 0, 8 * kMiB / 512);
  EXPECT_EQ(resident(device, 0, 8 * kMiB / 512), 0U);
  EXPECT_EQ(resident(device, 8 * kMiB / 512, 8 * kMiB / 512), 2048U);
  discard(device, 0, all);
  EXPECT_EQ(resident(device, 0, all), 0U);
}

TEST(MemoryDevice, discardOfWhatWasNeverWrittenTakesNoMemory) {
  auto made = MemoryDevice::make(64 * kMiB, 512, false);
  ASSERT_TRUE(made);
  discard(**made, 3, 64 * kMiB / 512 - 5);
  discard(**made, 1, 2);
  EXPECT_EQ(resident(**made, 0, 64 * kMiB / 512), 0U);
}

TEST(MemoryDevice, writingManyZeroesTakesNoMemoryButTheyCountAsMapped) {
  auto made = MemoryDevice::make(64 * kMiB, 512, false);
  ASSERT_TRUE(made);
  Request zeroes(IoKind::WriteZeroes, 0, 32 * kMiB / 512, 0);
  run(**made, zeroes);
  EXPECT_EQ(resident(**made, 0, 32 * kMiB / 512), 0U);
  const scsi::Extent extent = (*made)->extentAt(0);
  EXPECT_EQ(extent.state, scsi::Provisioning::Mapped);
  EXPECT_EQ(extent.blocks, 32 * kMiB / 512);
}

// 9 blocks: the last page is not whole.
TEST(MemoryDevice, lastPageGoesWhenItsBlocksDo) {
  auto made = MemoryDevice::make(9 * 512, 512, false);
  ASSERT_TRUE(made);
  Device& device = **made;
  write(device, 0, 9);
  EXPECT_EQ(device.extentAt(0).blocks, 9U);
  discard(device, 8, 1);
  EXPECT_EQ(device.extentAt(8).state, scsi::Provisioning::Deallocated);
  EXPECT_EQ(device.extentAt(0).blocks, 8U);
  discard(device, 1, 7);
  EXPECT_EQ(device.extentAt(0).state, scsi::Provisioning::Mapped);
}

// Answers on their way to an initiator are views of the blocks.
TEST(MemoryDevice, blocksKeepTheirAddressesWhenItGrowsAndShrinks) {
  auto made = MemoryDevice::make(3 * kMiB, 512, false);
  ASSERT_TRUE(made);
  Device& device = **made;
  const auto all = device.view(0, 3 * kMiB / 512);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(all->data()) % (2 * kMiB), 0U);
  // Something right behind it, if there is room for it.
  void* blocker = ::mmap(const_cast<std::uint8_t*>(all->data()) + 3 * kMiB, 4096, PROT_READ,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  write(device, 0, 3 * kMiB / 512);
  ASSERT_TRUE(device.resize(40 * kMiB / 512, Shrink::Refuse));
  EXPECT_EQ(device.view(0, 1)->data(), all->data());
  EXPECT_TRUE(base::equal(*all, support::pattern(0, 3 * kMiB / 512, 512, 1)));
  ASSERT_TRUE(device.resize(kMiB / 512, Shrink::Allow));
  ASSERT_EQ(device.view(0, 1)->data(), all->data());
  EXPECT_TRUE(base::equal(all->first(kMiB), support::pattern(0, kMiB / 512, 512, 1)));
  std::vector<unsigned char> resident(2 * kMiB / 4096);
  ASSERT_EQ(::mincore(const_cast<std::uint8_t*>(all->data()) + kMiB, 2 * kMiB, resident.data()), 0) << "mapped";
  EXPECT_TRUE(std::none_of(resident.begin(), resident.end(), [](auto page) { return (page & 1) != 0; }))
      << "given back";
  EXPECT_EQ((*all)[2 * kMiB], 0);
  if (blocker != MAP_FAILED) ::munmap(blocker, 4096);
}

TEST(MemoryDevice, refusesToGrowBeyondWhatItHasReserved) {
  auto made = MemoryDevice::make(kMiB, 512, false);
  ASSERT_TRUE(made);
  const auto grown = (*made)->resize(std::uint64_t{1} << 46, Shrink::Refuse);
  ASSERT_FALSE(grown);
  EXPECT_THAT(grown.error().text, testing::StartsWith("this memory can grow to "));
  EXPECT_EQ((*made)->geometry().blocks, kMiB / 512);
}

TEST(MemoryDevice, aLimitOfTheProcessLeavesNoRoomToGrow) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_AS, &before), 0);
  rlimit limit = before;
  limit.rlim_cur = std::uint64_t{1} << 47;  // all that there is
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &limit), 0);
  auto made = MemoryDevice::make(kMiB, 512, false);
  EXPECT_EQ(::setrlimit(RLIMIT_AS, &before), 0);
  ASSERT_TRUE(made);
  const auto grown = (*made)->resize(kMiB / 512 + 1, Shrink::Refuse);
  ASSERT_FALSE(grown);
  EXPECT_EQ(grown.error().text, "this memory can grow to 1048576 bytes, not to 1049088");
}

TEST(MemoryDevice, refusesSizesThatAreNoBlocks) {
  EXPECT_FALSE(MemoryDevice::make(1000, 512, false));
  EXPECT_FALSE(MemoryDevice::make(0, 512, false));
  EXPECT_FALSE(MemoryDevice::make(6 * 512, 4096, false));
  const auto tooLarge = MemoryDevice::make(std::uint64_t{1} << 62, 512, false);
  ASSERT_FALSE(tooLarge);
  EXPECT_EQ(tooLarge.error().text, "cannot map 4611686018427387904 bytes of memory: Cannot allocate memory");
}

TEST(MemoryDevice, saysWhatItIs) {
  const auto made = MemoryDevice::make(kMiB, 4096, true);
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->description(), "memory of 1048576 bytes, blocks of 4096 bytes, thin, read-only");
}

TEST(NullDevice, hasAnySizeAndReadsAsZeroes) {
  auto made = NullDevice::make(std::uint64_t{1} << 60, 512, false);
  ASSERT_TRUE(made);
  Device& device = **made;
  write(device, device.geometry().blocks - 4, 4);
  Request in(IoKind::Read, device.geometry().blocks - 4, 4, 2048);
  std::fill(in.bytes().begin(), in.bytes().end(), std::uint8_t{7});
  run(device, in);
  EXPECT_TRUE(std::all_of(in.bytes().begin(), in.bytes().end(), [](auto byte) { return byte == 0; }));
  EXPECT_EQ(device.view(5, 4096)->size(), 2 * kMiB);
  EXPECT_FALSE(device.view(5, 4097).has_value());
  EXPECT_EQ(device.description(), "null device of 1152921504606846976 bytes, blocks of 512 bytes");
}

}  // namespace
}  // namespace block
