#include "shared/net/datagram.h"

#include <fcntl.h>
#include <netinet/in.h>

#include <cstring>
#include <utility>
#include <vector>

#include "shared/net/listen_failure.h"

namespace net {
namespace {

constexpr std::size_t kControl = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo));

struct alignas(cmsghdr) Control {
  std::uint8_t bytes[kControl];
};

// The address that a message was sent to, from its control data; the port is the socket's.
Address localOf(msghdr& header, std::uint16_t port) {
  sockaddr_storage storage{};
  for (cmsghdr* item = CMSG_FIRSTHDR(&header); item != nullptr; item = CMSG_NXTHDR(&header, item)) {
    if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(item), sizeof info);
      sockaddr_in in{};
      in.sin_family = AF_INET;
      in.sin_port = htons(port);
      in.sin_addr = info.ipi_spec_dst;  // never a group or a broadcast address
      std::memcpy(&storage, &in, sizeof in);
    } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(item), sizeof info);
      sockaddr_in6 in{};
      in.sin6_family = AF_INET6;
      in.sin6_port = htons(port);
      in.sin6_addr = info.ipi6_addr;
      in.sin6_scope_id = info.ipi6_ifindex;
      std::memcpy(&storage, &in, sizeof in);
    }
  }
  const Address local = Address::from(storage).value_or(Address{});
  return local.isMulticast() ? Address{} : local;
}

template <class Info>
void putControl(msghdr& header, Control& control, int level, int type, const Info& info) {
  header.msg_control = control.bytes;
  header.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* item = CMSG_FIRSTHDR(&header);
  item->cmsg_level = level;
  item->cmsg_type = type;
  item->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(item), &info, sizeof info);
}

// Lets the message leave from `from` instead of the address that the route prefers.
void setSource(msghdr& header, Control& control, const Address& from) {
  if (from.isV4()) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from.octets().data() + 12, 4);
    putControl(header, control, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, from.octets().data(), from.octets().size());
    info.ipi6_ifindex = from.scope();
    putControl(header, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

}  // namespace

// What recvmmsg fills: headers that point into each other's arrays, set up once.
struct DatagramSocket::Batch {
  Batch(std::size_t count, std::size_t maxMessage)
      : headers(count),
        parts(count),
        peers(count),
        controls(count),
        memory(std::make_unique_for_overwrite<std::uint8_t[]>(count * maxMessage)) {
    for (std::size_t i = 0; i < count; ++i) parts[i] = {memory.get() + i * maxMessage, maxMessage};
  }

  // The kernel shortens the lengths; they are set anew for every call.
  void reset() {
    for (std::size_t i = 0; i < headers.size(); ++i) {
      msghdr& header = headers[i].msg_hdr;
      header.msg_name = &peers[i];
      header.msg_namelen = sizeof peers[i];
      header.msg_iov = &parts[i];
      header.msg_iovlen = 1;
      header.msg_control = controls[i].bytes;
      header.msg_controllen = sizeof controls[i].bytes;
      header.msg_flags = 0;
    }
  }

  std::vector<mmsghdr> headers;
  std::vector<iovec> parts;
  std::vector<sockaddr_storage> peers;
  std::vector<Control> controls;
  std::unique_ptr<std::uint8_t[]> memory;
};

DatagramSocket::DatagramSocket(Loop& loop, DatagramOwner& owner, const DatagramOptions& options)
    : loop_(loop), owner_(owner), options_(options) {}

DatagramSocket::~DatagramSocket() = default;

base::Status DatagramSocket::open(const Address& address) {
  UniqueFd fd(::socket(address.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return osFailure("cannot make a socket");
  const int on = 1;
  if (!address.isV4()) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (options_.shared) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage to;
  const socklen_t size = address.toSockaddr(to);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&to), size) != 0) {
    return listenFailure(address);
  }
  return start(std::move(fd));
}

