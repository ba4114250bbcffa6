// The deeds of zoning as edits of a change set: what a drop, a picker or a pasted list becomes.
//
// Pure functions of the SAN as the draft makes it (Draft::result()); the owner pushes what comes as one deed. What is so
// already makes no edit. Errors: an empty list where there is nothing to do.
#pragma once

#include <string>
#include <vector>

#include "shared/san/edit.h"
#include "shared/san/san_index.h"

namespace console {

// Hosts stand for their initiators; what can be no member is left out. Ascending, each once.
std::vector<san::ObjectRef> membersOf(const san::SanIndex& index, const std::vector<san::ObjectRef>& objects);

std::vector<san::Edit> addToZone(const san::Snapshot& san, san::ObjectRef domain, const std::vector<san::ObjectRef>& members);
std::vector<san::Edit> removeFromZone(san::ObjectRef domain, const std::vector<san::ObjectRef>& members);
std::vector<san::Edit> addToSet(const san::Snapshot& san, san::ObjectRef set, const std::vector<san::ObjectRef>& domains);
// `fresh`: a provisional id for it (Draft::newObject); `set`: none, or where it goes.
std::vector<san::Edit> newZone(san::ObjectRef fresh, const std::string& name, const std::vector<san::ObjectRef>& members, san::ObjectRef set);
std::vector<san::Edit> newZoneSet(san::ObjectRef fresh, const std::string& name, bool enabled);
// Hosts become members of a cluster; `name`: of one that is made, empty: it is there.
std::vector<san::Edit> intoCluster(san::ObjectRef cluster, const std::string& name,
                                   const std::vector<san::ObjectRef>& hosts);
// A domain's, a set's or a host's name, a node's alias, a unit's name. Empty: objects of the kind have none to give.
std::vector<san::Edit> rename(san::ObjectRef object, const std::string& name);
bool canBeRenamed(san::Kind kind);

// Names in a pasted text, one a line or separated by commas: iSCSI names, aliases, host names. What nobody has is in
// `unknown`, as it was written.
std::vector<san::ObjectRef> pastedMembers(const san::SanIndex& index, const std::string& text, std::vector<std::string>& unknown);

}  // namespace console
