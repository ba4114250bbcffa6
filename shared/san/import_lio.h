// The configuration of a Linux kernel target (LIO; saveconfig.json of targetcli) as a document (document.h).
//
// Taken over: each mapped LUN of an ACL as a map of the initiator, read-only where it or its storage object is; the
// ACLs of a target as its enforcement by list; whether it demands CHAP; the user names of ACLs as credentials'
// metadata; and a domain for each initiator, under its name, with the targets that have an ACL for it, and a domain set
// "lio" that holds them and is not enabled: nothing becomes visible before somebody enables it. A second box adds its
// targets to the domains that the first has brought. Secrets are not taken over: each is told with its place, and set
// anew. Targets and initiators need not have registered; logical units must have been reported: planDocument() says
// which are missing.
//
// Pure function, safe from any thread. What cannot be taken over is an error with the JSON pointer of its place in the
// configuration, up to kMaxImportErrors; the rest is taken over.
#pragma once

#include <string>
#include <string_view>

#include "shared/san/import.h"

namespace san {

Imported importLio(const base::Json& configuration);

// The NAA designator that LIO gives a unit with this serial number ("wwn" of its storage object): registered extended,
// company 001405, then the first 25 hexadecimal digits of it, zeroes where it has fewer. Empty where it has none.
std::string lioDesignator(std::string_view serial);

}  // namespace san
