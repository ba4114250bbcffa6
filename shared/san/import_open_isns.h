// The database of an open-isns server, as its tools list it, as a document (document.h).
//
// Read are the texts of `isnsadm --list dds` (and nodes, portals), `isnsadm --query` and `isnsd --dump-db`, also
// several of them one after another: objects that begin with a line "Object ...", "object[0] = <...>" or "Registered
// DD:", with a line for each attribute, "  0812  string      : DD name = "web"", known by its tag (RFC 4171 6.4
// to 6.11).
//
// Taken over: each discovery domain with its nodes and portals, and a domain set "open-isns" that holds them all and is
// not enabled: what open-isns has in force takes effect here when somebody enables the set. A second server adds its
// domains to the set, and its members to domains of the same name. A domain without a name is
// called "dd-" and its DD_ID; the DD_ID itself, features and registrations are not taken over: clients register anew.
//
// Pure function, safe from any thread. Errors name the line, up to kMaxImportErrors; the rest is taken over. Bounds:
// kMaxListedObjects objects.
#pragma once

#include <string_view>

#include "shared/san/import.h"

namespace san {

inline constexpr std::size_t kMaxListedObjects = 200'000;

Imported importOpenIsns(std::string_view text);
// Whether a line of it begins an object.
bool looksLikeOpenIsns(std::string_view text);

}  // namespace san
