#include "isns-server/api/people_handlers.h"

#include "isns-server/api/body_reader.h"
#include "isns-server/api/json_time.h"
#include "isns-server/api/people_json.h"
#include "isns-server/api/refusals.h"
#include "isns-server/api/token_answer.h"
#include "isns-server/manage/people/password.h"
#include "shared/base/sentence.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

Wanted<people::RoleSet> rolesOf(const std::vector<std::string>& names) {
  std::uint8_t bits = 0;
  for (const std::string& name : names) {
    const auto role = people::parseRole(name);
    if (!role) {
      return problem(ProblemCode::BadValue,
                     "There is no role " + name + "; there are " + people::rolesText(people::RoleSet::ofBits(0xff)) + ".", "/roles");
    }
    bits = static_cast<std::uint8_t>(bits | people::RoleSet{*role}.bits());
  }
  return people::RoleSet::ofBits(bits);
}

// Makes the step durable, then answers with what `answer` gives.
void carryOut(Desk& desk, const CallPtr& call, manage::Wanted<manage::Step> step, int status, std::function<Json()> answer) {
  if (!step) return call->refuse(step.error());
  desk.clerk.carryOut(std::move(*step), [call, status, answer = std::move(answer)](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer(answer(), status);
  });
}

// What lets somebody in and is not in the user's row ends with the user, or with the password that made it. `why`: a
// clause.
void endMadeBy(Desk& desk, const CallPtr& call, const std::string& name, std::string why, manage::Step& step) {
  manage::append(step, desk.certificates.voidAll(name, why, call->actor(), call->now));
  manage::append(step, desk.agents.endMadeBy(name, base::sentenceOf(std::move(why)), call->actor()));
}

std::function<Json()> asUser(Desk& desk, std::string name) {
  return [&desk, name = std::move(name)]() -> Json {
    const people::User* user = desk.administration.users().find(name);
    return user == nullptr ? Json() : userJson(*user);
  };
}

Json nothing() { return {}; }

// Hashes on a worker and goes on with the hash on the loop's thread.
void withHash(Desk& desk, const CallPtr& call, std::shared_ptr<base::Secret> password, std::function<void(std::string hash)> go) {
  const bool runs = desk.passwords.run(
      [&desk, call, password = std::move(password), go = std::move(go)]() -> Workers::Then {
        auto hash = people::hashPassword(*password, desk.random);
        password->clear();
        return [call, go, hash = std::move(hash)] {
          if (!hash) return call->refuse({ProblemCode::Internal, hash.error().text + ".", {}, {}});
          go(*hash);
        };
      },
      call->who.user);
  if (!runs) call->refuse({ProblemCode::TooManyRequests, "Too many passwords wait.", {}, {}});
}

// root at the local socket is nobody of the users, and has neither password nor tokens.
void refuseNoUser(const CallPtr& call, const std::string& name) {
  const bool root = name == call->who.user && call->who.login.proof == people::Login::Proof::Local;
  call->refuse({ProblemCode::NoSuchObject, "There is no user " + name + ".", "/user",
                root ? "The local socket is root's, who is no user: name one, or log in as one." : ""});
}

// Whose tokens are meant: one's own, or with token.manage another's. Nothing: the call is refused.
std::optional<std::string> ownerOf(Desk& desk, const CallPtr& call) {
  const std::string_view user = call->parameter("user");
  if (user.empty() || user == call->who.user) return call->who.user;
  if (!permitted(desk, call, people::Right::TokenManage)) return std::nullopt;
  if (desk.administration.users().find(user) != nullptr) return std::string(user);
  call->refuse({ProblemCode::NoSuchObject, "There is no user " + std::string(user) + ".", "user", {}});
  return std::nullopt;
}

}  // namespace

void listUsers(Desk& desk, const CallPtr& call) {
  Json::Array items;
  desk.administration.users().each([&](const people::User& user) { items.push_back(userJson(user)); });
  call->answer(Json::Object{{"items", std::move(items)}});
}

void addUser(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string name = body.text("name");
  const auto roleNames = body.maybeTexts("roles").value_or(std::vector<std::string>());
  const auto scope = body.maybeTexts("scope").value_or(std::vector<std::string>());
  auto password = body.maybeSecret("password");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  const auto roles = rolesOf(roleNames);
  if (!roles) return call->refuse(roles.error());
  const auto add = [&desk, call, name, roles = *roles, scope](std::string hash) {
    carryOut(desk, call, desk.administration.addUser(name, roles, scope, std::move(hash), call->actor(), call->now), 201,
             asUser(desk, name));
  };
  if (!password) return add({});
  if (const std::string wrong = people::passwordProblem(*password, name); !wrong.empty()) {
    return call->refuse({ProblemCode::BadValue, wrong + ".", "/password", {}});
  }
  withHash(desk, call, std::make_shared<base::Secret>(std::move(*password)), add);
}

