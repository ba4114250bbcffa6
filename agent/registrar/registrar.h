// Registrar: keeps an agent registered with one of several iSNS servers, and finds out whom its nodes see there.
//
// Pure: what happened and the time go in, what to do and what to tell come out, and the owner takes both after each
// call. It uses one server at a time. The first that takes the registration keeps it until the connection ends, an
// answer fails to come or the registration is refused; then the next one is tried at once, and after a round without
// success the registrar rests, twice as long each time. A server whose connection ended is asked whether it still has
// the nodes, and is registered with anew only if it has not: others hear nothing of it.
//
// Works with any server that follows RFC 4171. Every node is asked after at half the registration period; so the
// registration lives as long as the agent, and a server that has lost it gets it again. After each notice (SCN), after
// a registration and every `refresh` each node's peers are asked for; what comes is told, changed or not. That a node
// sees nobody any more is told only when the server has said, too, that the node is there: some servers answer so for
// nodes that they have lost.
//
// A server that makes no inquiries (status 21) gets a registration without them, and so does one whose inquiries do not
// come in (EsiWatch). One that answers for another entity is left. A refusal (a name that another entity has) is told
// and not fought: the registrar tries again after `mostRest`. Another machine with the same entity and names, a copy of
// this one, is not refused but takes the place of the registration. That is found at the next question, and answered
// once, as it may be an old state of the server; where it comes again within kContest periods, the registrar tells it
// and leaves the other one alone until that one is gone.
//
// One owner, no locks. Bounds: kMaxServers; as many requests on their way as there are nodes, and then some.
#pragma once

#include <map>
#include <variant>

#include "agent/registrar/esi_watch.h"
#include "agent/registrar/peers.h"
#include "shared/isns/client_session.h"

namespace registrar {

// To be done, in this order.
struct Connect {
  net::Address server;
};
struct Send {
  base::Bytes bytes;
};
struct Close {};
using Output = std::variant<Connect, Send, Close>;

// To be told.
struct Registered {
  net::Address server;
  std::chrono::seconds period;
};
// There is no registration, or none that is known to hold; it is tried for again.
struct Unregistered {
  net::Address server;
  std::string why;  // a sentence without its end
};
struct PeersSeen {
  std::string node;
  Peers peers;
};
// The server does not say whom the node sees; what was seen last stands, and it is asked again. Told once, until it
// says.
struct PeersRefused {
  net::Address server;
  std::string node;
  std::string why;  // a sentence without its end
};
// The registration went again and again, and the server had asked after none of these portals: it is done without
// inquiries now, and tries with them later.
struct InquiriesUnheard {
  net::Address server;
  std::vector<net::Address> portals;
};
struct InquiriesHeard {  // after that
  net::Address server;
};
// What becomes of the registration at the end. One that stands is good until its period has passed, or an inquiry of
// the server has no answer.
enum class Farewell : std::uint8_t { Deregisters, Stands };

// After stop(): nothing more is to come.
struct Ended {
  bool deregistered = false;
};
using Event = std::variant<Registered, Unregistered, InquiriesUnheard, InquiriesHeard, PeersSeen, PeersRefused, Ended>;

struct Timing {
  base::Duration answer = std::chrono::seconds(5);  // for a connection, and for each answer
  base::Duration firstRest = std::chrono::seconds(1);
  base::Duration mostRest = std::chrono::seconds(60);
  // Not every server notifies of all: open-isns tells nobody that a domain has lost a member.
  base::Duration refresh = std::chrono::minutes(1);
};

class Registrar {
 public:
  static constexpr std::size_t kMaxServers = 16;
  // Where a server gives no period, nodes are asked after this often.
  static constexpr std::chrono::seconds kPeriodUnknown{600};
  static constexpr int kContest = 10;

  explicit Registrar(Timing timing = {}) : timing_(timing) {}

  // In the order in which they are tried; those beyond kMaxServers are left out, but for the one in use. Where that is
  // not among them, it is left. A registrar that rests goes on to; a server that is new is tried at once, one in each
  // `firstRest`: whoever makes the list change cannot make it knock at the others.
  void setServers(std::vector<net::Address> servers, base::Now now);
  // check() holds for it. Registers, or registers anew.
  void setPresence(Presence presence, base::Now now);
  // There is nothing to register any more: deregisters where there is a registration.
  void withdraw(base::Now now);
  // The same, or lets the registration stand, and ends; `Ended` follows.
  void stop(base::Now now, Farewell farewell = Farewell::Deregisters);

