// Connection: how the commands of sanctl reach an iSNS server. The real one is NetConnection; tests script another.
//
// Blocking, one thread: ask() returns with the answer or with why there is none. Notifications that the server sends
// meanwhile are kept (kMaxNotices, the oldest are dropped) and given by nextNotice().
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "shared/base/clock.h"
#include "shared/base/result.h"
#include "shared/ctl/exit_codes.h"
#include "shared/isns/request_builders.h"
#include "shared/isns/response_reader.h"

namespace ctl {

// That every server can answer, with whatever status. `source`: the source attribute.
inline isns::Request harmlessQuestion(base::ByteView source) {
  const isns::Tag wanted[] = {isns::readAttributes(source)->front().tag};
  return isns::query(source, wanted);
}

// Where to ask and how.
struct ServerSettings {
  std::string server;  // host, address, with or without port
  bool udp = false;
  base::Duration timeout{};
  base::Bytes source;    // the source attribute: one TLV
  std::string keyFile;   // of a DSA key in PEM; empty: requests are not signed
  std::string keyName;   // the SPI of the signature
  bool verbose = false;  // print the messages that are exchanged
};

struct Notice {
  std::string peer;  // who sent it
  std::variant<isns::ScnNotice, isns::EsiNotice> content;
};

class Connection {
 public:
  static constexpr std::size_t kMaxNotices = 10'000;

  virtual ~Connection() = default;

  // A response with whatever status; a failure where there is none. Connects on first use.
  virtual Asked<isns::Response> ask(const isns::Request& request) = 0;
  // "10.0.0.1:3205", once known; before that what was given.
  [[nodiscard]] virtual std::string server() const = 0;
  // The address of this machine from which the server is reached.
  virtual Asked<isns::IpAddress> localAddress() = 0;
  // Opens a port on which the server can deliver SCN and ESI messages; they are answered by themselves. Port 0 of the
  // address is any free one; the port opened is returned, with its UDP flag.
  virtual Asked<std::uint32_t> listen(const isns::PortalAddress& address) = 0;
  // The next notification; nothing at `until` or after an interrupt.
  virtual std::optional<Notice> nextNotice(base::TimePoint until) = 0;
  // SIGINT, SIGTERM, SIGHUP or SIGPIPE came after listen(), which keeps them from ending the process.
  [[nodiscard]] virtual bool interrupted() const = 0;
};

}  // namespace ctl
