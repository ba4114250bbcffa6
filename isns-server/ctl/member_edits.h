// Members of zones and maps in edits: by the reference of what the server knows, else by edits that name it.
//
// A node or a portal that has not registered can be a member already (RFC 4171 6.11.2.4); a person is told, as it may be
// a slip. One owner, one thread.
#pragma once

#include <string>
#include <string_view>

#include "isns-server/ctl/api_session.h"

namespace ctl {

// A portal is an address with a port; all else is a node. Either may have its kind in front.
struct Member {
  std::string_view kind;   // "node", "portal"
  std::string_view field;  // of a zone: "nodes", "portals"
  std::string name;        // a portal's in the normal spelling
};
Member memberIn(std::string_view text);

class MemberEdits {
 public:
  MemberEdits(ApiSession& session, Context& context) : session_(session), context_(context) {}

  // "node:iqn...", or "node:+N" with the edits that name it.
  Asked<std::string> refOf(const Member& member);
  // Those edits; they come before all that refer to them.
  base::Json::Array take() { return std::move(edits_); }

 private:
  ApiSession& session_;
  Context& context_;
  base::Json::Array edits_;
  std::size_t named_ = 0;
};

}  // namespace ctl
