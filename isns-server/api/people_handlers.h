// Users, passwords and API tokens. Passwords are hashed on a worker and lie in Secrets from the moment that they are read.
#pragma once

#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"

namespace api {

void listUsers(Desk& desk, const CallPtr& call);
void addUser(Desk& desk, const CallPtr& call);
void changeUser(Desk& desk, const CallPtr& call);
void removeUser(Desk& desk, const CallPtr& call);
void setPassword(Desk& desk, const CallPtr& call);
void listTokens(Desk& desk, const CallPtr& call);
void makeToken(Desk& desk, const CallPtr& call);
void revokeToken(Desk& desk, const CallPtr& call);

}  // namespace api
