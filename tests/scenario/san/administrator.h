// Who zones: keeps the discovery domains of a name server as they are wanted, one request after the other, and repeats
// what was lost. Remembers when a host and a target may have shared a domain last.
#pragma once

#include <optional>
#include <set>

#include "shared/isns/client_session.h"
#include "tests/scenario/san/network.h"

namespace sim {

class Administrator final : public Node, private SocketUser {
 public:
  static constexpr const char* kName = "iqn.2026-01.example:control";
  using Domains = std::map<std::uint32_t, std::set<std::string>>;  // names of nodes by DD_ID

  // Works at the name server itself.
  Administrator(Network& network, const net::Address& server);

  void want(Domains domains);
  [[nodiscard]] const Domains& wanted() const { return wanted_; }
  // The name server has lost everything.
  void begunAnew();
  [[nodiscard]] bool done() const { return !asked_ && next() == std::nullopt; }

  [[nodiscard]] bool zoned(const std::string& a, const std::string& b) const { return shares(wanted_, a, b); }
  // When the two may have shared a domain last; now, if they may at present.
  [[nodiscard]] base::TimePoint lastZoned(const std::string& a, const std::string& b) const;

  [[nodiscard]] base::TimePoint nextDeadline() const override;
  void onTimer() override;

 private:
  enum class Step : std::uint8_t { MakeSet, MakeDomain, Enable, Add, Remove };
  struct Work {
    Step step;
    std::uint32_t domain = 0;
    std::string node;
    friend bool operator==(const Work&, const Work&) = default;
  };

  static bool shares(const Domains& domains, const std::string& a, const std::string& b);
  [[nodiscard]] std::optional<Work> next() const;
  void work();
  void again();
  void answered(std::uint32_t status);
  void onConnected() override;
  std::size_t onBytes(base::ByteView bytes) override;
  void onEnded(const std::string& why, bool connected) override;
  [[nodiscard]] base::Now now() const { return Clock{&network_.timeline()}.now(); }

  Network& network_;
  const net::Address server_;
  Socket socket_;
  std::optional<isns::ClientSession> session_;
  bool connecting_ = false;
  Domains wanted_;
  // Between the two is whatever was asked for and not answered: it is asked for again, either way.
  Domains known_;     // that the server has for certain
  Domains possible_;  // that it may have
  std::set<std::uint32_t> enabled_;
  bool set_ = false;
  std::optional<Work> asked_;
  base::TimePoint retry_ = base::kNever;
  std::map<std::pair<std::string, std::string>, base::TimePoint> parted_;
};

}  // namespace sim
