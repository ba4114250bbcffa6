#include "shared/isns/auth_block.h"

#include <gtest/gtest.h>

#include "shared/isns/dsa_key.h"
#include "shared/isns/message_writer.h"
#include "tests/unit/isns/dsa_keys.h"
#include "tests/unit/isns/isnsadm_message.h"
#include "tests/unit/isns/pdus.h"

namespace {

using namespace isns_test;

// The parts of a stream of signed messages, as the assembler cuts them.
struct SigningSink {
  std::vector<std::pair<base::Bytes, base::Bytes>> parts;
  bool onMessage(const isns::Message& message) {
    for (const isns::SignedPdu& part : message.signedPdus) {
      parts.emplace_back(base::Bytes(part.headerAndPayload.begin(), part.headerAndPayload.end()),
                         base::Bytes(part.authenticationBlock.begin(), part.authenticationBlock.end()));
    }
    return true;
  }
  bool onFault(const isns::FramingFault& fault) {
    ADD_FAILURE() << isns::faultName(fault.kind);
    return true;
  }
};

std::vector<std::pair<base::Bytes, base::Bytes>> signedParts(base::ByteView stream) {
  isns::MessageAssembler assembler({});
  SigningSink sink;
  EXPECT_EQ(assembler.feed(stream, sink), stream.size());
  return sink.parts;
}

isns::PrivateKey privateKey(const KeyPair& pair) { return *isns::PrivateKey::fromPem(pair.privatePem); }
isns::PublicKey publicKey(const KeyPair& pair) { return *isns::PublicKey::fromPem(pair.publicPem); }

TEST(AuthBlock, ReadsAndVerifiesWhatIsnsadmSigned) {
  const auto parts = signedParts(kIsnsadmMessage);
  ASSERT_EQ(parts.size(), 1U);
  const auto block = isns::decodeAuthBlock(parts[0].second);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->structure, isns::kDsaSha1);
  EXPECT_EQ(block->timestamp, kIsnsadmSignedAt);
  EXPECT_EQ(block->spi, kIsnsadmName);
  const auto key = isns::PublicKey::fromPem(kIsnsadmKey);
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->verifies(parts[0].first, *block));

  base::Bytes again;
  isns::encodeAuthBlock(again, *block);
  EXPECT_EQ(again, parts[0].second);
}

TEST(AuthBlock, IsRefusedWhereItsLengthsDoNotAgree) {
  base::Bytes good;
  const base::Bytes signature(10, 1);
  isns::encodeAuthBlock(good, {isns::kDsaSha1, 5, "name", signature});
  ASSERT_TRUE(isns::decodeAuthBlock(good));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(isns::decodeAuthBlock(base::ByteView(good).first(size))) << size;
  }
  const auto withU32 = [&](std::size_t at, std::uint32_t value) {
    base::Bytes bytes = good;
    base::storeU32(bytes.data() + at, value);
    return isns::decodeAuthBlock(bytes).has_value();
  };
  EXPECT_FALSE(withU32(4, static_cast<std::uint32_t>(good.size() - 1)));
  EXPECT_FALSE(withU32(4, static_cast<std::uint32_t>(good.size() + 1)));
  EXPECT_FALSE(withU32(16, 14)) << "no signature";
  EXPECT_FALSE(withU32(16, 15)) << "longer than the block";
  EXPECT_FALSE(withU32(16, 0xffffffff));
  EXPECT_TRUE(withU32(16, 13));
  EXPECT_TRUE(withU32(0, 7)) << "whether the structure is known is not judged here";
}

TEST(AuthBlock, HasABoundedName) {
  for (const std::size_t size : {isns::kMaxSpi, isns::kMaxSpi + 1}) {
    base::Bytes bytes;
    const base::Bytes signature(46, 1);
    isns::encodeAuthBlock(bytes, {isns::kDsaSha1, 5, std::string(size, 'n'), signature});
    EXPECT_EQ(isns::decodeAuthBlock(bytes).has_value(), size == isns::kMaxSpi);
  }
}

