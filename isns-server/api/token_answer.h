// The answer with a token of a person: of a session, or for scripts.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"
#include "isns-server/api/people_json.h"
#include "shared/base/secret_json.h"

namespace api {

inline void answerToken(Desk& desk, const CallPtr& call, base::Secret token, std::uint64_t expires,
                        const people::Principal& who, int status) {
  base::SecretJson secrets(desk.random);
  const base::Json answer =
      base::Json::Object{{"token", secrets.mark(std::move(token))}, {"expires", expires}, {"who", principalJson(who)}};
  call->answerSecret(secrets.text(answer), status);
}

}  // namespace api
