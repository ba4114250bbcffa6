#include "isns-server/session/authenticator.h"

#include <algorithm>

namespace session {
namespace {

struct ReasonRow {
  AuthReason reason;
  isns::Status status;
  std::string_view text;
};

constexpr ReasonRow kReasons[] = {
    {AuthReason::NotChecked, isns::Status::Successful, "not checked"},
    {AuthReason::NotSigned, isns::Status::Successful, "not signed"},
    {AuthReason::Verified, isns::Status::Successful, "verified"},
    {AuthReason::SignatureMissing, isns::Status::SourceUnauthorized, "a signature is required and missing"},
    {AuthReason::Malformed, isns::Status::MessageFormatError, "malformed authentication block"},
    {AuthReason::UnknownAlgorithm, isns::Status::OptionNotUnderstood, "signature algorithm is not DSA with SHA-1"},
    {AuthReason::DifferentSigners, isns::Status::SourceUnauthorized, "PDUs of one message signed by different names"},
    {AuthReason::UnknownSpi, isns::Status::SourceUnauthorized, "no key of this name"},
    {AuthReason::OutsideWindow, isns::Status::SourceUnauthorized, "timestamp too far from the server's clock"},
    {AuthReason::Replayed, isns::Status::SourceUnauthorized, "timestamp older than the last one"},
    {AuthReason::BadSignature, isns::Status::SourceUnauthorized, "wrong signature"},
    {AuthReason::TableFull, isns::Status::Busy, "too many peers"},
};

static_assert([] {
  for (std::size_t i = 0; i < std::size(kReasons); ++i) {
    if (static_cast<std::size_t>(kReasons[i].reason) != i) return false;
  }
  return true;
}());

const ReasonRow& rowOf(AuthReason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

std::uint64_t secondsOf(base::WallTime time) { return static_cast<std::uint64_t>(base::unixSeconds(time)); }

std::uint64_t secondsOf(std::chrono::seconds span) { return static_cast<std::uint64_t>(span.count()); }

}  // namespace

std::string_view authReasonText(AuthReason reason) { return rowOf(reason).text; }

AuthResult Authenticator::authenticate(const isns::Message& message, base::WallTime now) {
  AuthResult result;
  const bool isSigned = !message.signedPdus.empty();
  if (settings_.mode == AuthMode::Off) return result;
  if (!isSigned) {
    result.reason = settings_.mode == AuthMode::Require ? AuthReason::SignatureMissing : AuthReason::NotSigned;
  } else {
    result.reason = check(message, now, result.spi);
  }
  result.status = rowOf(result.reason).status;
  return result;
}

AuthReason Authenticator::check(const isns::Message& message, base::WallTime now, std::string_view& spi) {
  const isns::PublicKey* key = nullptr;
  std::uint64_t newest = 0;
  for (const isns::SignedPdu& pdu : message.signedPdus) {
    const auto block = isns::decodeAuthBlock(pdu.authenticationBlock);
    if (!block) return AuthReason::Malformed;
    if (block->structure != isns::kDsaSha1) return AuthReason::UnknownAlgorithm;
    if (key == nullptr) {
      spi = block->spi;
      key = keys_ ? keys_->find(spi) : nullptr;
      if (key == nullptr) return AuthReason::UnknownSpi;
    } else if (block->spi != spi) {
      return AuthReason::DifferentSigners;
    }
    // The clock first: it costs nothing, and a replayed message then costs nothing either.
    if (const AuthReason time = checkTime(spi, block->timestamp, now); time != AuthReason::Verified) return time;
    if (!key->verifies(pdu.headerAndPayload, *block)) return AuthReason::BadSignature;
    newest = std::max(newest, block->timestamp);
  }
  return remember(spi, newest, now) ? AuthReason::Verified : AuthReason::TableFull;
}

AuthReason Authenticator::checkTime(std::string_view spi, std::uint64_t timestamp, base::WallTime now) const {
  const std::uint64_t ours = secondsOf(now);
  const std::uint64_t apart = timestamp > ours ? timestamp - ours : ours - timestamp;
  if (apart > secondsOf(settings_.replayWindow)) return AuthReason::OutsideWindow;
  const auto last = lastAccepted_.find(std::string(spi));
  const bool older =
      last != lastAccepted_.end() && timestamp < last->second && last->second - timestamp > secondsOf(settings_.jitter);
  return older ? AuthReason::Replayed : AuthReason::Verified;
}

bool Authenticator::remember(std::string_view spi, std::uint64_t timestamp, base::WallTime now) {
  const auto at = lastAccepted_.find(std::string(spi));
  if (at != lastAccepted_.end()) {
    at->second = std::max(at->second, timestamp);
    return true;
  }
  if (lastAccepted_.size() >= settings_.maxPeers) forgetOld(now);
  if (lastAccepted_.size() >= settings_.maxPeers) return false;
  lastAccepted_.emplace(spi, timestamp);
  return true;
}

void Authenticator::forgetOld(base::WallTime now) {
  if (now < nextSweep_) return;
  nextSweep_ = now + std::chrono::seconds(1);
  const std::uint64_t reach = secondsOf(settings_.replayWindow) + secondsOf(settings_.jitter);
  std::erase_if(lastAccepted_, [&](const auto& peer) { return peer.second + reach < secondsOf(now); });
}

base::Status Authenticator::sign(base::Bytes& out, std::size_t start, base::WallTime now) const {
  if (!canSign()) return base::fail("this server has no key to sign with");
  return isns::signMessage(out, start, identity_->key, identity_->spi, secondsOf(now));
}

}  // namespace session
