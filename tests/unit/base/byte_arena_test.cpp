#include "shared/base/byte_arena.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using base::ByteArena;
using base::Bytes;

Bytes bytesOf(const ByteArena& arena) { return {arena.view().begin(), arena.view().end()}; }

TEST(ByteArena, HoldsWhatWasAppendedAndWritten) {
  ByteArena arena;
  EXPECT_TRUE(arena.empty());
  arena.append(Bytes{1, 2});
  std::uint8_t* const at = arena.room(100);
  at[0] = 3;
  arena.taken(at + 1);
  arena.append({});
  arena[0] = 9;
  EXPECT_EQ(bytesOf(arena), (Bytes{9, 2, 3}));
  EXPECT_EQ(arena.size(), 3U);
}

TEST(ByteArena, ForgetsFromTheBackAndAll) {
  ByteArena arena;
  arena.append(Bytes{1, 2, 3});
  arena.shrink(1);
  arena.append(Bytes{7});
  EXPECT_EQ(bytesOf(arena), (Bytes{1, 7}));
  arena.clear();
  EXPECT_TRUE(arena.empty());
  arena.append(Bytes{5});
  EXPECT_EQ(bytesOf(arena), (Bytes{5}));
}

TEST(ByteArena, MovesAndLeavesAnEmptyOneThatCanBeUsed) {
  ByteArena arena;
  arena.append(Bytes{1, 2});
  ByteArena other = std::move(arena);
  EXPECT_EQ(bytesOf(other), (Bytes{1, 2}));
  EXPECT_TRUE(arena.empty());
  arena.append(Bytes{3});
  EXPECT_EQ(bytesOf(arena), (Bytes{3}));
  arena = std::move(other);
  EXPECT_EQ(bytesOf(arena), (Bytes{1, 2}));
  EXPECT_TRUE(other.empty());
}

TEST(ByteArena, GrowsAsAVectorDoes) {
  std::mt19937 random(1);
  ByteArena arena;
  Bytes model;
  for (int i = 0; i < 2000; ++i) {
    const Bytes piece(random() % 50, static_cast<std::uint8_t>(random()));
    arena.append(piece);
    base::append(model, piece);
  }
  EXPECT_EQ(bytesOf(arena), model);
}

}  // namespace
