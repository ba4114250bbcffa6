// Known answers from the standards.
#include "isns-server/manage/keys/digests.h"

#include <gtest/gtest.h>

#include <string>

namespace {

std::string hex(base::ByteView bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}
base::Bytes bytesOf(const std::string& text) {
  base::Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

TEST(Digests, HmacIsThatOfRfc4231) {
  EXPECT_EQ(hex(*keys::hmacSha256(base::Bytes(20, 0x0b), base::asBytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(*keys::hmacSha256(base::asBytes("Jefe"), base::asBytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digests, HkdfIsThatOfRfc5869) {
  const base::Bytes info = bytesOf("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(hex(keys::hkdfSha256(base::Bytes(22, 0x0b), bytesOf("000102030405060708090a0b0c"), base::asText(info), 42)
                    ->reveal()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(hex(keys::hkdfSha256(base::Bytes(22, 0x0b), {}, {}, 42)->reveal()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Digests, ScryptIsThatOfRfc7914) {
  EXPECT_EQ(hex(keys::scrypt(base::asBytes("password"), base::asBytes("NaCl"), {10, 8, 16}, 64)->reveal()),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a"
            "83ee6d8"
            "360cbdfa2cc0640");
  EXPECT_EQ(
      hex(keys::scrypt(base::asBytes("pleaseletmein"), base::asBytes("SodiumChloride"), {14, 8, 1}, 64)->reveal()),
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40"
      "d"
      "fcf017b45575887");
}

TEST(Digests, ScryptBeyondItsBoundsIsRefused) {
  for (const keys::ScryptCost cost :
       {keys::ScryptCost{21, 8, 1}, {0, 8, 1}, {10, 9, 1}, {10, 0, 1}, {10, 8, 17}, {10, 8, 0}}) {
    EXPECT_FALSE(keys::scrypt(base::asBytes("p"), base::asBytes("s"), cost, 32));
  }
}

// The Galois/Counter Mode of Operation (McGrew, Viega), test case 16.
TEST(Digests, AesGcmIsThatOfItsPaper) {
  const base::Bytes key = bytesOf("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const base::Bytes nonce = bytesOf("cafebabefacedbaddecaf888");
  const base::Bytes associated = bytesOf("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const base::Bytes plain = bytesOf(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba"
      "637b39");
  base::Bytes sealed;
  ASSERT_TRUE(keys::gcmSeal(key, nonce, associated, plain, sealed));
  EXPECT_EQ(hex(sealed),
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393"
            "ba7a0abc"
            "c9f66276fc6ece0f4e1768cddf8853bb2d551b");
  base::Bytes opened(plain.size());
  ASSERT_TRUE(keys::gcmOpen(key, nonce, associated, sealed, opened));
  EXPECT_EQ(opened, plain);
  sealed[0] ^= 1;
  EXPECT_FALSE(keys::gcmOpen(key, nonce, associated, sealed, opened));
  EXPECT_EQ(opened, base::Bytes(plain.size()));
}

}  // namespace
