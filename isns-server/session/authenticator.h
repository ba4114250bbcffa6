// Who signed a message (RFC 4171 5.5), and the server's own signature. Pure; one owner, no locks.
//
// What open-isns 0.101 does, read in its source and seen on the wire between isnsadm and isnsd with keys:
//   - With Security=1 a client signs every message and drops every message that is not signed by the server's key; it
//     waits 60 s and then says "timed out". So every answer to a signed request is signed here, refusals too, and SCN
//     and ESI to portals that a signed message registered (core::Portal::signs) as well: sign().
//   - A client takes any SPI of the server's; it checks the signature and that the timestamp is within its window
//     (2 minutes as configured by default) and at most 1 s older than the last one.
//   - A client without Security skips the block of a signed answer. Others (tgt, FreeBSD, iscsiadm on UDP) were not
//     made for it, so answers to unsigned requests are never signed.
//   - isnsd silently drops a request that is not signed, signed by a stranger or signed wrongly. Here such a request is
//     answered, so that the administrator sees a reason instead of a time-out: isnsadm takes the answers made here and
//     prints "Source unauthorized" at once.
//   - The SPI is the client's AuthName, by default its host name, and "isns.control" for `isnsadm --control`; it is no
//     iSCSI name. isnsd lets the SPI "a.example.com" use the source names iqn.[YYYY-MM.]com.example.a, alone or
//     followed by '.', ':' or '-', and the entity of the SPI's name. That check needs the registry's names and is the
//     caller's.
//   - Keys are DSA-1024; isnsd --init makes them with OpenSSL 3, `openssl dsaparam 1024` and `openssl gendsa` too.
//
// Statuses. RFC 4171 has no code for a failed authentication. 13 Option Not Understood is given for an algorithm that
// is not known here, 2 for a malformed block, 12 when the table below is full, and 8 Source Unauthorized for all else:
// a missing signature, a stranger, a wrong signature, a timestamp outside of the window or older than the last one. The
// reason is for log and metrics; the peer is not told which of these it was.
//
// Replay: a timestamp must be within `replayWindow` of our clock and not older than the last one accepted from the same
// SPI less `jitter` (a client signs many messages in one second). So a message may be replayed within the jitter, and
// within the window after a restart; TLS or IPsec is the remedy where that matters. Unlike in isnsd a timestamp counts
// only after its signature was verified, so a forged one locks nobody out.
//
// Bound: `maxPeers` remembered timestamps. Only holders of a known key get in. Those that the window refuses anyway are
// forgotten; when none is left to forget, further peers get status 12.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "isns-server/session/key_store.h"
#include "shared/base/clock.h"
#include "shared/isns/message.h"
#include "shared/isns/status.h"

namespace session {

enum class AuthMode : std::uint8_t {
  Off,      // blocks are ignored, nothing is signed
  Accept,   // a message that is signed must be signed well
  Require,  // every message must be signed
};

enum class AuthReason : std::uint8_t {
  NotChecked,  // mode off
  NotSigned,   // and need not be
  Verified,
  SignatureMissing,
  Malformed,
  UnknownAlgorithm,
  DifferentSigners,  // PDUs of one message with different SPIs
  UnknownSpi,
  OutsideWindow,
  Replayed,
  BadSignature,
  TableFull,
};
std::string_view authReasonText(AuthReason reason);

struct AuthResult {
  isns::Status status = isns::Status::Successful;
  AuthReason reason = AuthReason::NotChecked;
  std::string_view spi;  // proven where Verified, claimed where refused; lives as long as the message

  [[nodiscard]] bool verified() const { return reason == AuthReason::Verified; }
};

struct AuthSettings {
  AuthMode mode = AuthMode::Off;
  std::chrono::seconds replayWindow{120};  // not negative
  std::chrono::seconds jitter{1};          // not negative
  std::size_t maxPeers = kMaxKeys;
};

struct ServerIdentity {
  std::string spi;  // 1 to isns::kMaxSpi bytes
  isns::PrivateKey key;
};

class Authenticator {
 public:
  Authenticator(AuthSettings settings, std::shared_ptr<const KeyStore> keys, std::optional<ServerIdentity> identity)
      : settings_(settings), keys_(std::move(keys)), identity_(std::move(identity)) {}

  // What was read again, of the configuration or from disk; remembered timestamps stay.
  void configure(AuthSettings settings, std::shared_ptr<const KeyStore> keys, std::optional<ServerIdentity> identity) {
    settings_ = settings;
    keys_ = std::move(keys);
    identity_ = std::move(identity);
  }

  // The same, and the keys stay.
  void configure(AuthSettings settings) { settings_ = settings; }
  [[nodiscard]] bool hasKeys() const { return keys_ != nullptr; }

  AuthResult authenticate(const isns::Message& message, base::WallTime now);
  // Whether the answer to this message is to be signed, whatever it is.
  [[nodiscard]] bool signsAnswerTo(const isns::Message& message) const {
    return !message.signedPdus.empty() && canSign();
  }

  // Signs the message that begins at `start` and ends with the vector. Fails, and leaves it as it was, where the
  // server has no key or OpenSSL refuses.
  base::Status sign(base::Bytes& out, std::size_t start, base::WallTime now) const;
  [[nodiscard]] bool canSign() const { return settings_.mode != AuthMode::Off && identity_.has_value(); }

  [[nodiscard]] std::size_t rememberedPeers() const { return lastAccepted_.size(); }

 private:
  AuthReason check(const isns::Message& message, base::WallTime now, std::string_view& spi);
  AuthReason checkTime(std::string_view spi, std::uint64_t timestamp, base::WallTime now) const;
  bool remember(std::string_view spi, std::uint64_t timestamp, base::WallTime now);
  void forgetOld(base::WallTime now);

  AuthSettings settings_;
  std::shared_ptr<const KeyStore> keys_;
  std::optional<ServerIdentity> identity_;
  std::unordered_map<std::string, std::uint64_t> lastAccepted_;  // seconds since 1970, by SPI
  base::WallTime nextSweep_{};
};

}  // namespace session
