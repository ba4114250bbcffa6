// The kernel of this machine is asked, but for VLANs, which it may not have. With interfaces of their own it is
// interop's managed_agent_test.py.
#include "agent/registrar/interfaces.h"

#include <gtest/gtest.h>
#include <linux/if_vlan.h>
#include <linux/sockios.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdarg>
#include <string>

namespace {
std::string theVlanDevice;  // has id 5
}

// In the place of the C library's, in this program alone.
extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
  va_list list;
  va_start(list, request);
  void* const argument = va_arg(list, void*);
  va_end(list);
  auto* const question = static_cast<vlan_ioctl_args*>(argument);
  if (request != SIOCGIFVLAN || question->cmd != GET_VLAN_VID_CMD || theVlanDevice != question->device1) {
    return static_cast<int>(::syscall(SYS_ioctl, fd, request, argument));
  }
  question->u.VID = 5;
  return 0;
}

namespace registrar {
namespace {

TEST(Interfaces, theLoopbackHasItsAddressWithAPrefix) {
  const auto wanted = net::Address::v4(127, 0, 0, 1, 3260);
  const auto seen = networksOf({wanted});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].address, wanted);
  EXPECT_EQ(seen[0].interface, "lo");
  EXPECT_EQ(seen[0].prefix, 8U);
  EXPECT_EQ(seen[0].vlan, 0U);
  EXPECT_EQ(seen[0].speed, 0U);
  EXPECT_GT(seen[0].mtu, 0U);
  EXPECT_TRUE(seen[0].up);
}

TEST(Interfaces, aVlanDeviceHasItsId) {
  const auto wanted = net::Address::v4(127, 0, 0, 1, 3260);
  theVlanDevice = "lo";
  const auto seen = networksOf({wanted});
  theVlanDevice = "eth0.5";
  const auto without = networksOf({wanted});
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].vlan, 5U);
  ASSERT_EQ(without.size(), 1U);
  EXPECT_EQ(without[0].vlan, 0U);
}

TEST(Interfaces, anAddressOfNobodyHereIsLeftOut) {
  EXPECT_TRUE(networksOf({net::Address::v4(203, 0, 113, 77, 3260)}).empty());
  EXPECT_TRUE(networksOf({}).empty());
}

}  // namespace
}  // namespace registrar
