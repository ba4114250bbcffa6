#include "isns-server/api/login_handlers.h"

#include "isns-server/manage/people/password.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

// A member of the body that must be a text, and not empty.
Wanted<std::string> textMember(const Call& call, std::string_view name) {
  const Json* member = call.body.find(name);
  const std::string* text = member == nullptr ? nullptr : member->text();
  if (text == nullptr || text->empty()) {
    return problem(ProblemCode::BadValue, std::string(name) + " must be a text.", "/" + std::string(name));
  }
  return *text;
}

manage::Actor actorOf(const Call& call) { return {call.actorKind, call.who.user, call.origin()}; }

std::string revealed(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

Json principalJson(const people::Principal& who) {
  Json::Array rights;
  for (const people::RightRow& row : people::rightTable()) {
    if (row.roles.meets(who.roles)) rights.emplace_back(row.name);
  }
  Json::Array scope;
  for (const std::string& label : who.scope) scope.emplace_back(label);
  return Json::Object{{"user", who.user}, {"roles", people::rolesText(who.roles)}, {"scope", std::move(scope)}, {"rights", std::move(rights)}};
}

}  // namespace

void status(Desk& desk, const CallPtr& call) {
  const bool ready = !desk.timeline.empty();
  call->answer(Json::Object{{"version", desk.version},
                            {"initialised", desk.administration.initialised()},
                            {"ready", ready},
                            {"revision", ready ? Json(desk.timeline.now().revision) : Json()},
                            {"oldest_revision", ready ? Json(desk.timeline.oldest()) : Json()}});
}

void init(Desk& desk, const CallPtr& call) {
  const auto name = textMember(*call, "user");
  if (!name) return call->refuse(name.error());
  auto first = desk.administration.makeFirst(*name, actorOf(*call), call->now);
  if (!first) return call->refuse(first.error());
  auto password = std::make_shared<base::Secret>(std::move(first->password));
  desk.clerk.carryOut(std::move(first->step), [&desk, call, password, name = *name](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    desk.clerk.openForAll([call, password, name](const base::Status& opened) {
      if (!opened) return call->refuse({ProblemCode::Internal, opened.error().text + ".", {}, {}});
      call->answer(Json::Object{{"user", name}, {"password", revealed(*password)}}, 201);
    });
  });
}

void login(Desk& desk, const CallPtr& call) {
  const auto name = textMember(*call, "user");
  if (!name) return call->refuse(name.error());
  const auto text = textMember(*call, "password");
  if (!text) return call->refuse(text.error());
  auto secret = base::Secret::from(*text);
  if (!secret) return call->refuse({ProblemCode::BadValue, "password is too long.", "/password", {}});
  const auto hash = desk.administration.beginLogin(*name, call->origin(), call->now);
  if (!hash) return call->refuse(hash.error());
  auto password = std::make_shared<base::Secret>(std::move(*secret));
  const bool runs = desk.workers.run([&desk, call, password, hash = *hash, name = *name]() -> Workers::Then {
    const bool right = people::verifyPassword(*password, hash);
    return [&desk, call, right, name] {
      auto session = desk.administration.finishLogin(name, call->origin(), right, call->now);
      if (!session) {
        // The refusal is told when its record is durable, so that nobody guesses faster than the log.
        auto refusal = std::make_shared<manage::Administration::Refusal>(std::move(const_cast<manage::Administration::Refusal&>(session.error())));
        return desk.clerk.carryOut(std::move(refusal->step), [call, refusal](const auto&) { call->refuse(refusal->problem); });
      }
      auto token = std::make_shared<base::Secret>(std::move(session->token));
      const auto expires = static_cast<std::uint64_t>(session->expires.time_since_epoch().count());
      desk.clerk.carryOut(std::move(session->step),
                          [call, token, expires, who = session->who](const manage::Wanted<std::uint64_t>& done) {
                            if (!done) return call->refuse(done.error());
                            call->answer(Json::Object{{"token", revealed(*token)}, {"expires", expires}, {"who", principalJson(who)}});
                          });
    };
  });
  if (!runs) call->refuse({ProblemCode::TooManyRequests, "Too many logins wait.", {}, {}});
}

void logout(Desk& desk, const CallPtr& call) {
  std::string_view token = call->request().header("authorization");
  token.remove_prefix(std::min(token.size(), std::string_view("Bearer ").size()));
  desk.clerk.carryOut(desk.administration.logout(token, actorOf(*call)), [call](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer({}, 204);
  });
}

void whoAmI(Desk&, const CallPtr& call) { call->answer(principalJson(call->who)); }

}  // namespace api
