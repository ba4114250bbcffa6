#include "isns-server/api/login_handlers.h"

#include "isns-server/api/body_reader.h"
#include "isns-server/api/json_time.h"
#include "isns-server/api/people_json.h"
#include "isns-server/api/token_answer.h"
#include "isns-server/manage/people/password.h"
#include "shared/base/secret_json.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

// The fingerprint of the root by which clients know the server; null before there is one.
Json authorityJson(const Desk& desk) {
  const manage::AuthorityKeeper& keeper = desk.keys.authority();
  return keeper.present() ? Json(keeper.authorities().current().root().fingerprint().text()) : Json();
}

}  // namespace

void status(Desk& desk, const CallPtr& call) {
  const bool ready = isReady(desk);
  Json::Array notes;
  if (desk.archive.logNotes().restored) notes.emplace_back("restored");
  if (desk.archive.logNotes().unwitnessed) notes.emplace_back("unwitnessed");
  call->answer(Json::Object{{"version", desk.version},
                            {"initialised", desk.administration.initialised()},
                            {"audit_log", kLogStateWords[static_cast<std::size_t>(desk.archive.logState())]},
                            {"audit_log_notes", std::move(notes)},
                            {"ready", ready},
                            {"revision", ready ? Json(desk.timeline.now().revision) : Json()},
                            {"oldest_revision", ready ? Json(desk.timeline.oldest()) : Json()},
                            {"authority", authorityJson(desk)}});
}

void init(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string name = body.text("user", people::Users::kMaxName);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  auto first = desk.administration.makeFirst(name, call->actor(), call->now);
  if (!first) return call->refuse(first.error());
  // HTTPS before the user: who could not be told his password would be there for good.
  auto made = std::make_shared<manage::Administration::FirstUser>(std::move(*first));
  desk.clerk.openForAll([&desk, call, made, name](const manage::Wanted<void>& opened) {
    if (!opened) {
      made->step.failed();
      return call->refuse(opened.error());
    }
    desk.clerk.carryOut(std::move(made->step), [&desk, call, made, name](const manage::Wanted<std::uint64_t>& done) {
      if (!done) return call->refuse(done.error());
      base::SecretJson secrets(desk.random);
      const Json answer = Json::Object{
          {"user", name}, {"password", secrets.mark(std::move(made->password))}, {"authority", authorityJson(desk)}};
      call->answerSecret(secrets.text(answer), 201);
    });
  });
}

void login(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string name = body.text("user", people::Users::kMaxName);
  auto password = std::make_shared<base::Secret>(body.secret("password"));
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  const auto hash = desk.administration.beginLogin(name, call->origin(), call->now);
  if (!hash) return call->refuse(hash.error());
  const bool runs = desk.passwords.run(
      [&desk, call, password, hash = *hash, name]() -> Workers::Then {
        const bool right = people::verifyPassword(*password, hash);
        password->clear();
        return [&desk, call, name, known = right ? hash : std::string()] {
          auto session = desk.administration.finishLogin(name, call->origin(), known, desk.agents.forTokens(call->now));
          if (!session) {
            // The refusal is told when its record is durable, so that nobody guesses faster than the log.
            auto refusal = std::make_shared<manage::Administration::Refusal>(session.error());
            return desk.clerk.carryOut(std::move(refusal->step),
                                       [call, refusal](const auto&) { call->refuse(refusal->problem); });
          }
          auto token = std::make_shared<base::Secret>(std::move(session->token));
          const std::uint64_t expires = secondsOf(session->expires);
          desk.clerk.carryOut(std::move(session->step), [&desk, call, token, expires, who = session->who](
                                                            const manage::Wanted<std::uint64_t>& done) {
            if (!done) return call->refuse(done.error());
            answerToken(desk, call, std::move(*token), expires, who, 200);
          });
        };
      },
      {});
  if (runs) return;
  desk.administration.giveUpLogin(name, call->origin());
  call->refuse({ProblemCode::TooManyRequests, "Too many logins wait.", {}, {}});
}

void logout(Desk& desk, const CallPtr& call) {
  const std::string_view token = call->request().bearerToken();
  desk.clerk.carryOut(desk.administration.logout(token, call->actor(), call->now),
                      [call](const manage::Wanted<std::uint64_t>& done) {
                        if (!done) return call->refuse(done.error());
                        call->answer({}, 204);
                      });
}

void whoAmI(Desk&, const CallPtr& call) { call->answer(principalJson(call->who)); }

}  // namespace api
