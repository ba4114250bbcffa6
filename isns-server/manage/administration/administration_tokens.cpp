// How sessions and tokens end, and what ends with them.
#include <iterator>
#include <utility>

#include "isns-server/manage/administration/administration.h"
#include "isns-server/manage/administration/person_certificates.h"
#include "shared/base/clock.h"
#include "shared/base/sentence.h"

namespace manage {

using base::sentenceOf;
using mgmt::ProblemCode;
using people::AccessToken;

namespace {

std::string tokenText(const AccessToken& token) { return "token:" + token.user + "/" + token.name; }

void addLogins(std::vector<Login>& logins, const std::vector<AccessToken>& tokens) {
  for (const AccessToken& token : tokens) logins.push_back({Login::Proof::Token, token.hash, {}});
}

std::string isVoid(const std::string& serial) {
  return "the certificate " + serial + ", with which it was made, is void";
}

}  // namespace

// They are void at once, and come back where the store does not take the step.
void Administration::addRemovals(Step& step, std::vector<AccessToken> removed) {
  std::vector<std::pair<std::int64_t, AccessToken>> gone;
  for (AccessToken& token : removed) {
    gone.emplace_back(rowOf(token.hash), std::move(token));
    tokenRows_.erase(gone.back().second.hash);
  }
  if (gone.empty()) return;
  step.rows = [gone, before = std::move(step.rows)](store::OpsWriter& ops, std::uint64_t revision) {
    if (before) before(ops, revision);
    for (const auto& [row, token] : gone) ops.erase(people::kAccessTokenTable, row);
  };
  step.failed = [this, gone, before = std::move(step.failed)] {
    if (before) before();
    for (const auto& [row, token] : gone) {
      tokenRows_[token.hash] = row;
      tokens_.load(token);
    }
  };
}

void Administration::addEnded(Step& step, std::vector<AccessToken> ended, const std::string& why, const Actor& actor) {
  for (const AccessToken& token : ended) {
    if (token.kind != people::TokenKind::Api) continue;
    step.audit.push_back(auditOf<ops::AuditEvent::TokenRevoked>(actor, tokenText(token)));
    step.audit.back().reason = why;
  }
  addRemovals(step, std::move(ended));
}

void Administration::endFromHandToHand(Step& step, std::vector<Login> voided, const std::string& why,
                                       const Actor& actor, base::Now now) {
  for (std::size_t i = 0; i < voided.size(); ++i) {
    const bool byCertificate = voided[i].proof == Login::Proof::Certificate;
    const std::string because = byCertificate ? isVoid(voided[i].serial) : why;
    if (endInvitations_) append(step, endInvitations_(voided[i], sentenceOf(because), actor));
    if (certificates_ == nullptr) continue;
    auto ended = certificates_->voidMadeWith(voided[i], because, actor, now);
    append(step, std::move(ended.step));
    for (const std::string& serial : ended.serials) {
      voided.push_back({Login::Proof::Certificate, {}, serial});
      auto tokens = tokens_.removeMadeWith(voided.back());
      addLogins(voided, tokens);
      addEnded(step, std::move(tokens), sentenceOf(isVoid(serial)), actor);
    }
  }
}

void Administration::endToken(Step& step, mgmt::Fingerprint hash, const Actor& actor, base::Now now, std::string why) {
  auto removed = tokens_.remove(hash);
  if (removed.empty()) return;
  std::vector<Login> voided;
  // The end of a session is none of what it made; who has more against it says so (voidSeen()).
  if (removed.front().kind == people::TokenKind::Api) addLogins(voided, removed);
  std::vector<AccessToken> others(std::make_move_iterator(removed.begin() + 1), std::make_move_iterator(removed.end()));
  removed.resize(1);
  if (why.empty()) why = "the token " + removed.front().name + ", with which it was made, has ended";
  addRemovals(step, std::move(removed));
  addEnded(step, std::move(others), sentenceOf(why), actor);
  endFromHandToHand(step, std::move(voided), why, actor, now);
}

Step Administration::tokenStep(const AccessToken& token, std::vector<AccessToken> removed,
                               ops::AuditRecord auditRecord) {
  Step step;
  const std::int64_t row = rowOf(token.hash);
  step.rows = [row, token](store::OpsWriter& ops, std::uint64_t) { people::writeRow(ops, row, token); };
  step.failed = [this, hash = token.hash] {
    for (const AccessToken& gone : tokens_.remove(hash)) tokenRows_.erase(gone.hash);
  };
  addRemovals(step, std::move(removed));
  step.audit.push_back(std::move(auditRecord));
  return step;
}

std::optional<Step> Administration::voidSeen(std::string_view text, const Actor& actor, base::Now now) {
  const auto hash = people::AccessTokens::hashOf(text);
  const AccessToken* token = hash ? tokens_.find(*hash) : nullptr;
  if (token == nullptr) return std::nullopt;
  Step step;
  const bool api = token->kind == people::TokenKind::Api;
  step.audit.push_back(
      auditOf<ops::AuditEvent::TokenRevoked>(actor, api ? tokenText(*token) : "session:" + token->user));
  step.audit.back().reason = "It stood in a URL.";
  const std::string why = "what it was made with stood in a URL";
  if (!api) {
    std::vector<Login> voided{{Login::Proof::Session, *hash, {}}};
    auto made = tokens_.removeMadeWith(voided.front());
    addLogins(voided, made);
    addEnded(step, std::move(made), sentenceOf(why), actor);
    endFromHandToHand(step, std::move(voided), why, actor, now);
  }
  endToken(step, *hash, actor, now, why);
  return step;
}

Wanted<Step> Administration::revokeToken(std::string_view user, std::string_view name, const Actor& actor,
                                         base::Now now) {
  for (const AccessToken* token : tokens_.ofUser(user)) {
    if (token->kind != people::TokenKind::Api || token->name != name) continue;
    Step step;
    step.audit.push_back(auditOf<ops::AuditEvent::TokenRevoked>(actor, tokenText(*token)));
    endToken(step, token->hash, actor, now);
    return step;
  }
  return problem(ProblemCode::NoSuchObject, "There is no token " + std::string(name) + ".");
}

Step Administration::endMadeWith(const std::string& serial, const Actor& actor, base::Now now) {
  Step step;
  std::vector<Login> voided{{Login::Proof::Certificate, {}, serial}};
  auto tokens = tokens_.removeMadeWith(voided.front());
  addLogins(voided, tokens);
  addEnded(step, std::move(tokens), sentenceOf(isVoid(serial)), actor);
  endFromHandToHand(step, std::move(voided), isVoid(serial), actor, now);
  return step;
}

std::string Administration::makerOf(const std::optional<people::Login>& madeWith) const {
  using Proof = people::Login::Proof;
  if (!madeWith) return {};
  switch (madeWith->proof) {
    case Proof::Local:
      return "local socket";
    case Proof::Session:
      return "password";
    case Proof::Certificate:
      return "certificate " + madeWith->serial;
    case Proof::Token:
      break;
  }
  const AccessToken* maker = tokens_.find(madeWith->token);
  return maker == nullptr ? "token" : "token " + maker->name;
}

std::optional<Step> Administration::upkeep(base::WallTime believed) {
  std::vector<AccessToken> ended = tokens_.prune(believed);
  std::vector<std::pair<std::int64_t, AccessToken>> rows;
  for (const mgmt::Fingerprint& hash : std::exchange(used_, {})) {
    if (const AccessToken* token = tokens_.find(hash)) rows.emplace_back(rowOf(hash), *token);
  }
  if (ended.empty() && rows.empty()) return std::nullopt;
  Step step;
  step.rows = [rows = std::move(rows)](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [row, token] : rows) people::writeRow(ops, row, token);
  };
  addRemovals(step, std::move(ended));
  return step;
}

}  // namespace manage
