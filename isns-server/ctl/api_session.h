// ApiSession: one run's talk with the management server: where it is, as whom, and what its answers mean.
//
// Settings come from the options of kApiOptions (api_commands.cpp), the environment and the stored login. An answer
// that is a problem becomes a Failure (api_problem.h).
// One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "isns-server/ctl/api_client.h"
#include "isns-server/ctl/api_problem.h"
#include "isns-server/ctl/login_store.h"
#include "isns-server/ctl/machine.h"
#include "shared/base/json.h"
#include "shared/base/secret_json.h"
#include "shared/ctl/context.h"
#include "shared/mgmt/request_target.h"

namespace ctl {

class Progress;

inline constexpr std::string_view kDefaultApiSocket = "/run/sanctum/management.sock";

// The server's place from what was typed: a scheme and a port are added, a path is refused.
Asked<std::string> apiUrl(std::string_view typed);

class ApiSession {
 public:
  struct Ask {
    mgmt::Route route{};
    std::vector<std::string> segments = {};                       // for {id}, {kind}, {name}, in order
    mgmt::Query query = {};                                       // those with an empty value are left out
    base::Json body = {};                                         // null: none
    base::SecretJson* secrets = nullptr;                          // whose marks are in the body; none is left after it
  };

  // Checks settings; nothing is sent.
  static Asked<ApiSession> open(const Invocation& invocation, Context& context);
  // The same by the local socket, also where no option says so.
  static Asked<ApiSession> openLocal(const Invocation& invocation, Context& context);

  // The JSON of an answer of status 2xx; null where it has no body.
  Asked<base::Json> ask(const Ask& what);
  // The bytes of such an answer; with `progress` it is shown how they come.
  Asked<std::string> download(const Ask& what, Progress* progress = nullptr);
  // Whatever the answer is.
  Asked<ApiAnswer> answerTo(const Ask& what, Progress* progress = nullptr);
  Outcome follow(const Ask& what, const ApiClient::Take& take);

  // The oldest revision of the SAN that something was read from; nothing: nothing of it was read.
  [[nodiscard]] const std::optional<std::uint64_t>& seen() const { return seen_; }
  [[nodiscard]] const std::string& server() const { return server_; }
  [[nodiscard]] bool local() const { return !settings_.socket.empty(); }
  [[nodiscard]] LoginStore& store() { return store_; }
  [[nodiscard]] ApiClient& client() { return *client_; }
  [[nodiscard]] ApiSettings& settings() { return settings_; }
  [[nodiscard]] const std::string& user() const { return user_; }
  // For what follows a login: the pinned authority and the new token.
  void use(Context& context, std::string authority, base::Secret token);

 private:
  static Asked<ApiSession> openBy(const Invocation& invocation, Context& context, bool local);
  Outcome takeCertificate(const Invocation& invocation, Context& context, const StoredLogin* login);
  ApiRequest requestOf(const Ask& what) const;
  static Asked<ApiAnswer> checked(Asked<ApiAnswer> answer, const Ask& what, bool secret);

  ApiSettings settings_;
  std::string server_;
  std::string user_;
  base::Secret token_;
  LoginStore store_;
  std::unique_ptr<ApiClient> client_;
  std::optional<std::uint64_t> seen_;
};

}  // namespace ctl
