// InterfaceList: the interfaces of this machine, once for each address that they have (getifaddrs(3)).
//
// As it is when it is made; empty where the kernel does not say. Blocks for a moment; any thread.
#pragma once

#include <ifaddrs.h>

namespace registrar {

class InterfaceList {
 public:
  InterfaceList() {
    if (::getifaddrs(&first_) != 0) first_ = nullptr;
  }
  ~InterfaceList() {
    if (first_ != nullptr) ::freeifaddrs(first_);
  }
  InterfaceList(const InterfaceList&) = delete;
  InterfaceList& operator=(const InterfaceList&) = delete;

  // The first; the next is its `ifa_next`. nullptr: none.
  [[nodiscard]] const ifaddrs* first() const { return first_; }

 private:
  ifaddrs* first_ = nullptr;
};

}  // namespace registrar
