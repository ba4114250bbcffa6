#include "isns-server/manage/keys/key_ring.h"

#include <gmock/gmock.h>

#include "isns-server/manage/keys/key_backup.h"
#include "tests/support/random_bytes.h"

namespace {

using keys::KeyRing;
using keys::SealPlace;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPlanted = "planted-secret-42";
constexpr SealPlace kPlace{44, 7, 1, 3};

base::Secret secret(std::string_view text) { return std::move(*base::Secret::from(text)); }

struct RingTest : testing::Test {
  base::RandomSource random = support::knownBytes();
  base::Secret first = support::sealKey(random);
  base::Secret second = support::sealKey(random);
  KeyRing ring;
  base::Bytes sealed;

  void SetUp() override {
    ASSERT_TRUE(ring.add(1, first));
    ASSERT_TRUE(ring.seal(secret(kPlanted), kPlace, random, sealed));
  }
  std::string opened(const KeyRing& with, base::ByteView bytes, const SealPlace& place = kPlace) {
    const auto value = with.open(bytes, place);
    return value ? std::string(base::asText(value->reveal())) : value.error().text;
  }
};

TEST_F(RingTest, WhatIsSealedOpensInItsPlace) {
  EXPECT_EQ(opened(ring, sealed), kPlanted);
  EXPECT_EQ(std::search(sealed.begin(), sealed.end(), kPlanted.begin(), kPlanted.end()), sealed.end());
}

TEST_F(RingTest, TheSameValueIsSealedDifferentlyEachTime) {
  base::Bytes again;
  ASSERT_TRUE(ring.seal(secret(kPlanted), kPlace, random, again));
  EXPECT_NE(again, sealed);
}

TEST_F(RingTest, ARowThatWasMovedOrPutBackDoesNotOpen) {
  for (const SealPlace place : {SealPlace{45, 7, 1, 3}, {44, 8, 1, 3}, {44, 7, 2, 3}, {44, 7, 1, 2}}) {
    EXPECT_EQ(opened(ring, sealed, place).find(kPlanted), std::string::npos);
    EXPECT_THAT(opened(ring, sealed, place), HasSubstr("changed or moved"));
  }
}

TEST_F(RingTest, EveryChangedByteIsAClearError) {
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    base::Bytes changed = sealed;
    changed[i] ^= 0x10;
    EXPECT_FALSE(ring.open(changed, kPlace)) << i;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(ring.open(base::ByteView(sealed).first(size), kPlace)) << size;
  }
  EXPECT_FALSE(ring.open(base::Bytes(1000, 1), kPlace));
}

TEST_F(RingTest, AWrongKeyIsToldByItsCheckBeforeAnythingIsOpened) {
  KeyRing other;
  const auto check = ring.check(1);
  const auto status = other.add(1, second, check);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().text, "key 1 is not the key of that id that this database was sealed with");
  EXPECT_TRUE(other.add(1, first, check));
}

TEST_F(RingTest, AWrongOrMissingKeyIsNamedWhenAValueIsOpened) {
  KeyRing wrong;
  ASSERT_TRUE(wrong.add(1, second));
  EXPECT_THAT(opened(wrong, sealed), HasSubstr("table 44 row 7 does not open with key 1"));
  KeyRing without;
  ASSERT_TRUE(without.add(2, second));
  EXPECT_THAT(opened(without, sealed), HasSubstr("sealed with key 1, which is not among the keys"));
}

TEST_F(RingTest, AChangeOfKeysSealsEverythingAnewAndTheOldOneCanGo) {
  ASSERT_TRUE(ring.add(2, second));
  EXPECT_EQ(ring.current(), 1U);
  EXPECT_FALSE(ring.remove(1));
  ASSERT_TRUE(ring.makeCurrent(2));
  const auto again = ring.reseal(sealed, kPlace, random);
  ASSERT_TRUE(again && *again);
  EXPECT_EQ(KeyRing::keyOf(**again), 2U);
  ASSERT_TRUE(ring.remove(1));
  EXPECT_EQ(opened(ring, **again), kPlanted);
  const auto thrice = ring.reseal(**again, kPlace, random);
  ASSERT_TRUE(thrice);
  EXPECT_FALSE(*thrice);  // nothing to do
}

