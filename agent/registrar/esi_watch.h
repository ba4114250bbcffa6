// EsiWatch: whether the inquiries (ESI) of a name server come in, and so whether to register with them (RFC
// 4171 5.6.5.13).
//
// A firewall before the port for inquiries makes a server drop the portals after some that nobody answers (6.3.4): who
// registers anew with the same wish loses the registration again and again. A loss is laid to that where a portal that
// went had not been asked after since it was registered, though an inquiry was due. After kLosses of them in a row the
// next registration is made without inquiries and is kept by its period alone. Later it is tried again with them, after
// kFirstPause, then twice as long each time, up to kMostPause. A trial ends before the server would drop a portal:
// where not every portal has been asked after within one and a half intervals, the registration is made without them
// again.
//
// A loss is looked for as soon as it may be there, since half a registration period can be half a day.
//
//   Asking --kLosses--> Without --pause--> Trying --all asked after--> Asking
//                          ^---too late, or lost---'
//
// Pure, of one server: begin() for another one forgets. One owner, no locks. Bounds: as many portals as are registered.
// No errors.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "agent/registrar/presence.h"
#include "shared/base/clock.h"

namespace registrar {

class EsiWatch {
 public:
  static constexpr int kLosses = 2;
  static constexpr std::chrono::hours kFirstPause{1};
  static constexpr std::chrono::hours kMostPause{24};

  // Nothing is known of this server.
  void begin() { *this = EsiWatch{}; }

  [[nodiscard]] bool wantsInquiries() const { return state_ != State::Without; }
  // The server has these portals now. `interval`: at which it inquires; 0: it does not.
  void onRegistered(const std::vector<PortalPresence>& portals, std::chrono::seconds interval, base::TimePoint now);
  // After this portal; after all where it names none. True: with this one it is known that inquiries come in again.
  bool onInquiry(const std::optional<isns::PortalAddress>& portal);
  // Of these portals the server knows no more, and nothing else was wrong. True: it is laid to inquiries that do not
  // come in.
  bool onLost(const std::vector<isns::PortalAddress>& lost, base::TimePoint now);
  enum class Due : std::uint8_t {
    Nothing,
    Look,  // whether the server still has the portals: by now it would have dropped one that it cannot inquire after
    Register,  // wantsInquiries() is another than in the registration that stands
  };
  Due onTimer(base::TimePoint now);
  [[nodiscard]] base::TimePoint nextDeadline() const { return until_; }

  // Inquiries do not come in, and are done without, or tried again.
  struct Unheard {
    std::vector<net::Address> portals;  // that were not asked after when it was found
    base::TimePoint again;              // when they are tried again; in the past: just now
  };
  [[nodiscard]] const std::optional<Unheard>& unheard() const { return unheard_; }

 private:
  enum class State : std::uint8_t { Asking, Without, Trying };
  struct Portal {
    net::Address address;
    bool askedAfter = false;
  };

  void doWithout(base::TimePoint now);

  State state_ = State::Asking;
  std::vector<Portal> portals_;  // of a registration with inquiries
  std::chrono::seconds interval_{0};
  base::TimePoint since_{};
  int losses_ = 0;
  base::Duration pause_ = kFirstPause;
  base::TimePoint until_ = base::kNever;
  std::optional<Unheard> unheard_;
};

}  // namespace registrar
