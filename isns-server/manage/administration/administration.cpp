#include "isns-server/manage/administration/administration.h"

#include "shared/base/clock.h"
#include "shared/base/listed.h"

#include <utility>

namespace manage {

using mgmt::ProblemCode;
using people::AccessToken;
using people::User;

namespace {

std::string userText(std::string_view name) { return "user:" + std::string(name); }

base::Failure<mgmt::Problem> badValue(const people::Users::Fault& fault) {
  return {mgmt::Problem{ProblemCode::BadValue, fault.text + ".", fault.pointer, {}}};
}

base::Failure<mgmt::Problem> noUser(std::string_view name) {
  return problem(ProblemCode::NoSuchObject, "There is no user " + std::string(name) + ".");
}

}  // namespace

base::Status Administration::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table == people::kUserTable) {
    User user;
    if (auto status = people::readRow(cells, user); !status) return status;
    userRows_[user.name] = id;
    lastUserRow_ = std::max(lastUserRow_, id);
    planned_.load(user);
    users_.load(std::move(user));
  } else if (table == people::kAccessTokenTable) {
    AccessToken token;
    if (auto status = people::readRow(cells, token); !status) return status;
    tokenRows_[token.hash] = id;
    lastTokenRow_ = std::max(lastTokenRow_, id);
    tokens_.load(std::move(token));
  }
  return {};
}

std::int64_t Administration::rowOfUser(const std::string& name) {
  const auto [at, made] = userRows_.try_emplace(name, lastUserRow_ + 1);
  if (made) ++lastUserRow_;
  return at->second;
}

std::int64_t Administration::rowOf(const mgmt::Fingerprint& token) {
  const auto [at, made] = tokenRows_.try_emplace(token, lastTokenRow_ + 1);
  if (made) ++lastTokenRow_;
  return at->second;
}

// The user as it will be; memory gets it when the store has it.
Step Administration::userStep(const User& user, std::optional<User> before, ops::AuditRecord auditRecord) {
  Step step;
  const std::int64_t row = rowOfUser(user.name);
  step.rows = [row, user](store::OpsWriter& ops, std::uint64_t) { people::writeRow(ops, row, user); };
  step.audit.push_back(std::move(auditRecord));
  step.committed = [this, user](std::uint64_t) { users_.load(user); };
  plan(step, user.name, std::move(before));
  return step;
}

// What is planned of a user is what his steps on their way make of him. One that fails takes back what it planned;
// those of other users stand.
void Administration::plan(Step& step, const std::string& user, std::optional<User> before) {
  const std::uint64_t number = ++lastPlan_;
  Plan& plan = plans_[user];
  ++plan.steps;
  plan.last = number;
  step.committed = [this, user, first = std::move(step.committed)](std::uint64_t revision) {
    first(revision);
    planEnded(user);
  };
  step.failed = [this, user, number, before = std::move(before), first = std::move(step.failed)] {
    if (first) first();
    if (plans_[user].last == number) put(planned_, user, before ? &*before : nullptr);
    planEnded(user);
  };
}

void Administration::planEnded(const std::string& user) {
  if (--plans_[user].steps != 0) return;
  plans_.erase(user);
  put(planned_, user, users_.find(user));
}

void Administration::put(people::Users& users, const std::string& name, const User* user) {
  if (user != nullptr) {
    users.load(*user);
  } else {
    users.unload(name);
  }
}

// The time of a login goes into the user's row with the session.
void Administration::noteLogin(Step& step, std::string_view user, base::WallTime now) {
  const User* found = planned_.find(user);
  if (found == nullptr) return;  // about to be removed
  User last = *found;
  planned_.onLogin(user, now);
  step.rows = [row = rowOfUser(found->name), made = *found, before = std::move(step.rows)](store::OpsWriter& ops,
                                                                                          std::uint64_t revision) {
    before(ops, revision);
    people::writeRow(ops, row, made);
  };
  step.committed = [this, made = *found](std::uint64_t) { users_.load(made); };
  plan(step, found->name, std::move(last));
}

