#include <gtest/gtest.h>

#include "shared/base/csv_cell.h"
#include "shared/base/hex.h"
#include "shared/evidence/csv.h"
#include "shared/evidence/signing.h"
#include "shared/evidence/tar.h"
#include "tests/support/sample_pack.h"

using namespace test;

namespace {

std::string cell(std::string_view text) {
  std::string out;
  base::appendCsvCell(out, text);
  return out;
}

TEST(Digest, IsSha256) {
  EXPECT_EQ(base::hexText(evidence::sha256(base::asBytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  evidence::Sha256 twice;
  twice.update(std::string_view("x"));
  (void)twice.finish();
  EXPECT_EQ(twice.update(std::string_view("ab")).update(std::string_view("c")).finish(),
            evidence::sha256(base::asBytes("abc")));
}

TEST(Digest, HexadecimalDigitsAreReadInOneFormOnly) {
  const evidence::Digest digest = evidence::sha256(base::asBytes("abc"));
  std::string text = base::hexText(digest);
  EXPECT_EQ(evidence::parseDigest(text), digest);
  EXPECT_EQ(evidence::parseDigest(text + "0"), std::nullopt);
  text[1] = 'A';
  EXPECT_EQ(evidence::parseDigest(text), std::nullopt);
}

// RFC 8032 7.1, test 2.
TEST(Signing, IsEd25519OfRfc8032) {
  const auto bytes = [](std::string_view hex) { return *evidence::parseDigest(hex); };
  const auto key =
      evidence::SigningKey::fromSeed(bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->verifyingKey().raw(), bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  const std::uint8_t message[] = {0x72};
  evidence::Signature signature = key->sign(message);
  EXPECT_EQ(base::hexText(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(key->verifyingKey().verifies(message, signature));
  signature[63] ^= 1;
  EXPECT_FALSE(key->verifyingKey().verifies(message, signature));
  EXPECT_FALSE(key->verifyingKey().verifies(message, {}));
}

TEST(Signing, KeysAreReadAsPemAndOthersAreRefused) {
  const evidence::VerifyingKey key = packKey().verifyingKey();
  const auto again = evidence::VerifyingKey::fromPem(key.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->raw(), key.raw());
  EXPECT_FALSE(evidence::VerifyingKey::fromPem("nonsense"));
  EXPECT_FALSE(evidence::SigningKey::fromSeed(base::asBytes("short")));
}

TEST(Csv, QuotesWhatNeedsItAndDisarmsFormulas) {
  EXPECT_EQ(cell("plain"), "plain");
  EXPECT_EQ(cell("a,b"), "\"a,b\"");
  EXPECT_EQ(cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(cell("a\nb"), "\"a\nb\"");
  for (const std::string_view formula : {"=1+1", "+1", "-1", "@x"})
    EXPECT_EQ(cell(formula), "'" + std::string(formula));
  EXPECT_EQ(cell("=A1,\"x\""), "\"'=A1,\"\"x\"\"\"");
  EXPECT_EQ(cell("\t=1"), "'\t=1");
}

TEST(Csv, RowsAreCountedAndMustHaveOneWidth) {
  EXPECT_EQ(evidence::countCsvRows(""), 0u);
  EXPECT_EQ(evidence::countCsvRows("a,b\n"), 1u);
  EXPECT_EQ(evidence::countCsvRows("a,b\n\"x\ny\",\"\"\"\"\n,\n"), 3u);
  for (const std::string_view bad : {"a,b", "a,b\nc\n", "a\nb,c\n", "\"a\n", "\"a\"b\n", "\"a\"", "a\"b", "a,"}) {
    EXPECT_EQ(evidence::countCsvRows(bad), std::nullopt) << bad;
  }
}

TEST(Tar, WhatIsWrittenIsRead) {
  base::Bytes archive;
  const base::WallTime time(std::chrono::seconds(1'770'000'000));
  const std::string content(700, 'x');
  evidence::appendTarEntry(archive, "a.txt", base::asBytes(content), time);
  evidence::appendTarEntry(archive, "empty", {}, time);
  evidence::finishTar(archive);
  EXPECT_EQ(archive.size(), 512u * (1 + 2 + 1 + 2));
  const auto contents = evidence::readTar(archive);
  EXPECT_TRUE(contents.faults.empty());
  ASSERT_EQ(contents.entries.size(), 2u);
  EXPECT_EQ(contents.entries[0].name, "a.txt");
  EXPECT_EQ(base::asText(contents.entries[0].content), content);
  EXPECT_EQ(contents.entries[0].time, time);
  EXPECT_TRUE(contents.entries[1].content.empty());
}

TEST(Tar, TooManyEntriesAndNamesThatLeaveTheFolderAreRefused) {
  base::Bytes many;
  for (std::size_t i = 0; i <= evidence::kMaxEntries; ++i)
    evidence::appendTarEntry(many, "f" + std::to_string(i), {}, {});
  evidence::finishTar(many);
  EXPECT_EQ(evidence::readTar(many).faults.size(), 1u);
  for (const std::string_view name : {"../x", "/x", "a b", ""}) {
    base::Bytes archive;
    evidence::appendTarEntry(archive, name, {}, {});
    evidence::finishTar(archive);
    EXPECT_EQ(evidence::readTar(archive).faults.size(), 1u) << name;
  }
}

}  // namespace
