// How users and tokens stand in the store: tables 46 and 47 (of 40 to 59). Passwords and tokens as hashes only.
// Reading and writing are each other's inverse. No thread of its own.
#pragma once

#include "db/store/row_codec.h"
#include "db/store/schema.h"
#include "isns-server/manage/people/access_tokens.h"
#include "isns-server/manage/people/users.h"

namespace people {

inline constexpr std::uint8_t kUserTable = 46;
inline constexpr std::uint8_t kAccessTokenTable = 47;

const store::Schema& schema();

void writeRow(store::OpsWriter& ops, std::int64_t id, const User& row);
void writeRow(store::OpsWriter& ops, std::int64_t id, const AccessToken& row);
// Fills a value from its row; a failure names table and column.
base::Status readRow(std::span<const store::Cell> cells, User& row);
base::Status readRow(std::span<const store::Cell> cells, AccessToken& row);

}  // namespace people
