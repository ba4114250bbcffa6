#include "tests/bench/event_listeners/changer.h"

#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "shared/isns/pdu.h"
#include "tests/bench/common/client.h"
#include "tests/bench/common/fleet.h"

namespace bench {

void Changer::await(std::uint64_t begin, std::size_t change, unsigned rate) {
  const std::uint64_t due = begin + change * 1'000'000'000ULL / rate;
  const timespec at{static_cast<time_t>(due / 1'000'000'000), static_cast<long>(due % 1'000'000'000)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
  sentAt_[change].store(nowNs(), std::memory_order_relaxed);
}

base::Status Changer::runServer(const net::Address& server, unsigned rate) {
  base::Result<net::UniqueFd> fd = connectTo(server);
  if (!fd) return base::fail(fd.error());
  const std::uint64_t begin = nowNs();
  base::Bytes request;
  std::size_t answered = 0;
  std::size_t headerLeft = 12, bodyLeft = 0;
  std::uint8_t header[12];
  // Answers are counted, not judged: a change that was refused arrives nowhere.
  const auto read = [&](bool wait) -> base::Status {
    std::uint8_t part[65536];
    const ssize_t got = ::recv(fd->get(), part, sizeof part, wait ? 0 : MSG_DONTWAIT);
    if (got == 0) return base::fail("the server closed the connection");
    for (ssize_t i = 0; i < got;) {
      if (headerLeft > 0) {
        header[12 - headerLeft--] = part[i++];
        if (headerLeft == 0) bodyLeft = static_cast<std::size_t>(header[4] << 8 | header[5]);
      } else {
        const std::size_t take = std::min(bodyLeft, static_cast<std::size_t>(got - i));
        bodyLeft -= take;
        i += static_cast<ssize_t>(take);
      }
      if (headerLeft == 0 && bodyLeft == 0) {
        ++answered;
        headerLeft = 12;
      }
    }
    return {};
  };
  for (std::size_t change = 0; change < changes_; ++change) {
    await(begin, change, rate);
    request.clear();
    appendUpdate(request, static_cast<Host>(change), static_cast<std::uint32_t>(change + 1),
                 static_cast<std::uint16_t>(change % 65535 + 1));
    if (auto sent = sendAll(fd->get(), request); !sent) return sent;
    if (auto status = read(false); !status) return status;
  }
  while (answered < changes_) {
    if (auto status = read(true); !status) return status;
  }
  return {};
}

base::Status Changer::runBare(const std::vector<int>& sockets, unsigned rate, std::size_t bytes) {
  const std::uint64_t begin = nowNs();
  std::string text(bytes, '.');
  for (std::size_t change = 0; change < changes_; ++change) {
    await(begin, change, rate);
    const std::string name = alias(static_cast<Host>(change), static_cast<std::uint32_t>(change + 1));
    text.replace(0, name.size(), name);
    for (int socket : sockets) {
      const base::ByteView view(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
      if (auto sent = sendAll(socket, view); !sent) return sent;
    }
  }
  return {};
}

}  // namespace bench
