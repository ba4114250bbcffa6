// A host with a stock iSNS client that speaks UDP: registers, repeats what is not answered, asks for its targets when
// it is told of a change, and now and then.
#pragma once

#include <optional>

#include "agent/registrar/presence.h"
#include "shared/isns/client_session.h"
#include "tests/scenario/san/network.h"

namespace sim {

class StockHost final : public Node {
 public:
  static constexpr std::uint16_t kPort = 5000;
  static constexpr std::chrono::seconds kAskAgain{30};

  StockHost(Network& network, const net::Address& address, std::string name, const net::Address& server);

  void boot() { next_ = network_.timeline().now(); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const net::Address& address() const { return address_; }
  [[nodiscard]] const std::optional<std::vector<std::string>>& sees() const { return sees_; }
  [[nodiscard]] std::uint64_t notices() const { return notices_; }

  [[nodiscard]] base::TimePoint nextDeadline() const override { return std::min(next_, session_.nextDeadline()); }
  void onTimer() override;

 private:
  void registerIt();
  void ask();
  [[nodiscard]] registrar::Presence presence() const;
  void act();
  void answered(const isns::Answer& answer);
  [[nodiscard]] base::Now now() const { return Clock{&network_.timeline()}.now(); }

  Network& network_;
  const net::Address address_;
  const std::string name_;
  const net::Address server_;
  isns::ClientSession session_;
  base::TimePoint next_ = base::kNever;
  bool registered_ = false;
  bool changed_ = false;  // while a question was on its way
  std::optional<std::uint16_t> asked_;
  std::uint16_t checked_ = 0;  // the question whether it is still there
  std::optional<std::vector<std::string>> sees_;
  std::uint64_t notices_ = 0;
};

}  // namespace sim
