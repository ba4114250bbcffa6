// IsnsLink: a Registrar on a loop: the connection to the name server, and the port at which servers bring notices.
//
// Notices (SCN) and inquiries (ESI) are taken from the name servers' addresses alone, over TCP, on all addresses of the
// host at one port. What they say is not believed: a notice only makes the registrar ask.
//
// One thread: the loop's. `Hears` is called from the loop, or inside of a call; it may call the link again. Bounds:
// kMaxNoticeConnections; beyond, the oldest is closed. Errors: start() says why the port cannot be had; what happens
// later is an event.
#pragma once

#include <functional>
#include <list>
#include <memory>

#include "agent/registrar/registrar.h"
#include "shared/net/listener.h"
#include "shared/net/stream.h"
#include "shared/net/timer.h"

namespace registrar {

class IsnsLink final : private net::StreamOwner, private net::ListenerOwner {
 public:
  static constexpr std::size_t kMaxNoticeConnections = 16;
  struct Hears {
    std::function<void(const Event&)> event;
    std::function<void(const net::Address& peer)> noticeRefused = [](const net::Address&) {};  // of no name server
  };

  IsnsLink(net::Loop& loop, Hears hears, Timing timing = {});
  ~IsnsLink();
  IsnsLink(const IsnsLink&) = delete;
  IsnsLink& operator=(const IsnsLink&) = delete;

  // Opens the port for notices; 0: any that is free.
  base::Status listen(std::uint16_t port);
  [[nodiscard]] std::uint16_t noticePort() const { return noticePort_; }

  void setServers(std::vector<net::Address> servers);
  void setPresence(Presence presence);
  void withdraw();
  void refresh();
  void tryAgain();
  void registerAnew();
  // `Ended` follows.
  void stop(Farewell farewell = Farewell::Deregisters);

  [[nodiscard]] bool registered() const { return registrar_.registered(); }
  [[nodiscard]] const std::optional<EsiWatch::Unheard>& unheardInquiries() const {
    return registrar_.unheardInquiries();
  }

 private:
  class Notices;

  std::size_t onData(net::Stream& stream, base::ByteView bytes) override;
  void onEof(net::Stream& stream) override;
  void onClosed(net::Stream& stream, const net::Closed& why) override;
  void onConnected(net::Stream& stream) override;
  void onAccepted(net::Listener& listener, net::UniqueFd fd, const net::Address& peer) override;
  void onAcceptFailed(net::Listener&, const base::Error&) override {}

  base::Status tryPort(std::uint16_t port);
  void act();
  void carryOut(const Output& output);
  void close(const Notices& notices);

  net::Loop& loop_;
  Hears hears_;
  Registrar registrar_;
  net::Stream stream_;
  net::Timer timer_;
  net::Listener listener4_;
  net::Listener listener6_;
  std::uint16_t noticePort_ = 0;
  std::list<std::unique_ptr<Notices>> notices_;  // the oldest first
  bool acting_ = false;
};

}  // namespace registrar
