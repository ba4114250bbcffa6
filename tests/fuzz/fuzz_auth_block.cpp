// Signed PDUs through the assembler and the authenticator.
//
// The key store gives one public key for every name; the corpus holds the only message that its owner ever signed, sent
// by open-isns. Rules: a block that can be read is written again byte for byte, and nothing but that message is ever
// taken for authentic.
#include "isns-server/session/authenticator.h"
#include "shared/isns/assembler.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/unit/isns/isnsadm_message.h"

namespace {

class OneKey final : public session::KeyStore {
 public:
  [[nodiscard]] const isns::PublicKey* find(std::string_view) const override { return &key_; }

 private:
  isns::PublicKey key_ = *isns::PublicKey::fromPem(isns_test::kIsnsadmKey);
};

const std::shared_ptr<const session::KeyStore>& oneKey() {
  static const std::shared_ptr<const session::KeyStore> store = std::make_shared<OneKey>();
  return store;
}

struct Sink {
  session::Authenticator authenticator{{session::AuthMode::Require}, oneKey(), std::nullopt};

  bool onMessage(const isns::Message& message) {
    for (const isns::SignedPdu& pdu : message.signedPdus) {
      if (const auto block = isns::decodeAuthBlock(pdu.authenticationBlock)) {
        base::Bytes again;
        isns::encodeAuthBlock(again, *block);
        fuzz::check(base::equal(again, pdu.authenticationBlock), "a block is written as it was read");
      }
    }
    const auto result =
        authenticator.authenticate(message, base::WallTime(std::chrono::seconds(isns_test::kIsnsadmSignedAt)));
    fuzz::check((result.status == isns::Status::Successful) == result.verified(), "only the verified get in");
    if (!result.verified()) return true;
    constexpr auto kSignedBytes = base::ByteView(isns_test::kIsnsadmMessage).first(isns_test::kIsnsadmSignedSize);
    for (const isns::SignedPdu& pdu : message.signedPdus) {
      fuzz::check(base::equal(pdu.headerAndPayload, kSignedBytes), "only what was signed is authentic");
      fuzz::check(isns::decodeAuthBlock(pdu.authenticationBlock)->timestamp == isns_test::kIsnsadmSignedAt,
                  "the timestamp is signed");
    }
    return true;
  }
  bool onFault(const isns::FramingFault&) { return true; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  isns::MessageAssembler assembler({1 << 16, 8});
  Sink sink;
  assembler.feed({data, size}, sink);
  return 0;
}