  void onConnected(base::Now now);
  void onConnectionEnded(std::string why, base::Now now);
  std::size_t onBytes(base::ByteView bytes, base::Now now);
  void onTimer(base::Now now);
  // A notice that came by another connection (SCN Port).
  void onNotice(const isns::ScnNotice& notice, base::Now now);
  // An inquiry that came so, and has its answer. Of another server than the one in use it says nothing.
  void onInquiry(const isns::EsiNotice& notice, const net::Address& from);
  // Asks for the peers of all nodes.
  void refresh(base::Now now);
  // What a refusal came from may be gone: a registrar that rests goes on at once.
  void tryAgain(base::Now now);
  // The server may have an older state of the nodes, though it knows them.
  void registerAnew(base::Now now);

  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] std::vector<Output> takeOutputs() { return std::exchange(outputs_, {}); }
  [[nodiscard]] std::vector<Event> takeEvents() { return std::exchange(events_, {}); }

  [[nodiscard]] bool registered() const { return phase_ == Phase::Registered; }
  // Of the server in use.
  [[nodiscard]] const std::optional<EsiWatch::Unheard>& unheardInquiries() const { return watch_.unheard(); }
  [[nodiscard]] bool isServer(const net::Address& address) const;  // by its host: from where notices are taken

 private:
  enum class Phase : std::uint8_t {
    Idle,        // nothing to register, or nowhere to
    Resting,     // until `until_`
    Connecting,  // at most until `until_`
    Checking,    // whether the registration still holds; again at `until_`, where another one is in its place
    Registering,
    Noting,      // SCNReg for each node
    Registered,  // asks again at `until_`
    Leaving,
    Ended,
  };
  // Doubt: whether a node that sees nobody any more is there at all.
  enum class Asks : std::uint8_t { Presence, Registration, Notices, Peers, Doubt, Leave };
  struct Asked {
    Asks what;
    std::string node;
  };
  // What is known of a node's peers.
  struct Seeing {
    bool asked = false;
    bool again = false;  // something changed while the question was on its way
    bool some = false;   // when they were told last, there were some
    bool doubted = false;
    bool refused = false;
  };

  void begin(base::Now now);
  void goOn(std::size_t found, base::Now now);
  void connect(base::Now now);
  void check(base::Now now);
  void registerNow(base::Now now);
  void registerAll(base::Now now);
  void noteAll(base::Now now);
  void settle(base::Now now);
  void askPeers(const NodePresence& node, base::Now now);
  void fail(std::string why, bool refused, base::Now now);
  void rest(base::Now now, base::Duration least);
  void leave();
  void depart(base::Now now);
  void departed(bool deregistered, base::Now now);
  bool ask(const isns::Request& request, Asked asked, base::Now now);
  [[nodiscard]] bool waitsFor(Asks what) const;
  void forgetQuestions();
  void drain(base::Now now);
  void onAnswer(const isns::Answer& answer, base::Now now);
  void onPresence(const Asked& asked, const isns::Response& response, base::Now now);
  void onPeers(const Asked& asked, const isns::Response& response, base::Now now);
  void tellPeers(const std::string& node, Peers peers);
  void onRegistration(const isns::Response& response, base::Now now);
  void onMissing(const std::vector<isns::PortalAddress>& portals, base::Now now);
  void onDisplaced(base::Now now);
  [[nodiscard]] bool inquiries() const;
  [[nodiscard]] base::Duration period() const;
  [[nodiscard]] const net::Address& server() const { return servers_[current_]; }

  Timing timing_;
  std::vector<net::Address> servers_;
  std::size_t current_ = 0;
  std::size_t failed_ = 0;  // servers in a row
  base::Duration restNext_{};
  base::TimePoint newServerAt_{};  // from when on another new one is tried at once
  std::optional<Presence> presence_;
  std::optional<Presence> former_;  // under another entity, and perhaps registered still: to be deregistered
  Phase phase_ = Phase::Idle;
  base::TimePoint until_ = base::kNever;
  base::TimePoint refreshAt_ = base::kNever;
  bool told_ = false;  // that it is registered
  base::TimePoint registeredAt_{};
  std::optional<net::Address> holder_;  // the server that has this presence, as far as we know
  bool changed_ = false;     // the presence, while a registration or its end was on its way
  bool ending_ = false;      // stop() was called
  bool withoutEsi_ = false;  // the server in use has refused inquiries
  bool yields_ = false;      // to another machine with the same names
  bool yieldTold_ = false;   // of this connection
  base::TimePoint displacedAt_ = base::kNever;  // when that was found last
  std::chrono::seconds granted_{0};
  std::optional<net::Address> watched_;  // of which watch_ knows
  EsiWatch watch_;
  std::optional<isns::ClientSession> session_;
  std::map<std::uint16_t, Asked> asked_;  // by transaction
  std::map<std::string, Seeing, std::less<>> seeing_;
  std::vector<Output> outputs_;
  std::vector<Event> events_;
};

}  // namespace registrar
