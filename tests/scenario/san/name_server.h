// The name server's core on a simulated network: its connections and datagrams, its store with a delay of its own, and
// the messages that it sends unasked. It may die at any moment, and come again with its memory or without.
#pragma once

#include "db/memory/memory_store.h"
#include "isns-server/core/server.h"
#include "isns-server/session/authenticator.h"
#include "shared/isns/assembler.h"
#include "shared/isns/ip_text.h"
#include "tests/scenario/san/network.h"

namespace sim {

// As the wire has it.
isns::PortalAddress wireAddress(const net::Address& address);
net::Address addressOf(const isns::IpAddress& ip, std::uint16_t port);

class NameServer final : public Node {
 public:
  NameServer(Network& network, Chance& chance, const net::Address& address, core::Policy policy);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  void start();
  // As kill -9 does it: what the store has not got is gone.
  void stop();
  // What it knew is gone, too.
  void forget();
  [[nodiscard]] bool running() const { return server_ != nullptr; }

  [[nodiscard]] const core::State& state() const { return server_->snapshot(); }
  [[nodiscard]] const net::Address& address() const { return address_; }
  [[nodiscard]] Clock& clock() { return clock_; }
  // The store takes changes, or refuses them.
  void breakStore(bool broken);

  [[nodiscard]] base::TimePoint nextDeadline() const override;
  void onTimer() override;

 private:
  class Client;
  class Listener;

  void answer(core::Session& session, const core::Arrival& arrival, const isns::Message& message, base::Bytes& out);
  void refuse(core::Session& session, const core::Arrival& arrival, const isns::FramingFault& fault, base::Bytes& out);
  void onDatagram(const net::Address& from, base::ByteView bytes);
  void turn();
  void submit();
  void commit(store::Batch& batch);
  bool deliver();
  [[nodiscard]] base::Now now() const { return clock_.now(); }

  Network& network_;
  Chance& chance_;
  const net::Address address_;
  const core::Policy policy_;
  Clock clock_;
  session::Authenticator authenticator_;
  std::shared_ptr<memory::MemoryDatabase> database_;
  std::unique_ptr<memory::MemoryStore> store_;
  std::unique_ptr<core::Server> server_;
  std::uint64_t epoch_ = 0;
  std::uint64_t life_ = 0;  // so that nothing of an earlier one comes in
  std::uint64_t sessions_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;      // by session
  std::map<std::uint64_t, net::Address> datagrams_;               // answers that wait for a commit
  std::map<std::uint32_t, std::unique_ptr<Listener>> listeners_;  // to whom it speaks, by destination
  core::OutboundActions actions_;
};

}  // namespace sim