TEST_F(RingTest, AResealOfAChangedRowFailsAndDoesNotHideIt) {
  ASSERT_TRUE(ring.add(2, second));
  ASSERT_TRUE(ring.makeCurrent(2));
  sealed[20] ^= 1;
  EXPECT_FALSE(ring.reseal(sealed, kPlace, random));
}

TEST_F(RingTest, ASecretUsedElsewhereIsRecognisedOnlyUnderTheSameKey) {
  EXPECT_EQ(*ring.reuseFingerprint(secret(kPlanted)), *ring.reuseFingerprint(secret(kPlanted)));
  EXPECT_NE(*ring.reuseFingerprint(secret(kPlanted)), *ring.reuseFingerprint(secret("another")));
  KeyRing other;
  ASSERT_TRUE(other.add(1, second));
  EXPECT_NE(*ring.reuseFingerprint(secret(kPlanted)), *other.reuseFingerprint(secret(kPlanted)));
}

TEST_F(RingTest, RefusesWhatIsNoKey) {
  EXPECT_FALSE(ring.add(1, second));
  EXPECT_FALSE(ring.add(0, second));
  EXPECT_FALSE(ring.add(2, secret("short")));
  for (keys::KeyId id = 2; id <= KeyRing::kMaxKeys; ++id) EXPECT_TRUE(ring.add(id, second));
  EXPECT_FALSE(ring.add(17, second));
  KeyRing empty;
  base::Bytes out;
  EXPECT_FALSE(empty.seal(secret(kPlanted), kPlace, random, out));
  EXPECT_FALSE(ring.seal(secret(kPlanted), kPlace, support::noRandomBytes(), out));
  EXPECT_TRUE(out.empty());
}

constexpr keys::ScryptCost kCheap{4, 8, 1};

TEST(KeyBackup, OpensWithItsPassphrase) {
  std::vector<keys::NamedKey> all;
  all.push_back({"seal 1", secret("0123456789abcdef0123456789abcdef")});
  all.push_back({"authority", secret(std::string(255, 'k'))});
  const auto file = keys::sealKeyBackup(all, secret("correct horse battery"), support::knownBytes(), kCheap);
  ASSERT_TRUE(file);
  EXPECT_THAT(std::string(base::asText(*file)), Not(HasSubstr("kkkk")));
  const auto opened = keys::openKeyBackup(*file, secret("correct horse battery"));
  ASSERT_TRUE(opened) << opened.error().text;
  ASSERT_EQ(opened->size(), 2U);
  EXPECT_EQ((*opened)[1].name, "authority");
  EXPECT_TRUE((*opened)[1].key == all[1].key);
}

TEST(KeyBackup, AWrongPassphraseOrAChangedByteIsAClearError) {
  std::vector<keys::NamedKey> all;
  all.push_back({"seal 1", secret("0123456789abcdef0123456789abcdef")});
  const base::Bytes file = *keys::sealKeyBackup(all, secret("correct horse battery"), support::knownBytes(), kCheap);
  const auto wrong = keys::openKeyBackup(file, secret("correct horse batterx"));
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().text, HasSubstr("passphrase is another"));
  EXPECT_THAT(wrong.error().text, Not(HasSubstr("batterx")));
  for (std::size_t i = 0; i < file.size(); ++i) {
    base::Bytes changed = file;
    changed[i] ^= 0x80;
    EXPECT_FALSE(keys::openKeyBackup(changed, secret("correct horse battery"))) << i;
  }
  EXPECT_FALSE(keys::openKeyBackup(base::ByteView(file).first(file.size() - 1), secret("correct horse battery")));
  EXPECT_FALSE(keys::openKeyBackup({}, secret("correct horse battery")));
}

TEST(KeyBackup, AShortPassphraseIsRefused) {
  EXPECT_FALSE(keys::sealKeyBackup({}, secret("elevenchars"), support::knownBytes(), kCheap));
}

}  // namespace
