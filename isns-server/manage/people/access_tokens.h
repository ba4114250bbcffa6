// Tokens by which people and programs show who they are, request by request: sessions after a login, and API tokens.
//
// Opaque: 32 random bytes in token text (mgmt/token_text.h), of which only the hash is kept. Every one has an end: a
// session 12 hours and half an hour of rest, an API token the day that its maker must name, a year at most. An API
// token may have fewer roles than its user; it never has more than the user has now. When a user is disabled, removed
// or gets another password, removeAll() takes all of them. An API token knows what it was made with, and goes with it:
// with the token, and so on from hand to hand, or with the certificate. What a session made outlives its end, but not
// its theft. Of tokens that were stored before this was known it is unknown.
//
// A token that was made later than it is now, beyond kTolerance, was made while the clock was ahead: it is refused
// until its time has come.
//
// One owner, no locks. Bounds: kMaxSessions and kMaxApiTokens a user (of sessions the one used longest ago makes room,
// an API token more is refused), kMaxTokens in all.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isns-server/manage/people/rights.h"
#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/base/secret.h"
#include "shared/mgmt/fingerprint.h"

namespace people {

enum class TokenKind : std::uint8_t { Session, Api };

struct AccessToken {
  mgmt::Fingerprint hash;
  TokenKind kind = TokenKind::Session;
  std::string user;
  std::string name;  // of an API token, for people
  RoleSet roles;     // at most these
  base::WallTime madeAt{};
  base::WallTime expires{};
  base::WallTime lastUsed{};
  std::string lastAddress;
  std::optional<Login> madeWith;  // of an API token; nothing: of a session, or it is unknown
};

enum class AccessFault : std::uint8_t { Malformed, Unknown, Expired, Idle, ClockWentBack };
std::string_view accessFaultWord(AccessFault fault);

class AccessTokens {
 public:
  static constexpr std::chrono::hours kSessionLifetime{12};
  static constexpr std::chrono::minutes kSessionRest{30};
  static constexpr std::chrono::hours kLongestApiToken{366 * 24};
  static constexpr std::chrono::minutes kUseNoted{5};
  static constexpr std::chrono::minutes kTolerance{5};  // as keys/certificate_clock.h
  static constexpr std::size_t kMaxSessions = 16;
  static constexpr std::size_t kMaxApiTokens = 32;
  static constexpr std::size_t kMaxTokens = 50000;

  struct Issued {
    base::Secret text;
    AccessToken record;
    std::vector<AccessToken> removed;  // sessions that made room
  };
  [[nodiscard]] base::Result<Issued> openSession(std::string_view user, RoleSet roles, std::string_view address,
                                                 base::WallTime now, const base::RandomSource& random);
  // `maker`: whose login makes it; what he is in the token is his name and how he came in, with these `roles`.
  [[nodiscard]] base::Result<Issued> makeApiToken(const Principal& maker, std::string_view name, RoleSet roles,
                                                  base::WallTime expires, base::WallTime now,
                                                  const base::RandomSource& random);

  struct Use {
    const AccessToken* token = nullptr;
    bool toStore = false;  // its last use is to be stored: at most every five minutes
  };
  [[nodiscard]] base::Result<Use, AccessFault> use(std::string_view text, std::string_view address, base::WallTime now);

  // What is taken out is given back, for who must load() it again. First the token itself, then, of an API token, what
  // was made with it.
  std::vector<AccessToken> remove(const mgmt::Fingerprint& hash);
  // API tokens that were made with it, and with those, and so on.
  std::vector<AccessToken> removeMadeWith(const Login& login);
  std::vector<AccessToken> removeAll(std::string_view user);
  // Those that have ended, to be erased.
  std::vector<AccessToken> prune(base::WallTime now);
  [[nodiscard]] std::vector<const AccessToken*> ofUser(std::string_view user) const;
  void load(AccessToken token) { tokens_.insert_or_assign(token.hash, std::move(token)); }
  [[nodiscard]] const AccessToken* find(const mgmt::Fingerprint& hash) const {
    const auto at = tokens_.find(hash);
    return at == tokens_.end() ? nullptr : &at->second;
  }
  // One that has not ended; nullptr: it has, or there is none.
  [[nodiscard]] const AccessToken* live(const mgmt::Fingerprint& hash, base::WallTime now) const;
  // Of the text of a token, whether there is one or not; nothing: it is none.
  [[nodiscard]] static std::optional<mgmt::Fingerprint> hashOf(std::string_view text);
  [[nodiscard]] std::size_t size() const { return tokens_.size(); }

 private:
  [[nodiscard]] base::Result<Issued> issue(AccessToken record, const base::RandomSource& random);
  [[nodiscard]] std::vector<const AccessToken*> ofUser(std::string_view user, TokenKind kind) const;
  std::vector<AccessToken> takeOut(const std::function<bool(const AccessToken&)>& which);
  std::map<mgmt::Fingerprint, AccessToken> tokens_;
};

}  // namespace people