// ---- The first administrator, and logins ---------------------------------------------------------------------------

Wanted<Administration::FirstUser> Administration::makeFirst(std::string_view name, const Actor& actor, base::Now now) {
  if (planned_.size() > 0) return problem(ProblemCode::AlreadyInitialised, "There are users already.");
  people::Users made;  // becomes ours when it is durable
  auto password = made.makeFirst(name, now.wall, random_);
  if (!password) return problem(ProblemCode::BadValue, password.error().text);
  planned_.load(*made.find(name));
  FirstUser first{std::move(*password), {}};
  first.step = userStep(
      *made.find(name), {},
      auditOf<ops::AuditEvent::UserCreated>(actor, userText(name), {{"role", "administrator"}, {"scope", ""}}));
  return first;
}

Wanted<std::string> Administration::beginLogin(std::string_view user, std::string_view address, base::Now now) {
  if (const auto wait = guard_.wait(user, sourceOf(address), now.mono); wait.count() > 0) {
    auto waits = problem(ProblemCode::LoginWait, "Too many logins failed: try again in " + std::to_string(wait.count()) + " s.");
    waits.error.retryAfter = static_cast<std::uint32_t>(wait.count());
    return waits;
  }
  guard_.onBegin(user, sourceOf(address), now.mono);
  const User* found = users_.find(user);
  const bool usable = found != nullptr && !found->disabled && !found->passwordHash.empty();
  return usable ? found->passwordHash : std::string(people::nobodysHash());
}

Administration::Refusal Administration::refuseLogin(std::string_view user, std::string_view address, std::string_view reason,
                                                    base::Now now) {
  guard_.onFailure(user, sourceOf(address), now.mono);
  const Actor actor{ops::ActorKind::Person, std::string(user), std::string(address)};
  Refusal refusal{{ProblemCode::LoginFailed, "Name or password are wrong, or the user is disabled.", {}, {}}, {}};
  auto made = auditOf<ops::AuditEvent::LoginRefused>(actor, userText(user), {{"method", "password"}, {"reason", reason}});
  made.outcome = ops::AuditOutcome::Refused;
  made.code = "login-failed";
  refusal.step.audit.push_back(std::move(made));
  if (const auto wait = guard_.wait(user, sourceOf(address), now.mono); wait.count() > 0) {
    refusal.step.audit.push_back(
        auditOf<ops::AuditEvent::LoginLocked>(actor, userText(user),
                                              {{"failures", guard_.failures(user, sourceOf(address))},
                                               {"seconds", static_cast<std::uint64_t>(wait.count())}}));
  }
  return refusal;
}

base::Result<Administration::Session, Administration::Refusal> Administration::finishLogin(std::string_view user,
                                                                                           std::string_view address,
                                                                                           std::string_view hash,
                                                                                           base::Now now) {
  const Actor actor{ops::ActorKind::Person, std::string(user), std::string(address)};
  const auto refuse = [&](std::string_view reason) -> base::Failure<Refusal> {
    return {refuseLogin(user, address, reason, now)};
  };
  const User* found = planned_.find(user);
  if (hash.empty() || found == nullptr || found->passwordHash != hash) return refuse("password");
  const auto who = planned_.principalOf(user);
  if (!who) return refuse("disabled");
  auto issued = tokens_.openSession(user, who->roles, address, now.wall, random_);
  if (!issued) return refuse("tokens");
  guard_.onSuccess(user, sourceOf(address));
  Session session{std::move(issued->text), issued->record.expires, *who, {}};
  session.step = tokenStep(issued->record, std::move(issued->removed),
                           auditOf<ops::AuditEvent::Login>(actor, userText(user),
                                                          {{"method", "password"}, {"role", people::rolesText(who->roles)}}));
  noteLogin(session.step, user, now.wall);
  return session;
}

