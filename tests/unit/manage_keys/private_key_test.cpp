#include "shared/mgmt/private_key.h"

#include <gmock/gmock.h>

#include "tests/unit/manage_keys/openssl_command.h"

namespace keys_test {
namespace {

using mgmt::PrivateKey;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

base::Secret secret(std::string_view text) { return std::move(*base::Secret::from(text)); }

TEST(PrivateKey, IsReadByOpensslAndReadsWhatOpensslWrites) {
  Openssl openssl;
  const PrivateKey key = *PrivateKey::generate();
  const auto pem = key.toPem();
  ASSERT_TRUE(pem);
  openssl.put("key.pem", pem->reveal());
  EXPECT_THAT(openssl.run("pkey -in key.pem -noout -text"), HasSubstr("NIST CURVE: P-256"));
  EXPECT_EQ(PrivateKey::fromPem(*pem)->publicFingerprint(), key.publicFingerprint());
  (void)openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.pem");
  EXPECT_TRUE(PrivateKey::fromPem(secret(openssl.get("other.pem"))));
}

// It would otherwise wait at the terminal for a passphrase.
TEST(PrivateKey, AnEncryptedOneIsRefusedAndNobodyIsAsked) {
  Openssl openssl;
  (void)openssl.run("ecparam -name secp112r1 -genkey -noout -out plain.pem");  // short, to fit into a Secret
  (void)openssl.run("ec -in plain.pem -aes128 -passout pass:secret -out locked.pem");
  const std::string locked = openssl.get("locked.pem");
  ASSERT_THAT(locked, HasSubstr("ENCRYPTED"));
  ASSERT_LE(locked.size(), base::Secret::kMaxSize);
  const auto key = PrivateKey::fromPem(secret(locked));
  ASSERT_FALSE(key);
  EXPECT_THAT(key.error().text, HasSubstr("without a passphrase"));
}

TEST(PrivateKey, OnAnotherCurveOrOfAnotherKindIsRefused) {
  Openssl openssl;
  (void)openssl.run("genpkey -algorithm ED25519 -out ed.pem");
  (void)openssl.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp224r1 -out p224.pem");
  EXPECT_THAT(PrivateKey::fromPem(secret(openssl.get("ed.pem"))).error().text, HasSubstr("P-256"));
  EXPECT_THAT(PrivateKey::fromPem(secret(openssl.get("p224.pem"))).error().text, HasSubstr("P-256"));
}

TEST(PrivateKey, NoErrorHoldsAPartOfWhatWasGiven) {
  const auto result =
      PrivateKey::fromPem(secret("-----BEGIN PRIVATE KEY-----\nplantedplanted\n-----END PRIVATE KEY-----\n"));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text, AllOf(Not(IsEmpty()), Not(HasSubstr("planted"))));
  EXPECT_FALSE(PrivateKey::fromPem({}));
}

}  // namespace
}  // namespace keys_test