TEST(Signature, CoversHeaderPayloadAndTimestamp) {
  const KeyPair pair = makeDsaKey();
  const base::Bytes bytes = pdu(kWhole | isns::flag::kAuthentication, 1, 0, payload(40));
  const auto signature = privateKey(pair).sign(bytes, 1000);
  ASSERT_TRUE(signature);
  const isns::AuthBlock block{isns::kDsaSha1, 1000, "any", *signature};
  EXPECT_TRUE(publicKey(pair).verifies(bytes, block));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    base::Bytes changed = bytes;
    changed[i] ^= 1;
    EXPECT_FALSE(publicKey(pair).verifies(changed, block)) << i;
  }
  isns::AuthBlock later = block;
  later.timestamp = 1001;
  EXPECT_FALSE(publicKey(pair).verifies(bytes, later));
  EXPECT_FALSE(publicKey(makeDsaKey()).verifies(bytes, block));
}

TEST(Signature, ThatIsNoAsn1IsWrong) {
  const KeyPair pair = makeDsaKey();
  const base::Bytes bytes = pdu(kWhole, 1, 0, payload(4));
  for (const base::Bytes& junk : {base::Bytes{}, base::Bytes{0x30}, base::Bytes(46, 0xff), base::Bytes(1400, 0)}) {
    EXPECT_FALSE(publicKey(pair).verifies(bytes, {isns::kDsaSha1, 0, "any", junk}));
  }
}

TEST(SignMessage, SignsAMessageBehindOthersAndLeavesThoseAlone) {
  const KeyPair pair = makeDsaKey();
  base::Bytes out = pdu(kWhole, 1, 0, payload(4));
  const base::Bytes before = out;
  auto writer = isns::MessageWriter::response(out, isns::idOf(isns::Function::DevAttrQry), 9, isns::Status::Successful);
  writer.attributes().text(isns::tag::kAlias, "x");
  writer.finish();
  ASSERT_TRUE(isns::signMessage(out, before.size(), privateKey(pair), "server", 77));
  EXPECT_TRUE(base::equal(base::ByteView(out).first(before.size()), before));
  const auto parts = signedParts(out);
  ASSERT_EQ(parts.size(), 1U);
  const auto block = isns::decodeAuthBlock(parts[0].second);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->spi, "server");
  EXPECT_EQ(block->timestamp, 77U);
  EXPECT_TRUE(publicKey(pair).verifies(parts[0].first, *block));
}

TEST(SignMessage, SignsEveryPduOfALongMessage) {
  const KeyPair pair = makeDsaKey();
  base::Bytes out;
  auto writer = isns::MessageWriter::response(out, isns::idOf(isns::Function::DevAttrQry), 9, isns::Status::Successful);
  const base::Bytes value(60000, 7);
  for (int i = 0; i < 3; ++i) writer.attributes().raw(isns::tag::kVirtualFabricId, value);
  writer.finish();
  ASSERT_TRUE(isns::signMessage(out, 0, privateKey(pair), "server", 77));
  const auto parts = signedParts(out);
  ASSERT_EQ(parts.size(), 3U);
  for (const auto& [headerAndPayload, block] : parts) {
    EXPECT_TRUE(publicKey(pair).verifies(headerAndPayload, *isns::decodeAuthBlock(block)));
  }
}

TEST(DsaKey, IsReadFromPemOnlyAndMustBeDsaOf1024To3072Bits) {
  const KeyPair pair = makeDsaKey();
  EXPECT_TRUE(isns::PublicKey::fromPem(pair.publicPem));
  EXPECT_FALSE(isns::PublicKey::fromPem(pair.privatePem));
  EXPECT_FALSE(isns::PrivateKey::fromPem(pair.publicPem));
  EXPECT_FALSE(isns::PublicKey::fromPem(""));
  EXPECT_FALSE(isns::PublicKey::fromPem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_EQ(isns::PublicKey::fromPem(makeKeyOfType("ED25519").publicPem).error().text, "not a DSA key");
  EXPECT_EQ(isns::PublicKey::fromPem(makeDsaShape(96)).error().text,
            "a DSA key of 768 bits; 1024 to 3072 are accepted");
  EXPECT_EQ(isns::PublicKey::fromPem(makeDsaShape(512)).error().text,
            "a DSA key of 4096 bits; 1024 to 3072 are accepted");
}

}  // namespace
