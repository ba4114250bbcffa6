// StatusServer: HTTP for monitoring. /healthz says that the process lives, /readyz whether it serves (503 with the
// reason when not), /metrics what it counts.
//
// Own threads (Poco), at most kThreads at work and kMaxQueued connections waiting; more are refused. No request body is
// read. Starting fails with a sentence, which names the keys that both programs have for it; the source must live
// longer. `software` is what the Server header says.
#pragma once

#include <memory>
#include <string>

#include "shared/program/status_source.h"
#include "shared/base/result.h"
#include "shared/net/address.h"

namespace Poco::Net {
class HTTPServer;
}

namespace program {

class StatusServer {
 public:
  static constexpr int kThreads = 4;
  static constexpr int kMaxQueued = 32;

  static base::Result<std::unique_ptr<StatusServer>> start(const net::Address& address, const std::string& software,
                                                             const StatusSource& source);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  explicit StatusServer(std::unique_ptr<Poco::Net::HTTPServer> server);
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace program
