#include "isns-server/manage/keys/enrolment.h"

#include <algorithm>
#include <array>

#include "shared/mgmt/identity.h"

namespace keys {
namespace {

constexpr std::array<std::string_view, 6> kWords{"malformed", "other-authority", "unknown", "expired",
                                                 "used",      "clock-went-back"};

base::Failure<TokenRefusal> refuse(TokenFault fault, std::string text) {
  return base::fail(TokenRefusal{fault, std::move(text)});
}
base::Failure<TokenRefusal> refuse(TokenFault fault) {
  return refuse(fault, "the token is not valid: ask for a new one (it is good for one hour and one use)");
}

}  // namespace

std::string_view tokenFaultWord(TokenFault fault) { return kWords[static_cast<std::size_t>(fault)]; }

base::Result<EnrolmentTokens::Issued> EnrolmentTokens::issue(const EnrolmentGrant& grant, const mgmt::Fingerprint& root,
                                                             base::WallTime now, const base::RandomSource& random) {
  if (auto uris = mgmt::toUris({mgmt::PeerKind::Agent, grant.entity, grant.nodes, {}}); !uris) {
    return base::fail(uris.error());
  }
  const auto waits = [&](const auto& one) { return !one.second.used() && now < one.second.expiresAt; };
  if (std::count_if(tokens_.begin(), tokens_.end(), waits) >= static_cast<std::ptrdiff_t>(kMaxOutstanding) ||
      tokens_.size() >= kMaxKept) {
    return base::fail("too many enrolment tokens wait for their agents: withdraw some, or wait for an hour");
  }
  base::Result<mgmt::EnrolmentToken> token = mgmt::EnrolmentToken::make(root, random);
  if (!token) return base::fail(token.error());
  TokenRecord record{token->secretHash(), grant, now, now + kLifetime, {}, {}};
  if (!tokens_.emplace(record.hash, record).second) return base::fail("the random source repeats itself");
  return Issued{token->text(), std::move(record)};
}

base::Result<mgmt::Fingerprint, TokenRefusal> EnrolmentTokens::hashOf(std::string_view text,
                                                                      std::span<const mgmt::Fingerprint> roots,
                                                                      base::WallTime now) const {
  const base::Result<mgmt::EnrolmentToken> token = mgmt::EnrolmentToken::parse(text);
  if (!token) return refuse(TokenFault::Malformed, token.error().text);
  const auto pinned = [&](const mgmt::Fingerprint& root) { return token->pins(root); };
  if (std::none_of(roots.begin(), roots.end(), pinned)) {
    return refuse(TokenFault::OtherAuthority, "the token was made by another management server");
  }
  const auto at = tokens_.find(token->secretHash());
  if (at == tokens_.end()) return refuse(TokenFault::Unknown);
  const TokenRecord& record = at->second;
  if (now + std::chrono::minutes(5) < record.madeAt) {
    return refuse(TokenFault::ClockWentBack, "the server's clock went back: the token cannot be judged");
  }
  if (now >= record.expiresAt) return refuse(TokenFault::Expired);
  return at->first;
}

std::optional<TokenRefusal> EnrolmentTokens::problemWith(std::string_view text,
                                                         std::span<const mgmt::Fingerprint> roots,
                                                         base::WallTime now) const {
  const auto hash = hashOf(text, roots, now);
  if (hash) return std::nullopt;
  return hash.error();
}

base::Result<TokenRecord, TokenRefusal> EnrolmentTokens::redeem(std::string_view text, const mgmt::Fingerprint& key,
                                                                std::span<const mgmt::Fingerprint> roots,
                                                                base::WallTime now) {
  const auto hash = hashOf(text, roots, now);
  if (!hash) return base::fail(hash.error());
  TokenRecord& record = tokens_.at(*hash);
  if (record.used() && record.usedByKey != key) return refuse(TokenFault::Used);
  if (!record.used()) {
    record.usedByKey = key;
    record.usedAt = now;
  }
  return record;
}

bool EnrolmentTokens::isUsed(const mgmt::Fingerprint& hash) const {
  const auto at = tokens_.find(hash);
  return at != tokens_.end() && at->second.used();
}

bool EnrolmentTokens::withdraw(const mgmt::Fingerprint& hash) {
  const auto at = tokens_.find(hash);
  if (at == tokens_.end() || at->second.used()) return false;
  tokens_.erase(at);
  return true;
}

std::vector<TokenRecord> EnrolmentTokens::takeOut(const std::function<bool(const TokenRecord&)>& which) {
  std::vector<TokenRecord> out;
  std::erase_if(tokens_, [&](const auto& one) {
    if (!which(one.second)) return false;
    out.push_back(one.second);
    return true;
  });
  return out;
}

std::vector<mgmt::Fingerprint> EnrolmentTokens::prune(base::WallTime now) {
  std::vector<mgmt::Fingerprint> gone;
  std::erase_if(tokens_, [&](const auto& one) {
    if (now < one.second.expiresAt) return false;
    gone.push_back(one.first);
    return true;
  });
  return gone;
}

}  // namespace keys
