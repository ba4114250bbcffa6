#include "shared/mgmt/enrolment_token.h"

#include "shared/mgmt/token_text.h"

namespace mgmt {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPayload = 1 + EnrolmentToken::kPinSize + EnrolmentToken::kSecretSize;

}  // namespace

base::Result<EnrolmentToken> EnrolmentToken::make(const Fingerprint& root, const base::RandomSource& random) {
  EnrolmentToken token;
  std::memcpy(token.pin_.data(), root.bytes.data(), kPinSize);
  std::array<std::uint8_t, kSecretSize> bytes{};
  if (!random(bytes)) return base::fail("no random bytes for a token");
  token.secret_ = std::move(*base::Secret::from(base::ByteView(bytes)));
  base::wipe(bytes);
  return token;
}

base::Result<EnrolmentToken> EnrolmentToken::parse(std::string_view text) {
  base::Result<base::Secret> payload = fromTokenText(text, kPayload);
  if (!payload) return base::fail(payload.error());
  const base::ByteView bytes = payload->reveal();
  if (bytes[0] != kVersion) return base::fail("a token of another version or for another purpose");
  EnrolmentToken token;
  std::memcpy(token.pin_.data(), bytes.data() + 1, kPinSize);
  token.secret_ = std::move(*base::Secret::from(bytes.subspan(1 + kPinSize)));
  return token;
}

base::Secret EnrolmentToken::text() const {
  std::array<std::uint8_t, kPayload> payload{};
  payload[0] = kVersion;
  std::memcpy(payload.data() + 1, pin_.data(), kPinSize);
  std::memcpy(payload.data() + 1 + kPinSize, secret_.reveal().data(), kSecretSize);
  base::Secret text = toTokenText(payload);
  base::wipe(payload);
  return text;
}

bool EnrolmentToken::pins(const Fingerprint& root) const {
  return base::equalInConstantTime(pin_, root.view().first(kPinSize));
}

}  // namespace mgmt
