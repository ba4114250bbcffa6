#include "tests/bench/common/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "shared/isns/functions.h"
#include "shared/net/os_error.h"

namespace bench {

base::Result<Client> Client::connect(const net::Address& server, std::size_t window) {
  base::Result<net::UniqueFd> fd = connectTo(server);
  if (!fd) return base::fail(fd.error());
  return Client(std::move(*fd), window);
}

base::Status Client::readMore() {
  input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(used_));
  used_ = 0;
  const std::size_t have = input_.size();
  constexpr std::size_t kChunk = 64 * 1024;
  input_.resize(have + kChunk);
  const ssize_t got = recv(fd_.get(), input_.data() + have, kChunk, 0);
  input_.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got == 0) return base::fail("the server closed the connection");
  if (got < 0 && errno != EINTR) return net::osFailure("recv");
  return {};
}

std::string Client::judge(base::ByteView pdu, base::ByteView request) const {
  std::string wrong = checkHead(pdu, base::loadU16(request.data() + 2), base::loadU16(request.data() + 8));
  if (!wrong.empty()) return wrong;
  const std::uint32_t status = statusOf(pdu);
  const bool accepted = status < 64 && ((accepted_ >> status) & 1) != 0;
  return accepted ? std::string() : statusText(status);
}

base::Status Client::collect(base::ByteView requests, std::size_t first, const Answered& answered) {
  for (std::size_t i = first; !requests.empty();) {
    const auto pdu = firstPdu(base::ByteView(input_).subspan(used_));
    if (!pdu) {
      if (base::Status read = readMore(); !read) return read;
      continue;
    }
    const base::ByteView request = *firstPdu(requests);
    if (const std::string wrong = judge(*pdu, request); !wrong.empty()) {
      const std::string_view name = isns::functionName(base::loadU16(request.data() + 2));
      return base::fail(std::string(name) + " " + std::to_string(i) + ": " + wrong);
    }
    if (answered) answered(i, *pdu);
    requests = requests.subspan(request.size());
    used_ += pdu->size();
    ++i;
  }
  return {};
}

base::Status Client::exchange(std::size_t count, const Append& append, const Answered& answered) {
  base::Bytes requests;
  for (std::size_t done = 0; done < count;) {
    requests.clear();
    const std::size_t first = done;
    while (done < count && done - first < window_ && requests.size() < kWindowBytes)
      append(requests, done++, nextXid_++);
    if (base::Status sent = sendAll(fd_.get(), requests); !sent) return sent;
    if (base::Status collected = collect(requests, first, answered); !collected) return collected;
  }
  return {};
}

}  // namespace bench
