// Administration: the users of the management server, their sessions and tokens, with their rows.
//
// Filled from the rows of a start. What changes something gives a Step; memory follows when the store has it, but for
// tokens, which are usable at once and taken back when their step fails: a login is not held up by the disk. Passwords are
// hashed by the caller on another thread. One owner, no locks. Errors: Problems of the API.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "isns-server/manage/administration/step.h"
#include "isns-server/manage/audit/actor.h"
#include "isns-server/manage/people/access_tokens.h"
#include "isns-server/manage/people/login_guard.h"
#include "isns-server/manage/people/people_rows.h"
#include "isns-server/manage/people/users.h"
#include "shared/mgmt/problem.h"

namespace manage {

class PersonCertificates;

template <class T>
using Wanted = base::Result<T, mgmt::Problem>;

class Administration {
 public:
  // What of an address counts as one for who fails to log in; not given: all of it.
  using SourceOf = std::function<std::string(std::string_view address)>;
  explicit Administration(base::RandomSource random, SourceOf sourceOf = {})
      : random_(std::move(random)), sourceOf_(std::move(sourceOf)) {}

  // Borrowed: what was made with a session or token that is void ends there, too. Before the first step.
  void setCertificates(PersonCertificates& certificates) { certificates_ = &certificates; }
  // The same of what somebody else keeps. `reason`: a sentence for the records.
  using EndMadeWith = std::function<Step(const people::Login& maker, std::string_view reason, const Actor& actor)>;
  void setInvitations(EndMadeWith endsThere) { endInvitations_ = std::move(endsThere); }

  // A row of one of its tables; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);

  [[nodiscard]] bool initialised() const { return users_.size() > 0; }
  [[nodiscard]] const people::Users& users() const { return users_; }

  // The first administrator, with a password that is shown once.
  struct FirstUser {
    base::Secret password;
    Step step;
  };
  Wanted<FirstUser> makeFirst(std::string_view name, const Actor& actor, base::Now now);

  // A login in two halves: what hash to hold the password against (on another thread), and what follows. Whether the user is
  // there is not told apart. A try that has begun counts as a failure until finishLogin(), refuseLogin(), acceptPassword()
  // or giveUpLogin(), so that tries at once are no more than those one after another.
  Wanted<std::string> beginLogin(std::string_view user, std::string_view address, base::Now now);
  // The password was right and nobody logs in; or nobody has looked at it.
  void acceptPassword(std::string_view user, std::string_view address) { guard_.onSuccess(user, sourceOf(address)); }
  void giveUpLogin(std::string_view user, std::string_view address) { guard_.onGivenUp(user, sourceOf(address)); }
  struct Session {
    base::Secret token;
    base::WallTime expires;
    people::Principal who;
    Step step;
  };
  // The step has the audit record of the failure, which is counted.
  struct Refusal {
    mgmt::Problem problem;
    Step step;
  };
  // A failed try, for what reason.
  Refusal refuseLogin(std::string_view user, std::string_view address, std::string_view reason, base::Now now);
  // `hash`: of beginLogin(), which the password was right for; empty: it was wrong. Where another password has been set
  // meanwhile, the old one lets nobody in.
  base::Result<Session, Refusal> finishLogin(std::string_view user, std::string_view address, std::string_view hash,
                                             base::Now now);

  // Whose token it is, with the roles that hold now. `fault`: a word for why not.
  Wanted<people::Principal> authenticate(std::string_view token, std::string_view address, base::Now now,
                                         std::string_view* fault = nullptr);
  // Whether somebody who was let in could come in now and be the same: session or token, user, roles and scope. What his
  // certificate is worth is for PersonCertificates to say.
  [[nodiscard]] bool stands(const people::Principal& who, base::WallTime now) const;
  // A login by certificate, as a record and in the user's row.
  Step noteCertificateLogin(const people::Principal& who, const Actor& actor, base::Now now);
  // Makes void what stood where others can read it, with all that was made with it; nothing: it is no token of ours.
  std::optional<Step> voidSeen(std::string_view token, const Actor& actor, base::Now now);
  // Ends the session or token itself.
  Step logout(std::string_view token, const Actor& actor, base::Now now);

