// RemoteLunIsid: the ISID of the sessions of one link to a remote logical unit: the same after each start of the
// process, and at no time that of another link on this machine.
//
// A process that was killed may leave a session at the target that still holds a write, and executes it over newer
// ones. A login with the same InitiatorName and ISID ends the old session first (session reinstatement, RFC 7143
// 6.3.5). But two that are alive with the same ISID would end each other for ever. So an ISID is a hash of what stays:
// who logs in on which machine, to which unit and portal, and a number, which is 0 where nobody else on this machine
// has the same link now. Whoever has an ISID holds a socket in the abstract namespace, which the kernel takes back with
// the process. That holds within a network namespace, so its cookie is part of the hash; so is all that a copy of the
// machine, with the same names, has of its own. Where nothing can be claimed the ISID is random: as unique, and not the
// same again.
//
// Of the random kind (RFC 7143 11.12.5). Reads small files, at the start of a link. Bound: kNumbers links to one unit
// over one portal; those beyond are random. One owner.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/initiator/session.h"
#include "agent/initiator/url.h"
#include "shared/net/unique_fd.h"

namespace block {

// Where a link begins. What is not known is empty.
struct IsidHost {
  std::string machineId;            // /etc/machine-id
  std::string name;                 // of the host
  std::string hardwareAddress;      // the least of its network devices'; a copy has others, or nobody reaches it
  std::uint64_t networkCookie = 0;  // SO_NETNS_COOKIE, the same at each boot for the first namespace; 0: not known
};
IsidHost isidHost();

// One link of several to the same unit over the same portal. Pure.
iscsi::Isid isidOf(const IsidHost& host, std::string_view initiatorName, const initiator::Url& url, unsigned number);

class RemoteLunIsid {
 public:
  static constexpr unsigned kNumbers = 32;

  RemoteLunIsid(std::string_view initiatorName, const initiator::Url& url, const IsidHost& host = isidHost());

  [[nodiscard]] const iscsi::Isid& isid() const { return isid_; }

 private:
  iscsi::Isid isid_{};
  net::UniqueFd held_;
};

}  // namespace block
