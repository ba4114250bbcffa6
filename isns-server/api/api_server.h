// ApiServer: the management API behind the HTTP server: finds the route, finds out who asks and whether he may, reads the
// body, finds the revision, and hands the call to its handler.
//
// One thread, the loop's. Every refusal is problem+json and changes nothing; one of a right also goes to the audit log.
// An address that asks too often gets status 429 (docs/reference/configuration.md, api.requests_per_source). An agent whose
// certificate is accepted counts by itself, wherever it asks from; the local socket does not count.
#pragma once

#include "isns-server/api/agent_handlers.h"
#include "isns-server/api/call.h"
#include "isns-server/api/desk.h"
#include "isns-server/api/event_streams.h"
#include "shared/base/rate_limiter.h"

namespace api {

class ApiServer final : public ExchangeHandler {
 public:
  // `limited` hears of each request that was turned away for its address.
  ApiServer(Desk desk, const base::RateSettings& rates, std::function<void(const std::string& peer)> limited)
      : desk_(std::move(desk)), rates_(rates), limited_(std::move(limited)) {}

  void onExchange(std::shared_ptr<Exchange> exchange) override;
  void onTooLarge(std::shared_ptr<Exchange> exchange) override;
  // The timeline has moved: wakes agents; listeners are told at the end of the turn, of all that moved in it at once.
  void onRevision();
  void onTurn();
  // Closes streams that are silent for too long and sends signs of life.
  void onTick(base::Now now) {
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
  std::function<void(const std::string& peer)> limited_;
  EventStreams streams_;
  CredentialRunner credentials_{desk_};
  AgentHandlers agents_{desk_, credentials_};
  bool moved_ = false;  // and nobody who listens was told
};

}  // namespace api