base::Status DatagramSocket::adopt(UniqueFd fd) {
  int type = 0;
  socklen_t size = sizeof type;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_DGRAM) {
    return base::fail("descriptor " + std::to_string(fd.get()) + " is not a datagram socket");
  }
  const int flags = ::fcntl(fd.get(), F_GETFL);
  if (flags < 0 || ::fcntl(fd.get(), F_SETFL, flags | O_NONBLOCK) != 0) return osFailure("cannot adopt a socket");
  return start(std::move(fd));
}

base::Status DatagramSocket::start(UniqueFd fd) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&name), &size) != 0) return osFailure("cannot use a socket");
  const auto local = Address::from(name);
  if (!local) return base::fail("a datagram socket is neither IPv4 nor IPv6");
  const int on = 1;
  family_ = name.ss_family;
  const int done = family_ == AF_INET ? ::setsockopt(fd.get(), IPPROTO_IP, IP_PKTINFO, &on, sizeof on)
                                      : ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  if (done != 0) return osFailure("cannot learn the local address of messages");
  if (auto watched = watch_.open(loop_, fd.get(), EPOLLIN, *this); !watched) return watched;
  batch_ = std::make_unique<Batch>(options_.batch, options_.maxMessage);
  fd_ = std::move(fd);
  local_ = *local;
  return {};
}

void DatagramSocket::close() {
  watch_.close();
  fd_.reset();
  batch_.reset();
}

void DatagramSocket::onEvents(std::uint32_t) {
  // Held here, so that the messages are there to the end, whatever the owner does with the socket.
  std::unique_ptr<Batch> batch = std::move(batch_);
  batch->reset();
  const int count =
      ::recvmmsg(fd_.get(), batch->headers.data(), static_cast<unsigned>(batch->headers.size()), MSG_DONTWAIT, nullptr);
  const Watch::Life life = watch_.life();
  for (int i = 0; i < count; ++i) {
    mmsghdr& got = batch->headers[static_cast<std::size_t>(i)];
    const auto peer = Address::from(batch->peers[static_cast<std::size_t>(i)]);
    if (!peer) continue;
    const base::ByteView bytes{static_cast<const std::uint8_t*>(got.msg_hdr.msg_iov->iov_base), got.msg_len};
    const bool truncated = (got.msg_hdr.msg_flags & MSG_TRUNC) != 0;
    owner_.onReceived(*this, {bytes, *peer, localOf(got.msg_hdr, local_.port()), truncated});
    if (life.ended()) return;
  }
  batch_ = std::move(batch);
}

base::Status DatagramSocket::send(const Address& to, base::ByteView bytes, const std::optional<Address>& from) {
  sockaddr_storage name;
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  Control control;
  msghdr header{};
  header.msg_name = &name;
  header.msg_namelen = family_ == AF_INET6 ? to.toSockaddr6(name) : to.toSockaddr(name);
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (from && !from->isAny()) setSource(header, control, *from);
  if (::sendmsg(fd_.get(), &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return osFailure("cannot send to " + to.text());
  return {};
}

base::Status DatagramSocket::setOption(int level, int name, const void* value, socklen_t size, const char* what) {
  if (::setsockopt(fd_.get(), level, name, value, size) != 0) return osFailure(std::string("cannot set the ") + what);
  return {};
}

base::Status DatagramSocket::setBroadcast(bool on) {
  const int value = on ? 1 : 0;
  return setOption(SOL_SOCKET, SO_BROADCAST, &value, sizeof value, "broadcast permission");
}

base::Status DatagramSocket::joinGroup(const Address& group, unsigned interface) {
  const char* what = "multicast membership";
  if (group.isV4()) {
    ip_mreqn request{};
    std::memcpy(&request.imr_multiaddr, group.octets().data() + 12, 4);
    request.imr_ifindex = static_cast<int>(interface);
    return setOption(IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request, what);
  }
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, group.octets().data(), group.octets().size());
  request.ipv6mr_interface = interface;
  return setOption(IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request, what);
}

}  // namespace net
