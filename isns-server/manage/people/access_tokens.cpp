#include "isns-server/manage/people/access_tokens.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "shared/mgmt/token_text.h"

namespace people {
namespace {

constexpr std::size_t kSecretSize = 32;
constexpr std::size_t kMaxTokenName = 64;
constexpr std::array<std::string_view, 5> kFaults{"malformed", "unknown", "expired", "idle", "clock-went-back"};

// The first byte tells an enrolment token (1) from these, so that one typed in the wrong place is malformed.
std::uint8_t versionOf(TokenKind kind) { return kind == TokenKind::Session ? 2 : 3; }

// It stands in paths of the API and in audit records.
bool isTokenName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-' || c == '@' || c == ' ';
  };
  const bool dots = name == "." || name == "..";
  return !name.empty() && name.size() <= kMaxTokenName && !dots && std::all_of(name.begin(), name.end(), fits);
}

AccessFault faultOf(const AccessToken& token, base::WallTime now) {
  return now >= token.expires ? AccessFault::Expired : AccessFault::Idle;
}

bool isOfLater(const AccessToken& token, base::WallTime now) { return now + AccessTokens::kTolerance < token.madeAt; }

bool hasEnded(const AccessToken& token, base::WallTime now) {
  const bool rested = token.kind == TokenKind::Session && now - token.lastUsed >= AccessTokens::kSessionRest;
  return now >= token.expires || rested;
}

}  // namespace

std::string_view accessFaultWord(AccessFault fault) { return kFaults[static_cast<std::size_t>(fault)]; }

base::Result<AccessTokens::Issued> AccessTokens::issue(AccessToken record, const base::RandomSource& random) {
  if (tokens_.size() >= kMaxTokens) return base::fail("there are 50000 tokens already");
  std::array<std::uint8_t, 1 + kSecretSize> bytes{versionOf(record.kind)};
  if (!random(std::span(bytes).subspan(1))) return base::fail("no random bytes for a token");
  record.hash = mgmt::sha256(bytes);
  Issued issued{mgmt::toTokenText(bytes), record, {}};
  base::wipe(bytes);
  if (!tokens_.emplace(record.hash, std::move(record)).second) return base::fail("the random source repeats itself");
  return issued;
}

base::Result<AccessTokens::Issued> AccessTokens::openSession(std::string_view user, RoleSet roles,
                                                             std::string_view address, base::WallTime now,
                                                             const base::RandomSource& random) {
  std::vector<AccessToken> removed;
  std::vector<const AccessToken*> open = ofUser(user, TokenKind::Session);
  std::sort(open.begin(), open.end(),
            [](const AccessToken* a, const AccessToken* b) { return a->lastUsed < b->lastUsed; });
  for (std::size_t i = 0; open.size() - i >= kMaxSessions; ++i) removed.push_back(*open[i]);
  for (const AccessToken& token : removed) tokens_.erase(token.hash);
  AccessToken record;
  record.kind = TokenKind::Session;
  record.user = user;
  record.roles = roles;
  record.madeAt = record.lastUsed = now;
  record.expires = now + kSessionLifetime;
  record.lastAddress = address;
  base::Result<Issued> issued = issue(std::move(record), random);
  if (issued) issued->removed = std::move(removed);
  return issued;
}

base::Result<AccessTokens::Issued> AccessTokens::makeApiToken(const Principal& maker, std::string_view name,
                                                              RoleSet roles, base::WallTime expires, base::WallTime now,
                                                              const base::RandomSource& random) {
  if (!isTokenName(name)) return base::fail("a token's name is 1 to 64 letters, digits, blanks and . _ - @");
  if (roles.empty()) return base::fail("a token has at least one role of its user");
  if (expires <= now) return base::fail("a token ends in the future: name the day");
  if (expires - now > kLongestApiToken) return base::fail("a token is good for a year at most");
  if (ofUser(maker.user, TokenKind::Api).size() >= kMaxApiTokens) return base::fail("a user has at most 32 API tokens");
  AccessToken record;
  record.kind = TokenKind::Api;
  record.user = maker.user;
  record.madeWith = maker.login;
  record.name = name;
  record.roles = roles;
  record.madeAt = now;
  record.expires = expires;
  return issue(std::move(record), random);
}

