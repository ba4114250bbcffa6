// MdnsBrowser: name servers that announce themselves as `_isns._tcp` by DNS-SD over mDNS (RFC 6762, 6763), as the
// avahi-daemon of this machine sees them.
//
// By Avahi's client library, on a thread of its own: that library waits for answers of D-Bus within its calls, and
// nothing may hold up the loop. Without D-Bus or daemon it tries again every kRetry; what was known stays until a
// daemon has said something else. An announcement is a hint of where to ask and no more: anybody of the subnet can make
// one. Callbacks come on the loop's thread; none after the end. Bound: that of Announcements. Destroying it waits for
// nothing: the thread ends by itself when a call to the daemon that is under way does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "shared/net/address.h"
#include "shared/net/loop.h"

namespace registrar {

class MdnsBrowser {
 public:
  static constexpr std::chrono::seconds kRetry{30};
  struct Found {
    std::vector<net::Address> servers;
    std::size_t leftOut = 0;  // announcements beyond the bound
  };
  struct Hears {
    std::function<void(Found)> servers;
    std::function<void(const std::string& why)> away;  // the daemon; each time that it is tried in vain
  };

  MdnsBrowser(net::Loop& loop, Hears hears);
  ~MdnsBrowser();
  MdnsBrowser(const MdnsBrowser&) = delete;
  MdnsBrowser& operator=(const MdnsBrowser&) = delete;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace registrar
