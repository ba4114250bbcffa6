// Users, tokens and who is logged in, as the JSON of the API. Pure functions; no hash of a password or token comes out.
#pragma once

#include "isns-server/manage/people/access_tokens.h"
#include "isns-server/manage/people/users.h"
#include "shared/base/json.h"

namespace api {

base::Json principalJson(const people::Principal& who);
base::Json userJson(const people::User& user);
// `maker`: what it was made with; empty: unknown.
base::Json tokenJson(const people::AccessToken& token, const std::string& maker);
// Seconds since 1970 UTC; 0: never.

}  // namespace api