void changeUser(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const auto roleNames = body.maybeTexts("roles");
  manage::Administration::UserChange change;
  change.scope = body.maybeTexts("scope");
  change.disabled = body.maybeFlag("disabled");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  if (roleNames) {
    const auto roles = rolesOf(*roleNames);
    if (!roles) return call->refuse(roles.error());
    change.roles = *roles;
  }
  const std::string name(call->segment("name"));
  auto step = desk.administration.changeUser(name, change, call->actor());
  if (step && change.disabled == true) {
    manage::append(*step, desk.agents.endMadeBy(name, "The user was disabled.", call->actor()));
  }
  carryOut(desk, call, std::move(step), 200, asUser(desk, name));
}

void removeUser(Desk& desk, const CallPtr& call) {
  const std::string name(call->segment("name"));
  auto step = desk.administration.removeUser(name, call->actor());
  if (step) endMadeBy(desk, call, name, "the user was removed", *step);
  carryOut(desk, call, std::move(step), 204, nothing);
}

// One's own password wants the old one, and a wrong one counts as a failed login: a session that somebody has taken
// must not become the account.
void setPassword(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string name = body.maybeText("user", people::Users::kMaxName).value_or(call->who.user);
  auto password = std::make_shared<base::Secret>(body.secret("password"));
  const bool own = name == call->who.user;
  auto old = own ? std::make_shared<base::Secret>(body.secret("old")) : nullptr;
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  if (!own && !permitted(desk, call, people::Right::UserManage)) return;
  const people::User* user = desk.administration.users().find(name);
  if (user == nullptr) return refuseNoUser(call, name);
  if (!own && !mayLetIn(desk, call, *user)) return;
  if (const std::string wrong = people::passwordProblem(*password, name); !wrong.empty()) {
    return call->refuse({ProblemCode::BadValue, wrong + ".", "/password", {}});
  }
  const auto set = [&desk, call, name, password](const std::optional<std::string>& known) {
    withHash(desk, call, password, [&desk, call, name, known](std::string hash) {
      auto step = desk.administration.setPasswordHash(name, std::move(hash), call->actor(), call->now, known);
      if (step) endMadeBy(desk, call, name, "another password was set", *step);
      carryOut(desk, call, std::move(step), 204, nothing);
    });
  };
  if (!own) return set({});
  const auto known = desk.administration.beginLogin(name, call->origin(), call->now);
  if (!known) return call->refuse(known.error());
  const bool runs = desk.passwords.run(
      [&desk, call, old, name, set, hash = *known]() -> Workers::Then {
        const bool right = people::verifyPassword(*old, hash);
        old->clear();
        return [&desk, call, name, set, right, hash] {
          if (right) {
            desk.administration.acceptPassword(name, call->origin());
            return set(hash);
          }
          auto refused = desk.administration.refuseLogin(name, call->origin(), "old-password", call->now);
          desk.clerk.carryOut(std::move(refused.step), [call](const auto&) {
            call->refuse({ProblemCode::BadValue, "The old password is wrong.", "/old", {}});
          });
        };
      },
      call->who.user);
  if (runs) return;
  desk.administration.giveUpLogin(name, call->origin());
  call->refuse({ProblemCode::TooManyRequests, "Too many passwords wait.", {}, {}});
}

void listTokens(Desk& desk, const CallPtr& call) {
  const auto owner = ownerOf(desk, call);
  if (!owner) return;
  Json::Array items;
  for (const people::AccessToken* token : desk.administration.tokensOf(*owner)) {
    if (token->kind != people::TokenKind::Api) continue;
    items.push_back(tokenJson(*token, desk.administration.makerOf(token->madeWith)));
  }
  call->answer(Json::Object{{"items", std::move(items)}});
}

void makeToken(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string name = body.text("name");
  const auto roleNames = body.maybeTexts("roles");
  const std::uint64_t expires = body.number("expires");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  people::RoleSet roles = call->who.roles;
  if (roleNames) {
    const auto wanted = rolesOf(*roleNames);
    if (!wanted) return call->refuse(wanted.error());
    roles = *wanted;
  }
  constexpr std::uint64_t kFarAway = std::uint64_t{1} << 40U;
  const base::WallTime end{std::chrono::seconds(std::min(expires, kFarAway))};
  if (desk.administration.users().find(call->who.user) == nullptr) return refuseNoUser(call, call->who.user);
  auto made =
      desk.administration.makeToken(call->who, name, roles, end, call->actor(), desk.agents.forTokens(call->now));
  if (!made) return call->refuse(made.error());
  auto text = std::make_shared<base::Secret>(std::move(made->token));
  desk.clerk.carryOut(std::move(made->step), [&desk, call, text, end = made->expires,
                                              who = made->who](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    answerToken(desk, call, std::move(*text), secondsOf(end), who, 201);
  });
}

void revokeToken(Desk& desk, const CallPtr& call) {
  const auto owner = ownerOf(desk, call);
  if (!owner) return;
  carryOut(desk, call, desk.administration.revokeToken(*owner, call->segment("name"), call->actor(), call->now), 204,
           nothing);
}

}  // namespace api
