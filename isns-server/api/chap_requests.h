// What requests about credentials have in common: timing, reasons. Within the API's chap_*.cpp.
#pragma once

#include "isns-server/api/body_reader.h"
#include "isns-server/api/chap_handlers.h"

namespace api {

// "7" or "#7".
std::optional<std::uint64_t> chapNumber(std::string_view text);
manage::Wanted<void> asProblem(const base::Status& status);
std::optional<mgmt::Problem> badReason(std::string_view reason);

// How long a change of a secret may take, and what becomes of it then.
struct Timing {
  credentials::ChangeOptions options;
  std::optional<mgmt::Problem> wrong;
};
Timing timingOf(BodyReader& body);

// Of the routes with "Rotation" in their names (chap_batches.cpp).
void handleBatches(Desk& desk, CredentialRunner& runner, const CallPtr& call);

}  // namespace api
