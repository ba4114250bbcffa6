// The queue, the map of pages, cursors over memory, the table of errors, and how long a request waits.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <numeric>
#include <random>
#include <vector>

#include "agent/block/bounce_pool.h"
#include "agent/block/intrusive_queue.h"
#include "agent/block/io_error.h"
#include "agent/block/page_map.h"
#include "agent/block/request_wait.h"
#include "agent/block/segments.h"

namespace block {
namespace {

struct Item {
  int number = 0;
  Item* next = nullptr;
};
std::vector<int> drained(IntrusiveQueue<Item>& queue) {
  std::vector<int> all;
  while (const Item* item = queue.pop()) all.push_back(item->number);
  return all;
}

TEST(IntrusiveQueue, givesInOrderWhatWasPutIn) {
  std::array<Item, 4> items = {{{1}, {2}, {3}, {4}}};
  IntrusiveQueue<Item> queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.pop(), nullptr);
  for (Item& item : items) queue.push(item);
  EXPECT_EQ(queue.front(), &items[0]);
  EXPECT_THAT(drained(queue), testing::ElementsAre(1, 2, 3, 4));
  queue.push(items[2]);
  queue.pushFront(items[1]);
  queue.push(items[3]);
  EXPECT_THAT(drained(queue), testing::ElementsAre(2, 3, 4));
  queue.pushFront(items[0]);
  queue.push(items[1]);
  EXPECT_THAT(drained(queue), testing::ElementsAre(1, 2));
}

TEST(IntrusiveQueue, givesTheFirstThatIsLikedAndKeepsTheRestInOrder) {
  std::array<Item, 5> items = {{{1}, {2}, {3}, {4}, {5}}};
  IntrusiveQueue<Item> queue;
  for (Item& item : items) queue.push(item);
  const auto is = [](int number) { return [number](const Item& item) { return item.number == number; }; };
  EXPECT_EQ(queue.popIf(is(3)), &items[2]);
  EXPECT_EQ(queue.popIf(is(3)), nullptr);
  EXPECT_EQ(queue.popIf(is(1)), &items[0]);
  EXPECT_EQ(queue.popIf(is(5)), &items[4]);
  queue.push(items[2]);
  EXPECT_THAT(drained(queue), testing::ElementsAre(2, 4, 3));
}

TEST(IntrusiveQueue, takesAllOfAnother) {
  std::array<Item, 4> items = {{{1}, {2}, {3}, {4}}};
  IntrusiveQueue<Item> a, b;
  a.take(b);
  EXPECT_TRUE(a.empty());
  b.push(items[2]);
  a.take(b);
  EXPECT_TRUE(b.empty());
  b.push(items[3]);
  b.push(items[0]);
  a.take(b);
  a.push(items[1]);
  EXPECT_THAT(drained(a), testing::ElementsAre(3, 4, 1, 2));
}

TEST(PageMap, isWhatAPlainArrayWouldBe) {
  constexpr std::size_t kPages = 1000;
  auto made = PageMap::make(kPages, kPages);
  ASSERT_TRUE(made);
  PageMap& map = *made;
  std::vector<bool> model(kPages);
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::size_t first = random() % kPages;
    const std::size_t count = 1 + random() % std::min<std::size_t>(kPages - first, round % 2 == 0 ? 5 : 300);
    const bool value = random() % 2 == 0;
    value ? map.set(first, count) : map.clear(first, count);
    std::fill_n(model.begin() + static_cast<std::ptrdiff_t>(first), count, value);
    const std::size_t page = random() % kPages;
    ASSERT_EQ(map.at(page), model[page]);
    std::size_t run = 1;
    while (page + run < kPages && model[page + run] == model[page]) ++run;
    ASSERT_EQ(map.runAt(page), run);
  }
}

TEST(PageMap, endsRunsAtWordsAndAtTheEnd) {
  auto map = PageMap::make(192, 192);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->runAt(0), 192U);
  map->set(64, 64);
  EXPECT_EQ(map->runAt(0), 64U);
  EXPECT_EQ(map->runAt(64), 64U);
  EXPECT_EQ(map->runAt(127), 1U);
  EXPECT_EQ(map->runAt(128), 64U);
  map->set(0, 192);
  EXPECT_EQ(map->runAt(0), 192U);
}