  // Users and tokens, by name; the caller has checked the right.
  // With an empty hash: without a password.
  Wanted<Step> addUser(std::string_view name, people::RoleSet roles, std::vector<std::string> scope, std::string hash,
                       const Actor& actor, base::Now now);
  struct UserChange {
    std::optional<people::RoleSet> roles;
    std::optional<std::vector<std::string>> scope;
    std::optional<bool> disabled;
  };
  // All of it or nothing; a disabled user's sessions and tokens end at once.
  Wanted<Step> changeUser(std::string_view name, const UserChange& change, const Actor& actor);
  // `old`: what the old password was right for, where that had to be known. Refused where it is another one by now.
  Wanted<Step> setPasswordHash(std::string_view name, std::string hash, const Actor& actor, base::Now now,
                               std::optional<std::string_view> old = {});
  Wanted<Step> removeUser(std::string_view name, const Actor& actor);
  Wanted<Session> makeToken(const people::Principal& who, std::string_view name, people::RoleSet roles,
                            base::WallTime expires, const Actor& actor, base::Now now);
  [[nodiscard]] std::vector<const people::AccessToken*> tokensOf(std::string_view user) const { return tokens_.ofUser(user); }
  // With all that was made with it.
  Wanted<Step> revokeToken(std::string_view user, std::string_view name, const Actor& actor, base::Now now);
  // What was made with a certificate that is void: tokens, certificates, what was made with those, and so on.
  Step endMadeWith(const std::string& serial, const Actor& actor, base::Now now);
  // What a token or certificate was made with: "password", "token NAME", "certificate SERIAL", "local socket"; empty:
  // unknown.
  [[nodiscard]] std::string makerOf(const std::optional<people::Login>& madeWith) const;

  // Rows of tokens that have ended go, uses since the last time are stored. Nothing: there is nothing to do. For a
  // timer. `believed`: as they go for good, a time that no clock which jumped ahead can bring
  // (keys/certificate_clock.h).
  std::optional<Step> upkeep(base::WallTime believed);

 private:
  // The user as planned now; `before`: as planned before that.
  Step userStep(const people::User& user, std::optional<people::User> before, ops::AuditRecord record);
  void plan(Step& step, const std::string& user, std::optional<people::User> before);
  void planEnded(const std::string& user);
  static void put(people::Users& users, const std::string& name, const people::User* user);
  void noteLogin(Step& step, std::string_view user, base::WallTime now);
  Step tokenStep(const people::AccessToken& token, std::vector<people::AccessToken> removed, ops::AuditRecord record);
  void addRemovals(Step& step, std::vector<people::AccessToken> removed);
  // The token itself, and with a record of each what was made with it; `why`: where it is not that the token has ended.
  void endToken(Step& step, mgmt::Fingerprint hash, const Actor& actor, base::Now now, std::string why = {});
  // What was made with logins that are void, from hand to hand; of theirs, the tokens are out already. `why`: a clause.
  void endFromHandToHand(Step& step, std::vector<people::Login> voided, const std::string& why, const Actor& actor,
                         base::Now now);
  // Also a record of each API token that has ended with something else, and why.
  void addEnded(Step& step, std::vector<people::AccessToken> ended, const std::string& why, const Actor& actor);
  std::int64_t rowOf(const mgmt::Fingerprint& token);
  std::int64_t rowOfUser(const std::string& name);

  [[nodiscard]] std::string sourceOf(std::string_view address) const {
    return sourceOf_ ? sourceOf_(address) : std::string(address);
  }

  const base::RandomSource random_;
  const SourceOf sourceOf_;
  people::Users users_;    // as the store has them
  people::Users planned_;  // as they will be when the steps on their way are durable: what further steps start from
  struct Plan {
    std::size_t steps = 0;   // on their way
    std::uint64_t last = 0;  // the newest of them
  };
  std::map<std::string, Plan, std::less<>> plans_;  // of users with such steps
  std::uint64_t lastPlan_ = 0;
  people::AccessTokens tokens_;
  people::LoginGuard guard_;
  PersonCertificates* certificates_ = nullptr;
  EndMadeWith endInvitations_;
  std::map<std::string, std::int64_t, std::less<>> userRows_;
  std::map<mgmt::Fingerprint, std::int64_t> tokenRows_;
  std::set<mgmt::Fingerprint> used_;  // whose use is to be stored
  std::int64_t lastUserRow_ = 0;
  std::int64_t lastTokenRow_ = 0;
};

}  // namespace manage
