#include "agent/block/remote_lun_isid.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <utility>

#include "shared/base/hash.h"
#include "shared/base/hex.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71  // since Linux 5.14
#endif

namespace block {
namespace {

constexpr std::uint8_t kRandomFormat = 0x80;  // T 10b; A is reserved
constexpr std::size_t kHashed = 5;            // bytes: B, C, D

std::string firstLineOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Of devices alone, and of them the address that they were made with (NET_ADDR_PERM) of those that are no virtual
// functions: what else there is has another one at each start, or comes and goes with virtual machines.
std::string leastHardwareAddress() {
  namespace fs = std::filesystem;
  std::string least;
  std::error_code none;
  fs::directory_iterator interfaces("/sys/class/net", none);
  for (; !none && interfaces != fs::directory_iterator(); interfaces.increment(none)) {
    std::error_code ignored;
    const fs::path device = interfaces->path() / "device";
    if (!fs::exists(device, ignored) || fs::exists(device / "physfn", ignored)) continue;
    if (firstLineOf(interfaces->path() / "addr_assign_type") != "0") continue;
    std::string address = firstLineOf(interfaces->path() / "address");
    if (least.empty() || (!address.empty() && address < least)) least = std::move(address);
  }
  return least;
}

std::uint64_t networkCookie() {
  const net::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  return ::getsockopt(fd.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

enum class Hold : std::uint8_t { Held, OfAnother, Failed };

// Nobody else can have the socket that stands for an ISID of an initiator.
Hold hold(std::string_view initiatorName, const iscsi::Isid& isid, net::UniqueFd& held) {
  const std::string text =
      "sanctum-isid-" + std::to_string(base::fnv1a(base::asBytes(initiatorName))) + "-" + base::hexText(isid);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  text.copy(address.sun_path + 1, sizeof address.sun_path - 1);
  net::UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    return errno == EADDRINUSE ? Hold::OfAnother : Hold::Failed;
  }
  held = std::move(fd);
  return Hold::Held;
}

}  // namespace

IsidHost isidHost() {
  IsidHost host;
  host.machineId = firstLineOf("/etc/machine-id");
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) == 0) host.name = name.data();
  host.hardwareAddress = leastHardwareAddress();
  host.networkCookie = networkCookie();
  return host;
}

iscsi::Isid isidOf(const IsidHost& host, std::string_view initiatorName, const initiator::Url& url, unsigned number) {
  std::string words;
  for (const std::string_view word :
       {std::string_view(host.machineId), std::string_view(host.name), std::string_view(host.hardwareAddress),
        initiatorName, std::string_view(url.portal), std::string_view(url.target)}) {
    words.append(word).push_back('\0');
  }
  words +=
      std::to_string(host.networkCookie) + ' ' + std::to_string(url.lun.value_or(0)) + ' ' + std::to_string(number);
  const std::uint64_t hash = base::fnv1a(base::asBytes(words));
  iscsi::Isid isid{kRandomFormat};
  std::uint64_t bits = hash ^ hash >> (8 * kHashed);
  for (std::size_t i = 1; i <= kHashed; ++i, bits >>= 8) isid[i] = static_cast<std::uint8_t>(bits);
  return isid;
}

RemoteLunIsid::RemoteLunIsid(std::string_view initiatorName, const initiator::Url& url, const IsidHost& host) {
  for (unsigned number = 0; host.networkCookie != 0 && number < kNumbers; ++number) {
    isid_ = isidOf(host, initiatorName, url, number);
    const Hold held = hold(initiatorName, isid_, held_);
    if (held == Hold::Held) return;
    if (held == Hold::Failed) break;
  }
  isid_ = initiator::randomIsid();
}

}  // namespace block
