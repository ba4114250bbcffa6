#include "isns-server/ctl/api_session.h"

#include <algorithm>

#include "isns-server/ctl/progress.h"
#include "shared/base/json_reader.h"
#include "shared/ctl/option_values.h"
#include "shared/net/secret_file.h"

namespace ctl {
namespace {

using base::Json;

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kApiPort = "3285";

Asked<base::Secret> tokenFromFile(const std::string& path) {
  auto token = net::readSecretFile(path);
  if (!token) return base::fail(Failure{Exit::Local, "SANCTL_TOKEN_FILE", token.error().text, {}});
  return std::move(*token);
}

}  // namespace

Asked<std::string> apiUrl(std::string_view typed) {
  std::string_view rest = typed;
  if (rest.starts_with("http://")) {
    return base::fail(
        usageFailure("--server", "the management server is asked by https alone", "leave the scheme off"));
  }
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  while (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty() || rest.find_first_of("/?#@ ") != std::string_view::npos) {
    return base::fail(usageFailure("--server", "\"" + std::string(typed) + "\" is no server",
                                   "as in san.example.com or 10.0.0.1:3285"));
  }
  const bool bracket = rest.starts_with('[');
  const std::size_t colons = static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ':'));
  if (!bracket && colons > 1) return std::string(kScheme) + "[" + std::string(rest) + "]:" + std::string(kApiPort);
  const bool port = bracket ? rest.find("]:") != std::string_view::npos : colons == 1;
  return std::string(kScheme) + std::string(rest) + (port ? "" : ":" + std::string(kApiPort));
}

Asked<ApiSession> ApiSession::open(const Invocation& invocation, Context& context) {
  return openBy(invocation, context, invocation.has("--local") || invocation.has("--socket"));
}

Asked<ApiSession> ApiSession::openLocal(const Invocation& invocation, Context& context) {
  return openBy(invocation, context, true);
}

Asked<ApiSession> ApiSession::openBy(const Invocation& invocation, Context& context, bool local) {
  ApiSession session;
  auto store = LoginStore::load(context);
  if (!store) return base::fail(store.error());
  session.store_ = std::move(*store);
  const auto timeout = secondsOption(invocation, "--timeout");
  if (!timeout) return base::fail(timeout.error());
  session.settings_.timeout = timeout->value_or(std::chrono::seconds(30));
  session.settings_.verbose = invocation.has("--verbose");

  const StoredLogin* login = nullptr;
  if (local) {
    session.settings_.socket = std::string(invocation.one("--socket").value_or(kDefaultApiSocket));
    session.server_ = session.settings_.socket;
    login = session.store_.find(session.server_);
  } else if (const auto typed = invocation.one("--server")) {
    auto url = apiUrl(*typed);
    if (!url) return base::fail(url.error());
    session.settings_.url = session.server_ = *url;
    login = session.store_.find(session.server_);
  } else if ((login = session.store_.current()) != nullptr) {
    session.server_ = login->server;
    (login->server.starts_with('/') ? session.settings_.socket : session.settings_.url) = login->server;
  } else {
    return base::fail(Failure{Exit::Denied, "no server is known", "nobody has logged in from here",
                              "log in with sanctl login --server HOST, or on the server itself with --local"});
  }
  if (login != nullptr) {
    session.settings_.authority = login->authority;
    session.user_ = login->user;
    session.token_ = login->token.copy();
  }
  if (const auto file = context.environment("SANCTL_TOKEN_FILE"); file && !file->empty()) {
    auto token = tokenFromFile(*file);
    if (!token) return base::fail(token.error());
    session.token_ = std::move(*token);
    session.user_.clear();
  }
  if (const auto file = invocation.one("--ca")) {
    auto pem = context.readFile(std::string(*file));
    if (!pem) return base::fail(Failure{Exit::Local, std::string(*file), "the file cannot be read", {}});
    session.settings_.authority = std::move(*pem);
  }
  if (auto taken = session.takeCertificate(invocation, context, login); !taken) return base::fail(taken.error());
  session.client_ = context.api(session.settings_);
  return session;
}

