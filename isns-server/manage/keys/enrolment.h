// One-time enrolment tokens on the server's side: made for one agent, good for one hour, used once.
//
// Only the hash of a token is kept, with what it was made for. An agent that died between asking and getting its
// certificate asks again with the same key: within the hour the same token gives the same grant to the same key, and to
// nobody else. One owner, no locks. Bounds: kMaxOutstanding tokens that were neither used nor ran out, kMaxKept with
// those that prune() has not taken yet; a further one is refused. Refusals to strangers do not say whether a token ever
// was: unknown, used and expired are told apart in the code, for the audit, and the text that goes out is one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/login.h"
#include "shared/base/clock.h"
#include "shared/mgmt/enrolment_token.h"

namespace keys {

struct EnrolmentGrant {
  std::string agent;               // how people call it
  std::string entity;              // EID
  std::vector<std::string> nodes;  // iSCSI names that it may register and speak for
  std::string madeBy;              // user
  std::optional<manage::Login> madeWith{};  // nothing: it is unknown
};

struct TokenRecord {
  mgmt::Fingerprint hash;
  EnrolmentGrant grant;
  base::WallTime madeAt;
  base::WallTime expiresAt;
  mgmt::Fingerprint usedByKey{};  // the public key that it was used for; all zeroes: not yet
  base::WallTime usedAt{};

  [[nodiscard]] bool used() const { return usedByKey != mgmt::Fingerprint{}; }
};

enum class TokenFault : std::uint8_t { Malformed, OtherAuthority, Unknown, Expired, Used, ClockWentBack };
std::string_view tokenFaultWord(TokenFault fault);

struct TokenRefusal {
  TokenFault fault = TokenFault::Unknown;
  std::string text;  // for the one who asked
};

class EnrolmentTokens {
 public:
  static constexpr std::chrono::hours kLifetime{1};
  static constexpr std::size_t kMaxOutstanding = 1024;
  static constexpr std::size_t kMaxKept = 8192;

  // The text goes to the administrator once; the record is what to store.
  struct Issued {
    base::Secret text;
    TokenRecord record;
  };
  [[nodiscard]] base::Result<Issued> issue(const EnrolmentGrant& grant, const mgmt::Fingerprint& root,
                                           base::WallTime now, const base::RandomSource& random);
  // Why a token would not be redeemed, whatever the key: before anything is done for who may be a stranger.
  [[nodiscard]] std::optional<TokenRefusal> problemWith(std::string_view text, std::span<const mgmt::Fingerprint> roots,
                                                        base::WallTime now) const;
  // `key`: of the certificate request that came with it. The record is to be stored before the certificate goes out.
  [[nodiscard]] base::Result<TokenRecord, TokenRefusal> redeem(std::string_view text, const mgmt::Fingerprint& key,
                                                               std::span<const mgmt::Fingerprint> roots,
                                                               base::WallTime now);
  [[nodiscard]] bool isUsed(const mgmt::Fingerprint& hash) const;
  // Takes back a token that was not used; false: there is none.
  bool withdraw(const mgmt::Fingerprint& hash);
  // Takes out those that are void from now on, used or not; load() brings one back.
  std::vector<TokenRecord> takeOut(const std::function<bool(const TokenRecord&)>& which);
  // Forgets what has run out; their hashes, to be erased.
  std::vector<mgmt::Fingerprint> prune(base::WallTime now);

  void load(TokenRecord record) { tokens_.insert_or_assign(record.hash, std::move(record)); }
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  // Of a token that holds.
  [[nodiscard]] base::Result<mgmt::Fingerprint, TokenRefusal> hashOf(std::string_view text,
                                                                     std::span<const mgmt::Fingerprint> roots,
                                                                     base::WallTime now) const;
  std::map<mgmt::Fingerprint, TokenRecord> tokens_;
};

}  // namespace keys