TEST(PageMap, forgetsWhatLayBehindASmallerSize) {
  auto map = PageMap::make(100, 100'000);
  ASSERT_TRUE(map);
  map->set(0, 100);
  ASSERT_TRUE(map->resize(70));
  EXPECT_EQ(map->runAt(0), 70U);
  ASSERT_TRUE(map->resize(100'000));
  EXPECT_EQ(map->runAt(0), 70U);
  EXPECT_EQ(map->runAt(70), 99'930U);
}

class Segmented : public testing::Test {
 protected:
  Segmented() { std::iota(bytes_.begin(), bytes_.end(), std::uint8_t{0}); }
  std::array<std::uint8_t, 20> bytes_{};
  std::span<std::uint8_t> all_{bytes_};
  std::vector<std::span<std::uint8_t>> pieces_ = {all_.subspan(0, 3), all_.subspan(3, 0), all_.subspan(3, 7),
                                                  all_.subspan(10, 10)};
};

TEST_F(Segmented, describesFromItsPositionUpToALimitOrTheRoom) {
  SegmentCursor cursor(pieces_);
  std::array<iovec, 8> out{};
  auto described = cursor.describe(out, 20);
  EXPECT_EQ(described.count, 3U);
  EXPECT_EQ(described.bytes, 20U);
  cursor.advance(5);
  described = cursor.describe(out, 6);
  EXPECT_EQ(described.count, 2U);
  EXPECT_EQ(described.bytes, 6U);
  EXPECT_EQ(out[0].iov_base, bytes_.data() + 5);
  EXPECT_EQ(out[0].iov_len, 5U);
  EXPECT_EQ(out[1].iov_base, bytes_.data() + 10);
  EXPECT_EQ(out[1].iov_len, 1U);
  described = cursor.describe(std::span(out).first(1), 100);
  EXPECT_EQ(described.bytes, 5U);
  cursor.advance(15);
  EXPECT_EQ(cursor.describe(out, 100).count, 0U);
}

TEST_F(Segmented, copiesAcrossPieces) {
  SegmentCursor cursor(pieces_);
  cursor.advance(2);
  std::array<std::uint8_t, 10> got{};
  cursor.copyTo(got);
  EXPECT_THAT(got, testing::ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  const std::array<std::uint8_t, 9> put = {90, 91, 92, 93, 94, 95, 96, 97, 98};
  cursor.copyFrom(put);
  EXPECT_EQ(bytes_[1], 1);
  EXPECT_EQ(bytes_[2], 90);
  EXPECT_EQ(bytes_[10], 98);
  EXPECT_EQ(bytes_[11], 11);
}

TEST(Aligned, wantsAddressAndSize) {
  alignas(64) std::array<std::uint8_t, 256> room{};
  const std::span<std::uint8_t> all(room);
  const std::vector<std::span<std::uint8_t>> good = {all.subspan(0, 128), all.subspan(64, 64)};
  EXPECT_TRUE(aligned(good, 64, 64));
  EXPECT_FALSE(aligned(good, 64, 128));
  const std::vector<std::span<std::uint8_t>> shifted = {all.subspan(0, 64), all.subspan(65, 64)};
  EXPECT_FALSE(aligned(shifted, 64, 64));
  EXPECT_TRUE(aligned(shifted, 1, 64));
}

TEST(BouncePool, givesAsManyAsItMayAndThoseThatCameBack) {
  BouncePool pool;
  std::vector<std::uint8_t*> out;
  while (pool.hasOne()) {
    out.push_back(pool.take());
    ASSERT_NE(out.back(), nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(out.back()) % 4096, 0U);
  }
  EXPECT_EQ(out.size(), BouncePool::kBuffers);
  EXPECT_EQ(pool.take(), nullptr);
  pool.giveBack(out[3]);
  EXPECT_TRUE(pool.hasOne());
  EXPECT_EQ(pool.take(), out[3]);
  for (std::uint8_t* buffer : out) pool.giveBack(buffer);
}

TEST(IoError, namesWhatADeviceServerMustTell) {
  using scsi::IoResult;
  EXPECT_EQ(resultOf(EIO), IoResult::MediumError);
  EXPECT_EQ(resultOf(ENOSPC), IoResult::NoSpace);
  EXPECT_EQ(resultOf(EDQUOT), IoResult::NoSpace);
  EXPECT_EQ(resultOf(EROFS), IoResult::WriteProtected);
  EXPECT_EQ(resultOf(ENODEV), IoResult::Gone);
  EXPECT_EQ(resultOf(ESTALE), IoResult::Gone);
  EXPECT_EQ(resultOf(E2BIG), IoResult::MediumError);
}

TEST(RequestWait, waitsForOneThingAfterTheOtherWithOnePatience) {
  using std::chrono::seconds;
  const base::TimePoint start{seconds(100)};
  RequestWait wait;
  EXPECT_EQ(wait.left(seconds(60), start), seconds(60));
  EXPECT_EQ(wait.deadline(seconds(60)), base::kNever);
  wait.begin(start);                // for a path
  wait.begin(start + seconds(50));  // for a busy unit
  EXPECT_EQ(wait.left(seconds(60), start + seconds(50)), seconds(10));
  EXPECT_EQ(wait.deadline(seconds(60)), start + seconds(60));
}

TEST(RequestWait, hasTheRestOfItsPatienceWhenSomethingWasDone) {
  using std::chrono::seconds;
  const base::TimePoint start{seconds(100)};
  RequestWait wait;
  wait.begin(start);
  wait.end(start + seconds(20));
  wait.end(start + seconds(30));
  EXPECT_EQ(wait.left(seconds(60), start + seconds(500)), seconds(40)) << "it does not wait";
  wait.begin(start + seconds(500));
  EXPECT_EQ(wait.deadline(seconds(60)), start + seconds(540));
  EXPECT_LT(wait.left(seconds(60), start + seconds(541)), seconds(0));
}

}  // namespace
}  // namespace block