base::Result<AccessTokens::Use, AccessFault> AccessTokens::use(std::string_view text, std::string_view address,
                                                               base::WallTime now) {
  const auto hash = hashOf(text);
  if (!hash) return base::fail(AccessFault::Malformed);
  const auto at = tokens_.find(*hash);
  if (at == tokens_.end()) return base::fail(AccessFault::Unknown);
  AccessToken& token = at->second;
  if (isOfLater(token, now)) return base::fail(AccessFault::ClockWentBack);
  if (hasEnded(token, now)) return base::fail(faultOf(token, now));
  // A clock that went back must not make a session younger.
  const bool noted = now - token.lastUsed < kUseNoted && token.lastAddress == address;
  if (!noted) {
    token.lastUsed = std::max(token.lastUsed, now);
    token.lastAddress = address;
  }
  return Use{&token, !noted};
}

std::optional<mgmt::Fingerprint> AccessTokens::hashOf(std::string_view text) {
  const base::Result<base::Secret> payload = mgmt::fromTokenText(text, 1 + kSecretSize);
  if (!payload) return std::nullopt;
  return mgmt::sha256(payload->reveal());
}

const AccessToken* AccessTokens::live(const mgmt::Fingerprint& hash, base::WallTime now) const {
  const AccessToken* token = find(hash);
  return token == nullptr || isOfLater(*token, now) || hasEnded(*token, now) ? nullptr : token;
}

std::vector<AccessToken> AccessTokens::takeOut(const std::function<bool(const AccessToken&)>& which) {
  std::vector<AccessToken> gone;
  for (auto at = tokens_.begin(); at != tokens_.end();) {
    if (which(at->second)) {
      gone.push_back(std::move(at->second));
      at = tokens_.erase(at);
    } else {
      ++at;
    }
  }
  return gone;
}

std::vector<AccessToken> AccessTokens::remove(const mgmt::Fingerprint& hash) {
  std::vector<AccessToken> gone;
  auto token = tokens_.extract(hash);
  if (!token) return gone;
  if (token.mapped().kind == TokenKind::Api) gone = removeMadeWith({Login::Proof::Token, hash, {}});
  gone.insert(gone.begin(), std::move(token.mapped()));
  return gone;
}

std::vector<AccessToken> AccessTokens::removeMadeWith(const Login& login) {
  std::vector<AccessToken> gone = takeOut([&](const AccessToken& token) { return token.madeWith == login; });
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const Login next{Login::Proof::Token, gone[i].hash, {}};
    auto more = takeOut([&](const AccessToken& token) { return token.madeWith == next; });
    gone.insert(gone.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  return gone;
}

std::vector<AccessToken> AccessTokens::removeAll(std::string_view user) {
  return takeOut([&](const AccessToken& token) { return token.user == user; });
}

std::vector<AccessToken> AccessTokens::prune(base::WallTime now) {
  return takeOut([&](const AccessToken& token) { return hasEnded(token, now); });
}

std::vector<const AccessToken*> AccessTokens::ofUser(std::string_view user) const {
  std::vector<const AccessToken*> found;
  for (const auto& [hash, token] : tokens_) {
    if (token.user == user) found.push_back(&token);
  }
  return found;
}

std::vector<const AccessToken*> AccessTokens::ofUser(std::string_view user, TokenKind kind) const {
  std::vector<const AccessToken*> found = ofUser(user);
  std::erase_if(found, [&](const AccessToken* token) { return token->kind != kind; });
  return found;
}

}  // namespace people
