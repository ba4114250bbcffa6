// ApiClient: how sanctl asks the management server (shared/mgmt/routes.h). The real one is CurlClient (curl_client.h);
// tests script another.
//
// Blocking, one thread. A failure means that there is no answer; an answer has whatever status. Bound: kMaxAnswer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "shared/base/clock.h"
#include "shared/base/secret.h"
#include "shared/ctl/exit_codes.h"

namespace ctl {

struct ApiSettings {
  std::string url;        // "https://10.0.0.1:3285"; empty with a socket
  std::string socket;     // path of the local socket; then there is no TLS
  std::string authority;  // PEM of the root that the server's chain must lead to
  std::string certificate;  // path of the client certificate with what leads to its root, PEM; empty: none is shown
  std::string key;          // path of its private key, PEM
  base::Duration timeout{};
  // After which a stream that says nothing is lost. The server gives a sign of life every 15 s.
  base::Duration silence = std::chrono::seconds(45);
  bool verbose = false;  // requests and statuses to the standard error, never headers or bodies
};

struct ApiRequest {
  std::string method;
  std::string target;  // path and query, encoded: "/api/v1/nodes?limit=10"
  std::string body;    // JSON; empty: none
  bool secret = false;  // the body holds secrets: it is wiped as it is sent, and no buffer keeps it
  base::Secret token;  // empty: none
  // Told now and then how many bytes of the answer have come, at least once a second; may be empty.
  std::function<void(std::uint64_t received)> progress = {};
};

struct ApiAnswer {
  int status = 0;
  std::string type;
  std::string body;
  std::optional<std::uint64_t> revision = {};  // of the SAN that it is of, where it tells
};

class ApiClient {
 public:
  static constexpr std::size_t kMaxAnswer = std::size_t{512} << 20;

  virtual ~ApiClient() = default;
  virtual Asked<ApiAnswer> ask(ApiRequest& request) = 0;
  // An answer that comes piece by piece: `take` gets those of status 200, until it returns false. Other statuses are
  // the answer. A stream that falls silent (ApiSettings::silence) is Exit::Timeout.
  using Take = std::function<bool(std::string_view piece)>;
  virtual Asked<ApiAnswer> follow(ApiRequest& request, const Take& take) = 0;
  // The certificates that the server shows, PEM, leaf first. They are not verified; nothing is sent but the request for
  // them.
  virtual Asked<std::string> shownChain() = 0;
};

}  // namespace ctl
