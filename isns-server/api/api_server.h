// ApiServer: the management API behind the HTTP server: finds the route, finds out who asks and whether he may, reads the
// body, finds the revision, and hands the call to its handler.
//
// One thread, the loop's. Every refusal is problem+json and changes nothing; one of a right also goes to the audit log. Who
// has not shown who he is when his headers are there sends a body of at most kMaxStrangersBody.
// An address that asks too often gets status 429 (docs/reference/configuration.md, api.requests_per_source). An agent whose
// certificate is accepted counts by itself, wherever it asks from; the local socket does not count.
#pragma once

#include "isns-server/api/agent_handlers.h"
#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"
#include "isns-server/api/event_streams.h"
#include "isns-server/api/person_entry.h"
#include "isns-server/api/refusals.h"
#include "shared/base/rate_limiter.h"

namespace api {

class ApiServer final : public ExchangeHandler {
 public:
  static constexpr std::size_t kMaxStrangersBody = 64U << 10;
  // Who hears what was turned away for its address.
  struct Limited {
    std::function<void(const std::string& peer)> request;
    std::function<void(const std::string& peer)> connection;
  };
  ApiServer(Desk desk, const base::RateSettings& rates, Limited limited)
      : desk_(std::move(desk)), rates_(rates), limited_(std::move(limited)) {}

  void onExchange(std::shared_ptr<Exchange> exchange) override;
  Allowance allowance(const HttpRequest& head) override;
  HttpResponse refused(const HttpRefusal& refusal) override;
  void onCrowded(const std::string& peer) override { limited_.connection(peer); }
  // The timeline has moved: wakes agents; listeners are told at the end of the turn, of all that moved in it at once.
  void onRevision();
  void onTurn();
  // Closes streams that are silent for too long and sends signs of life.
  void onTick(base::Now now) {
    entry_.onTick(now);
    writeRefusals(desk_, now);
    streams_.onTick(now);
    agents_.onTick(now);
    credentials_.onTick(now);
  }
  // When onTick() is to be called again.
  [[nodiscard]] base::Duration pause() const {
    return agents_.hurried() || credentials_.hurried() ? base::Duration(AgentHandlers::kPace) : std::chrono::seconds(1);
  }

 private:
  [[nodiscard]] bool admitted(const Call& call, const std::string& source);
  Wanted<people::Principal> identify(const Call& call, std::string_view right);
  void withRevision(const CallPtr& call, std::function<void()> go);
  void handle(const CallPtr& call);

  Desk desk_;
  base::RateLimiter<std::string> rates_;
  Limited limited_;
  PersonEntry entry_{desk_};
  EventStreams streams_{[this](const people::Principal& who, base::Now now) { return stands(desk_, who, now); }};
  CredentialRunner credentials_{desk_};
  AgentHandlers agents_{desk_, credentials_};
  bool moved_ = false;  // and nobody who listens was told
};

}  // namespace api
