// LoginInitiator: the login phase of one connection at the initiator (RFC 7143 6.3, 9.2, 11.12, 11.13, 12).
//
// Pure: start() gives the first Login Request, onResponse() takes each Login Response with its data segment and gives
// the next request, until the login is agreed, redirected or failed. Random bytes and credentials come through
// interfaces. One owner, no locks; the interfaces must outlive it. After each call the owner takes the request and
// looks at state(). The owner follows redirections, and closes the connection in every state but Agreed.
//
// It offers all its wishes at once and asks for each transit as soon as it has nothing left to say. It takes what the
// RFC lets it take: an offer that the target passes over, an answer that comes late, a repeated request for more. It
// ends the login where the target chooses what was not offered, repeats a key, speaks of what has not its time,
// reflects a challenge, or does not prove itself where it has to. Attacks on CHAP are listed in login_target.h; here a,
// c, d, e, h and k are met in the same way.
//
// Bounds: LoginLimits; kMaxAddresses addresses of a redirection, the others are dropped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/iscsi/login.h"
#include "agent/iscsi/security_text.h"
#include "shared/base/clock.h"

namespace iscsi {

struct LoginInitiatorSetting {
  std::string initiatorName;  // normal spelling
  std::string initiatorAlias;
  std::string targetName;  // normal spelling; empty: a discovery session that names none
  bool discovery = false;
  Isid isid{};
  std::uint16_t tsih = 0;  // not 0: joins that session
  std::uint16_t cid = 0;
  std::uint32_t initiatorTaskTag = 0;
  std::uint32_t cmdSn = 1;
  std::uint32_t expStatSn = 0;  // of the old connection, where this one takes its place
  AuthPolicy policy;
  bool skipSecurity = false;                    // begins behind the security stage; only where None would do
  bool earlyRedirectAccepted = true;            // before the target proved itself (11.13.5: SHOULD)
  std::optional<std::uint16_t> portalGroupTag;  // the login fails at another one
  Wishes wishes;
  Parameters session;  // of the session that is joined
  LoginLimits limits;
};

class LoginInitiator final : public CredentialsReceiver {
 public:
  static constexpr std::size_t kMaxAddresses = 16;

  enum class State : std::uint8_t {
    Idle,        // before start()
    Running,     // waits for a response
    Waiting,     // for credentials
    Agreed,      // result() is there
    Redirected,  // addresses() says where to, failure() whether for good
    Failed,
  };
  struct Request {
    LoginRequest header;  // dataSegmentLength is set
    base::Bytes text;
  };

  LoginInitiator(LoginInitiatorSetting setting, CredentialsSource& credentials, SentChallenges& challenges,
                 const RandomSource& random);
  ~LoginInitiator();  // takes its question for credentials back
  LoginInitiator(const LoginInitiator&) = delete;
  LoginInitiator& operator=(const LoginInitiator&) = delete;

  void start();
  void onResponse(const LoginResponse& response, base::ByteView data, base::TimePoint now);
  // Any other PDU (4.2.4).
  void onOtherPdu();
  void onTimer(base::TimePoint now);
  void onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) override;
  void onCredentialsFailed(base::TimePoint now) override;

  [[nodiscard]] std::optional<Request> takeRequest() { return std::exchange(request_, std::nullopt); }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] const AgreedLogin& result() const { return login_; }
  [[nodiscard]] const LoginFailure& failure() const { return failure_; }
  [[nodiscard]] const std::vector<std::string>& addresses() const { return addresses_; }

 private:
  enum class Step : std::uint8_t { Method, Challenge, Sent, Proof, Done };

  bool checkHeader(const LoginResponse& response, base::ByteView data);
  void onStatus(const LoginResponse& response, base::ByteView data);
  void redirect(LoginStatus status, base::ByteView data);
  void processText(const LoginResponse& response);
  bool takePair(const TextPair& pair, SecurityText& security, TextWriter& out);
  bool takePortalGroupTag(const TextPair& pair);
  bool takeOperational(const TextPair& pair, TextWriter& out);

  void offerMethods(TextWriter& out);
  bool secure(const SecurityText& text, TextWriter& out);
  bool takeMethod(const SecurityText& text, TextWriter& out);
  bool takeChallenge(const SecurityText& text);
  bool answerChallenge(const ChapCredentials& credentials, TextWriter& out);
  bool challengeTarget(TextWriter& out);
  bool checkProof(const SecurityText& text);

  void send();
  void finishResponse();
  void finish();
  bool fail(std::string_view what, const TextKeyRow* key = nullptr, LoginStatus status = LoginStatus::Success);
  [[nodiscard]] bool open() const { return state_ == State::Running || state_ == State::Waiting; }

  LoginInitiatorSetting setting_;
  CredentialsSource& source_;
  SentChallenges& challenges_;
  const RandomSource& random_;

  State state_ = State::Idle;
  Step step_ = Step::Method;
  Stage stage_ = Stage::Security;
  bool wantsTransit_ = false;
  LoginRequest sent_;       // the last request
  LoginResponse received_;  // the last response
  std::uint32_t pdus_ = 0;
  base::TimePoint now_{};

  TextCollector collector_;
  TextSender sender_;
  KeysSeen seen_;
  Negotiation negotiation_;

  ChapAlgorithm algorithm_ = ChapAlgorithm::Md5;
  std::uint8_t identifier_ = 0;
  base::Bytes peerChallenge_;
  ChapChallenge challenge_;                     // of mutual authentication
  std::optional<ChapCredentials> credentials_;  // until the target has proved itself

  AgreedLogin login_;
  LoginFailure failure_;
  std::vector<std::string> addresses_;
  std::optional<Request> request_;
};

}  // namespace iscsi