Wanted<people::Principal> Administration::authenticate(std::string_view token, std::string_view address, base::Now now,
                                                       std::string_view* fault) {
  const auto use = tokens_.use(token, address, now.wall);
  if (fault != nullptr) *fault = use ? "disabled" : people::accessFaultWord(use.error());
  if (!use) return problem(ProblemCode::TokenEnded, "The token is " + std::string(people::accessFaultWord(use.error())) + ".");
  if (use->toStore) used_.insert(use->token->hash);
  auto who = users_.principalOf(use->token->user);
  if (!who) return problem(ProblemCode::TokenEnded, who.error().text + ".");
  who->roles = who->roles.both(use->token->roles);
  const bool api = use->token->kind == people::TokenKind::Api;
  if (api) who->tokenEnds = use->token->expires;
  if (api) who->token = use->token->name;
  who->login = {api ? people::Login::Proof::Token : people::Login::Proof::Session, use->token->hash, {}};
  return std::move(who).value();
}

bool Administration::stands(const people::Principal& who, base::WallTime now) const {
  using Proof = people::Login::Proof;
  if (who.login.proof == Proof::Local) return true;
  const auto present = users_.principalOf(who.user);
  if (!present) return false;
  people::RoleSet roles = present->roles;
  if (who.login.proof != Proof::Certificate) {
    const AccessToken* token = tokens_.live(who.login.token, now);
    if (token == nullptr) return false;
    roles = roles.both(token->roles);
  }
  return roles == who.roles && present->scope == who.scope;
}

Step Administration::noteCertificateLogin(const people::Principal& who, const Actor& actor, base::Now now) {
  auto made = auditOf<ops::AuditEvent::Login>(actor, userText(who.user),
                                             {{"method", "certificate"}, {"role", people::rolesText(who.roles)}});
  if (const User* found = planned_.find(who.user)) {
    User before = *found;
    planned_.onLogin(who.user, now.wall);
    return userStep(*found, std::move(before), std::move(made));
  }
  Step step;  // he is about to be removed
  step.audit.push_back(std::move(made));
  return step;
}

Step Administration::logout(std::string_view token, const Actor& actor, base::Now now) {
  Step step;
  const auto hash = people::AccessTokens::hashOf(token);
  step.audit.push_back(auditOf<ops::AuditEvent::Logout>(actor, userText(actor.name)));
  if (hash) endToken(step, *hash, actor, now);
  return step;
}

// ---- Users and tokens ----------------------------------------------------------------------------------------------

Wanted<Step> Administration::addUser(std::string_view name, people::RoleSet roles, std::vector<std::string> scope,
                                     std::string hash, const Actor& actor, base::Now now) {
  if (planned_.find(name) != nullptr) return problem(ProblemCode::NameTaken, "There is a user " + std::string(name) + ".");
  const std::string scopes = base::listed(scope);
  if (auto status = planned_.add(name, roles, std::move(scope), now.wall); !status) {
    return badValue(status.error());
  }
  if (!hash.empty()) (void)planned_.setPasswordHash(name, std::move(hash), now.wall);
  return userStep(*planned_.find(name), {},
                  auditOf<ops::AuditEvent::UserCreated>(actor, userText(name),
                                                        {{"role", people::rolesText(roles)}, {"scope", scopes}}));
}

Wanted<Step> Administration::changeUser(std::string_view name, const UserChange& change, const Actor& actor) {
  const User* known = planned_.find(name);
  if (known == nullptr) return noUser(name);
  const User before = *known;
  people::Users::Status status;
  if (change.roles || change.scope) {
    status = planned_.setRoles(name, change.roles.value_or(before.roles), change.scope.value_or(before.scope));
  }
  if (status && change.disabled) status = planned_.setDisabled(name, *change.disabled);
  if (!status) {
    planned_.load(before);
    return badValue(status.error());
  }
  const User& after = *planned_.find(name);
  Step step = userStep(after, before, {});
  step.audit.clear();
  const auto note = [&](std::string_view field, const std::string& was, const std::string& is) {
    if (was == is) return;
    step.audit.push_back(auditOf<ops::AuditEvent::UserChanged>(actor, userText(name),
                                                              {{"field", field}, {"before", was}, {"after", is}}));
  };
  note("roles", people::rolesText(before.roles), people::rolesText(after.roles));
  note("scope", base::listed(before.scope), base::listed(after.scope));
  note("disabled", before.disabled ? "yes" : "no", after.disabled ? "yes" : "no");
  if (after.disabled) addEnded(step, tokens_.removeAll(name), "The user was disabled.", actor);
  return step;
}

