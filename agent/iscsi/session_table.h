// SessionTable: the sessions of one target node, and what a login means for them (RFC 7143 4.4.3, 6.3.1, 6.3.4, 6.3.5,
// 7.4.2, 7.5).
//
// A session is found by InitiatorName, ISID, portal group tag and kind, and has a TSIH. Unnamed discovery sessions
// belong to no node: the owner keeps one more table for them, and puts the address of the portal in the place of the
// tag. The table holds no session objects: the owner maps a TSIH to its own. One owner, no locks; time comes in as an
// argument.
//
// Normal and named discovery sessions of one initiator port stand side by side, and neither reinstates the other: they
// are let in by different proofs, so whoever may only ask for names would end a session whose initiator has proven
// himself, or keep one from beginning. 7.4.2.2 lets a normal session take the place of a named discovery session; that
// is not used. What the ISID RULE is for holds (4.4.3): a discovery session is no I_T nexus.
//
// decide() tells what a login would do. It is asked at the first Login Request, so that a login that must fail fails
// early, and again at the Final-Response, since other logins may have ended in between; only then create(),
// addConnection() or reinstateConnection() makes it true. So a login that fails on the way ends no session.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "shared/base/clock.h"

namespace iscsi {

// Status-Class and Status-Detail of a Login Response (11.13.5), as far as they are decided here.
inline constexpr std::uint16_t kLoginSuccess = 0x0000;
inline constexpr std::uint16_t kLoginTooManyConnections = 0x0206;
inline constexpr std::uint16_t kLoginSessionDoesNotExist = 0x020a;
inline constexpr std::uint16_t kLoginOutOfResources = 0x0302;

// Who logs in, after the names were checked. The views need live for the call only.
struct LoginIdentity {
  std::string_view initiatorName;
  std::uint64_t isid = 0;  // 48 bits
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
  std::uint16_t portalGroup = 0;  // Target Portal Group Tag
  std::string_view portal;        // of an unnamed discovery session: the address of the portal; else empty
  bool discovery = false;
};

enum class LoginAction : std::uint8_t {
  Refuse,
  NewSession,
  ReinstateSession,  // ends the session `tsih`, silently for its tasks; I_T nexus loss follows
  AddConnection,
  ReinstateConnection,  // logs the old connection out: reason 2 at ErrorRecoveryLevel 2, else 1 (6.3.4)
};

struct LoginDecision {
  LoginAction action = LoginAction::Refuse;
  std::uint16_t status = kLoginSuccess;  // with Refuse
  std::uint16_t tsih = 0;                // of the session that there is

  friend bool operator==(const LoginDecision&, const LoginDecision&) = default;
};

// What was negotiated for a session.
struct SessionTraits {
  std::uint16_t maxConnections = 1;
  std::uint8_t errorRecoveryLevel = 0;
};

class SessionTable {
 public:
  // What exceeds the limits is refused with 0302 (0206 for connections). Those of discovery are counted apart: whoever
  // may only ask for names takes no place of a normal session. Both kinds together are at most 65534.
  struct Limits {
    std::size_t sessions = 1024;
    std::size_t sessionsPerInitiator = 64;  // of one InitiatorName
    std::size_t failedConnections = 8;      // of a session, whose state is retained
    std::size_t discoverySessions = 1024;
    std::size_t discoverySessionsPerInitiator = 64;
  };

  // TSIHs are given out in turn from `firstTsih` on, so one comes again only after all the others.
  SessionTable(const Limits& limits, std::uint16_t firstTsih);

  [[nodiscard]] LoginDecision decide(const LoginIdentity& who) const;

  // decide() said NewSession, or ReinstateSession and the old one was removed: the TSIH of the session that begins with
  // this connection.
  std::uint16_t create(const LoginIdentity& who, const SessionTraits& traits);
  // ... AddConnection, or ReinstateConnection below ErrorRecoveryLevel 2.
  void addConnection(std::uint16_t tsih, std::uint16_t cid);
  // ... ReinstateConnection at level 2: the tasks of the connection before are kept for as long as those of a failed
  // one.
  void reinstateConnection(std::uint16_t tsih, std::uint16_t cid, base::TimePoint now, std::uint32_t time2Wait,
                           std::uint32_t time2Retain);

  // A connection was lost, or logged out for recovery: its state is kept until Time2Wait and Time2Retain (seconds) are
  // over (7.5). expire() then says so.
  void connectionFailed(std::uint16_t tsih, std::uint16_t cid, base::TimePoint now, std::uint32_t time2Wait,
                        std::uint32_t time2Retain);
  // A connection was closed by a logout. True: it was the last, so the session is closed and gone from here.
  bool connectionClosed(std::uint16_t tsih, std::uint16_t cid);
  // The session ends: closed by a logout, an I_T NEXUS RESET, or the owner's will.
  void remove(std::uint16_t tsih);

  struct Expiry {
    std::uint16_t tsih = 0;
    std::uint16_t cid = 0;      // what it had before is over; it is gone itself unless another took its place
    bool sessionEnded = false;  // session timeout: I_T nexus loss (6.3.5.1)

    friend bool operator==(const Expiry&, const Expiry&) = default;
  };
  [[nodiscard]] base::TimePoint nextDeadline() const;  // kNever where nothing is waited for
  [[nodiscard]] std::vector<Expiry> expire(base::TimePoint now);

  [[nodiscard]] std::size_t size() const { return sessions_.size(); }
  [[nodiscard]] bool contains(std::uint16_t tsih) const { return sessions_.contains(tsih); }
  // Connections that are not failed. 0 also where there is no such session.
  [[nodiscard]] std::size_t liveConnections(std::uint16_t tsih) const;

 private:
  using Key = std::tuple<std::string, std::uint64_t, std::uint16_t, std::string, bool>;  // the last: of discovery
  struct Connection {
    std::uint16_t cid = 0;
    bool failed = false;
    base::TimePoint deadline = base::kNever;  // of a failed one, or of the tasks of the one before it
  };
  struct Session {
    Key key;
    SessionTraits traits;
    std::vector<Connection> connections;
  };
  // The sessions of a kind.
  struct Kind {
    std::size_t sessions = 0;
    std::map<std::string, std::size_t, std::less<>> perInitiator;
  };
  using Deadline = std::tuple<base::TimePoint, std::uint16_t, std::uint16_t>;  // when, TSIH, CID

  static Key keyOf(const LoginIdentity& who);
  static Connection* find(Session& session, std::uint16_t cid);
  [[nodiscard]] LoginDecision decideNew(const LoginIdentity& who) const;
  [[nodiscard]] LoginDecision decideKnown(const LoginIdentity& who, const Session& session) const;
  std::uint16_t takeTsih();
  void set(std::uint16_t tsih, std::uint16_t cid, bool failed, base::TimePoint deadline);
  void forget(std::uint16_t tsih, Connection& connection);
  bool drop(std::uint16_t tsih, std::uint16_t cid);

  Limits limits_;
  std::uint16_t nextTsih_;
  std::unordered_map<std::uint16_t, Session> sessions_;
  std::map<Key, std::uint16_t> byKey_;
  std::array<Kind, 2> kinds_;  // [1]: of discovery
  std::set<Deadline> deadlines_;
};

}  // namespace iscsi
