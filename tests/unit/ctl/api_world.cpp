#include "tests/unit/ctl/api_world.h"

namespace ctl_test {
namespace {

class ScriptedApi final : public ctl::ApiClient {
 public:
  explicit ScriptedApi(ApiWorld& world) : world_(world) {}

  ctl::Asked<ctl::ApiAnswer> ask(ctl::ApiRequest& request) override {
    world_.asked.push_back(
        {request.method + " " + request.target, request.body, std::string(base::asText(request.token.reveal()))});
    world_.sentSecretly = request.secret;
    if (world_.meanwhile) world_.meanwhile();
    if (request.progress) {
      for (const std::uint64_t bytes : world_.received) request.progress(bytes);
    }
    if (world_.answers.empty())
      return base::fail(ctl::Failure{ctl::Exit::Connect, "the script has no answer", request.target, {}});
    ctl::Asked<ctl::ApiAnswer> answer = std::move(world_.answers.front());
    world_.answers.pop_front();
    return answer;
  }
  ctl::Asked<ctl::ApiAnswer> follow(ctl::ApiRequest& request, const Take& take) override {
    if (world_.pieces.empty()) return ask(request);
    world_.asked.push_back({request.method + " " + request.target, {}, {}});
    for (const std::string& piece : std::exchange(world_.pieces, {})) {
      if (!take(piece)) break;
    }
    return ctl::ApiAnswer{200, "text/event-stream", {}};
  }
  ctl::Asked<std::string> shownChain() override { return world_.chain; }

 private:
  ApiWorld& world_;
};

}  // namespace

ApiWorld::ApiWorld() { world.environment["HOME"] = "/home/me"; }

void ApiWorld::logIn() {
  privateFiles["/home/me/.config/sanctum/logins.json"] =
      R"({"logins": [{"server": "https://san:3285", "authority": "PEM", "user": "me", "token": "T0KEN", "expires": 9}]})";
}

Ended ApiWorld::run(const std::vector<std::string>& words) {
  std::ostringstream out;
  if (world.outputFails) out.setstate(std::ios::badbit);
  std::ostringstream err;
  ctl::Context context = world.context(out, err);
  context.api = [this](const ctl::ApiSettings& given) -> std::unique_ptr<ctl::ApiClient> {
    settings.push_back(given);
    return std::make_unique<ScriptedApi>(*this);
  };
  context.machine = this;
  context.now = [this, usual = context.now] {
    base::Now now = usual();
    if (!clock.empty()) {
      now.mono = clock.front();
      clock.pop_front();
    }
    return now;
  };
  Ended ended;
  ended.exit = ctl::run(words, context);
  ended.out = out.str();
  ended.err = err.str();
  return ended;
}

std::optional<std::string> ApiWorld::askLine(const std::string&) {
  if (typed.empty()) return std::nullopt;
  std::string line = std::move(typed.front());
  typed.pop_front();
  return line;
}
std::optional<base::Secret> ApiWorld::askSecret(const std::string& prompt) {
  const auto line = askLine(prompt);
  return line ? base::Secret::from(*line) : std::nullopt;
}
base::Result<std::string> ApiWorld::readPrivate(const std::string& path) {
  const auto at = privateFiles.find(path);
  if (at == privateFiles.end()) return base::fail(path + ": there is none");
  return at->second;
}
base::Status ApiWorld::updatePrivate(const std::string& path, const Change& change) {
  auto changed = change(exists(path) ? privateFiles[path] : std::string{});
  if (!changed) return base::fail(changed.error());
  privateFiles[path] = std::move(*changed);
  return {};
}

}  // namespace ctl_test