Wanted<Step> Administration::setPasswordHash(std::string_view name, std::string hash, const Actor& actor, base::Now now,
                                             std::optional<std::string_view> old) {
  const User* known = planned_.find(name);
  if (known == nullptr) return noUser(name);
  if (old && known->passwordHash != *old) {
    auto wrong = problem(ProblemCode::BadValue, "The old password is wrong: another one has been set meanwhile.");
    wrong.error.pointer = "/old";
    return wrong;
  }
  User before = *known;
  if (!planned_.setPasswordHash(name, std::move(hash), now.wall)) return noUser(name);
  Step step = userStep(*planned_.find(name), std::move(before),
                       auditOf<ops::AuditEvent::UserChanged>(actor, userText(name),
                                                             {{"field", "password"}, {"before", ""}, {"after", ""}}));
  addEnded(step, tokens_.removeAll(name), "Another password was set.", actor);
  return step;
}

Wanted<Step> Administration::removeUser(std::string_view name, const Actor& actor) {
  const User* known = planned_.find(name);
  if (known == nullptr) return noUser(name);
  User before = *known;
  if (auto status = planned_.remove(name); !status) return badValue(status.error());
  Step step;
  const std::int64_t row = rowOfUser(std::string(name));
  // A user of that name who comes before this is durable gets a row of his own.
  userRows_.erase(userRows_.find(name));
  step.rows = [row](store::OpsWriter& ops, std::uint64_t) { ops.erase(people::kUserTable, row); };
  step.audit.push_back(auditOf<ops::AuditEvent::UserRemoved>(actor, userText(name)));
  step.committed = [this, user = std::string(name)](std::uint64_t) { (void)users_.remove(user); };
  step.failed = [this, user = std::string(name), row] { userRows_[user] = row; };
  plan(step, before.name, before);
  addEnded(step, tokens_.removeAll(name), "The user was removed.", actor);
  return step;
}

Wanted<Administration::Session> Administration::makeToken(const people::Principal& who, std::string_view name,
                                                           people::RoleSet roles, base::WallTime expires,
                                                           const Actor& actor, base::Now now) {
  const people::RoleSet allowed = who.roles.both(roles);
  // One who is being disabled makes none that would outlive it.
  if (planned_.find(who.user) == nullptr) return noUser(who.user);
  if (const auto planned = planned_.principalOf(who.user); !planned) {
    return problem(ProblemCode::TokenEnded, planned.error().text + ".");
  }
  for (const AccessToken* token : tokens_.ofUser(who.user)) {
    if (token->kind == people::TokenKind::Api && token->name == name) {
      return problem(ProblemCode::NameTaken, "There is a token " + std::string(name) + ".");
    }
  }
  if (who.tokenEnds != base::WallTime{} && expires > who.tokenEnds) {
    auto late = problem(ProblemCode::BadValue, "A token that is made with a token ends no later than that one.");
    late.error.pointer = "/expires";
    return late;
  }
  auto issued = tokens_.makeApiToken(who, name, allowed, expires, now.wall, random_);
  if (!issued) return problem(ProblemCode::BadValue, issued.error().text + ".");
  people::Principal as = who;
  as.roles = allowed;
  Session session{std::move(issued->text), issued->record.expires, std::move(as), {}};
  session.step =
      tokenStep(issued->record, std::move(issued->removed),
                auditOf<ops::AuditEvent::TokenCreated>(
                    actor, "token:" + who.user + "/" + std::string(name),
                    {{"role", people::rolesText(allowed)}, {"scope", ""}, {"expires", base::unixSeconds(expires)}}));
  return session;
}

}  // namespace manage
