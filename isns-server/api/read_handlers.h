// What can be asked of the model: objects, search, reach, proofs, findings, differences. Each answers from the immutable
// index of the call's revision and changes nothing.
#pragma once

#include "isns-server/api/call.h"

namespace api {

// The parameter `kinds`, a bit each: of those that are allowed, all where it is not there.
Wanted<std::uint32_t> kindsOf(const Call& call, std::uint32_t allowed);
Wanted<std::string> listObjects(const Call& call);
Wanted<base::Json> getObject(const Call& call);
Wanted<base::Json> search(const Call& call, const san::SearchIndex& index);
Wanted<base::Json> reach(const Call& call);
Wanted<base::Json> why(const Call& call);
Wanted<base::Json> whoReaches(const Call& call);
Wanted<base::Json> reaches(const Call& call);
Wanted<base::Json> findings(const Call& call);
// What an event tells of the way from one snapshot to another (shared/mgmt/snapshot_reader.h), to who has a scope of
// these labels; none: everything. Nothing where his sight has moved (san::Scope::seesAlike): he needs a snapshot.
std::optional<base::Json> changeJson(const san::Snapshot& from, const san::Snapshot& to,
                                     std::span<const std::string> labels);
// What differs, of what is seen with such a scope in one of them.
base::Json difference(const san::Snapshot& from, const san::Snapshot& to, std::span<const std::string> labels);

}  // namespace api
