// What a login asks others: who may log in where, by which proof, with which secrets, and into which session.
//
// Interfaces of the login machines; configuration, iSNS, a RADIUS client and the session layer implement them. The
// questions come on the thread of the machine that asks. Answers are values; only credentials may come later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/iscsi/chap.h"
#include "agent/iscsi/login_pdu.h"
#include "agent/iscsi/login_status.h"
#include "agent/iscsi/parameters.h"
#include "agent/iscsi/text_keys.h"
#include "shared/base/clock.h"

namespace iscsi {

// What an end is ready to do about authentication. An initiator must offer MD5 (12.1.3); whoever leaves it out here has
// decided that a peer which knows nothing better shall not get in.
struct AuthPolicy {
  bool noneAllowed = false;
  bool chapAllowed = true;
  bool mutualRequired = false;  // the target has to prove itself as well; excludes None
  // In order of preference. tgtd takes 7 for SHA-1, so whoever offers SHA-256 first fails there: by default it is not.
  ChapAlgorithms algorithms{ChapAlgorithm::Sha3_256, ChapAlgorithm::Md5};
  bool shortSecretsAllowed = false;  // IPsec encrypts the connection (9.2.1)

  [[nodiscard]] bool takesNone() const { return noneAllowed && !mutualRequired; }
};

// What is known of the other end at the end of a login. A proof is worth what the secret is worth.
enum class Proof : std::uint8_t {
  ClaimedName,  // nothing but the name that it gave
  Chap,         // the initiator proved to know its secret
  MutualChap,   // both did
};

struct AuthIdentity {
  Proof proof = Proof::ClaimedName;
  std::string chapName;  // CHAP_N of the initiator; empty without CHAP
  bool md5 = false;      // that it proved itself by MD5

  // Whether a connection with this identity may join a session of the other (9.2): same method, same identity.
  [[nodiscard]] bool sameAs(const AuthIdentity& other) const {
    return (proof == Proof::ClaimedName) == (other.proof == Proof::ClaimedName) && chapName == other.chapName;
  }
};

// Names are in their normal spelling.
struct AccessQuestion {
  std::string_view initiator;
  std::string_view target;  // empty: a discovery session that names none
  bool discovery = false;
  std::uint32_t portal = 0;  // as the owner numbers them
};

struct AccessAnswer {
  // Success, or why not. A redirection goes with `address`.
  LoginStatus status = LoginStatus::NotFound;
  std::string address;        // host[:port] without a portal group tag
  bool redirectLate = false;  // after authentication, so that strangers learn no address
  std::uint16_t portalGroupTag = 1;
  std::string targetAlias;  // empty: none
  AuthPolicy policy;
  Wishes wishes;  // of this target, for the operational stage
};

class LoginAccess {
 public:
  virtual ~LoginAccess() = default;
  // Asked once a login, when the names are known. Must not look at secrets, and should not tell a stranger the names
  // that there are: NotFound rather than AuthorizationFailure.
  virtual AccessAnswer decide(const AccessQuestion& question) = 0;
};

// Secrets of a pair of nodes. `initiator` proves the initiator to the target; `target` the other way, and is not
// usable() where mutual CHAP is not set up.
struct ChapCredentials {
  ChapEntry initiator;
  ChapEntry target;
  // Whoever used the next secret is answered with the next one, where there is one: he has no other.
  bool answerAsPeer = false;
};

struct CredentialsQuestion {
  std::string_view initiator;
  std::string_view target;  // empty: a discovery session that names none
  bool discovery = false;
  std::string_view chapName;  // CHAP_N that the initiator gave; empty where an initiator asks for itself
};

// The one who waits for an answer. An answer without credentials means that there are none for this pair; a failure to
// find out is onCredentialsFailed().
class CredentialsReceiver {
 public:
  virtual void onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) = 0;
  virtual void onCredentialsFailed(base::TimePoint now) = 0;

 protected:
  ~CredentialsReceiver() = default;
};

class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  // Answers by one call to the receiver, inside of ask() or later, but not after withdraw(). A receiver asks one
  // question at a time. The views of the question are good during ask() only.
  virtual void ask(const CredentialsQuestion& question, CredentialsReceiver& receiver, base::TimePoint now) = 0;
  // The receiver goes, or can use no answer any more: its question is taken back, and nothing may reach it. It may come
  // where the answer is just being given, or was. A source that answers inside of ask() has nothing to do.
  virtual void withdraw(CredentialsReceiver& receiver) { static_cast<void>(receiver); }
};

// What a login becomes (6.3.1).
enum class JoinKind : std::uint8_t { NewSession, ReinstateSession, AddConnection, ReinstateConnection };
constexpr bool isLeading(JoinKind kind) { return kind == JoinKind::NewSession || kind == JoinKind::ReinstateSession; }

struct SessionQuestion {
  std::string_view initiator;
  std::string_view target;  // empty: unnamed discovery, where the portal takes its place (7.4.2.1)
  Isid isid{};
  std::uint16_t tsih = 0;
  std::uint16_t cid = 0;
  std::uint16_t portalGroupTag = 0;
  std::uint32_t portal = 0;
  bool discovery = false;
};

// What there is now. Of a session that is joined its numbers, parameters and identity.
struct SessionAnswer {
  LoginStatus status = LoginStatus::Success;  // SessionDoesNotExist, TooManyConnections, OutOfResources, ...
  JoinKind kind = JoinKind::NewSession;
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
  Parameters parameters;
  AuthIdentity identity;
};

struct JoinAnswer {
  LoginStatus status = LoginStatus::Success;
  std::uint16_t tsih = 0;  // not 0 where status is Success
  std::uint32_t expCmdSn = 0;
  std::uint32_t maxCmdSn = 0;
};

struct AgreedLogin;

class LoginSessions {
 public:
  virtual ~LoginSessions() = default;
  // What a login with these names would become. Changes nothing: until join() an old session lives on.
  virtual SessionAnswer lookUp(const SessionQuestion& question) = 0;
  // All is agreed and proven: the session or connection exists from here on, and what it replaces is gone, in one step.
  // Anything may have changed since lookUp(); a kind that changed is an error of the answer.
  virtual JoinAnswer join(const SessionQuestion& question, const AgreedLogin& login) = 0;
};

}  // namespace iscsi