// A certificate that is typed counts more than a stored token, and a token from a file more than a stored certificate.
Outcome ApiSession::takeCertificate(const Invocation& invocation, Context& context, const StoredLogin* login) {
  if (local()) return {};  // there is no TLS
  const auto typed = invocation.one("--cert");
  if (typed) {
    settings_.certificate = std::string(*typed);
    settings_.key = std::string(invocation.one("--key").value_or(*typed));
    token_.clear();
    user_.clear();
  } else if (login != nullptr && token_.empty()) {
    settings_.certificate = login->certificate;
    settings_.key = login->key;
  }
  if (settings_.certificate.empty()) return {};
  auto pem = context.machine->readPrivate(settings_.key);
  if (!pem) return base::fail(Failure{Exit::Local, "the key of the certificate", pem.error().text, {}});
  base::wipeText(*pem);
  return {};
}

void ApiSession::use(Context& context, std::string authority, base::Secret token) {
  settings_.authority = std::move(authority);
  token_ = std::move(token);
  client_ = context.api(settings_);
}

ApiRequest ApiSession::requestOf(const Ask& what) const {
  const mgmt::RouteRow& row = mgmt::rowOf(what.route);
  ApiRequest request;
  request.method = std::string(row.method);
  request.target = mgmt::requestTarget(what.route, what.segments, what.query);
  if (what.secrets != nullptr && !what.secrets->empty()) {
    request.body = what.secrets->text(what.body);
    request.secret = true;
    what.secrets->clear();
  } else if (!what.body.isNull()) {
    what.body.writeCompact(request.body);
  }
  request.token = token_.copy();
  return request;
}

Asked<ApiAnswer> ApiSession::checked(Asked<ApiAnswer> answer, const Ask& what, bool secret) {
  if (!answer || (answer->status >= 200 && answer->status < 300)) return answer;
  return base::fail(problemFailure(answer->status, answer->body,
                                   {what.route, what.segments, secret ? nullptr : &what.body}));
}

Asked<ApiAnswer> ApiSession::answerTo(const Ask& what, Progress* progress) {
  if (settings_.socket.empty() && settings_.authority.empty()) {
    return base::fail(Failure{Exit::Denied, server_, "no authority is pinned for it, so its certificate proves nothing",
                              "log in with sanctl login --server " + server_.substr(server_.find("//") + 2)});
  }
  ApiRequest request = requestOf(what);
  if (progress != nullptr) request.progress = [progress](std::uint64_t bytes) { progress->received(bytes); };
  auto answer = client_->ask(request);
  base::wipeText(request.body);
  if (answer && answer->revision && request.method == "GET")
    seen_ = std::min(*answer->revision, seen_.value_or(*answer->revision));
  return answer;
}

Asked<std::string> ApiSession::download(const Ask& what, Progress* progress) {
  const bool secret = what.secrets != nullptr && !what.secrets->empty();
  auto answer = checked(answerTo(what, progress), what, secret);
  if (!answer) return base::fail(answer.error());
  return std::move(answer->body);
}

Asked<Json> ApiSession::ask(const Ask& what) {
  auto body = download(what);
  if (!body) return base::fail(body.error());
  if (body->empty()) return Json{};
  auto json = base::parseJson(*body);
  base::wipeText(*body);  // it may hold a token, or a secret
  if (!json) return base::fail(Failure{Exit::Malformed, server_, "its answer is no JSON: " + json.error().text, {}});
  return std::move(*json);
}

Outcome ApiSession::follow(const Ask& what, const ApiClient::Take& take) {
  if (settings_.socket.empty() && settings_.authority.empty()) {
    return base::fail(Failure{Exit::Denied, server_, "no authority is pinned for it", "log in with sanctl login"});
  }
  ApiRequest request = requestOf(what);
  const auto answer = checked(client_->follow(request, take), what, false);
  if (!answer) return base::fail(answer.error());
  return {};
}

}  // namespace ctl
