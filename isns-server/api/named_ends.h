// Hosts and logical units by the names that people give them, for questions and for packs of evidence.
//
// Numbers are those of the index. `pointer` is what a refusal points at. `scope`: of whoever asks, nullptr: everything.
// What he does not see he names in full, by a name of its own: numbers can be counted through, and what is called the
// same is none of his business. A refusal does not tell what is there and not his from what is not there.
#pragma once

#include "isns-server/api/call.h"

namespace api {

// A host by its name, or by that of an entity or a node, which stand for the host that they belong to.
Wanted<std::size_t> hostNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer,
                              const san::Scope* scope = nullptr);
// A logical unit by its designator, its place, or the administrator's name where that is the name of one alone.
Wanted<std::size_t> unitNamed(const san::SanIndex& index, const std::string& text, const std::string& pointer,
                              const san::Scope* scope = nullptr);
// As of one that is not there.
base::Failure<mgmt::Problem> noneNamed(san::Kind kind, std::string_view text, const std::string& pointer);

}  // namespace api
