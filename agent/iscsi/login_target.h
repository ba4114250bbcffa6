// LoginTarget: the login phase of one connection at the target (RFC 7143 6.3, 9.2, 11.12, 11.13, 12).
//
// Pure: the owner gives it each Login Request with its data segment, and the time; it gives back at most one Login
// Response a request, and in the end the agreed login or a failure. Random bytes, access, credentials and sessions come
// through interfaces. One owner, no locks; the interfaces must outlive it. After each call the owner takes the response
// and looks at state(). Peers' mistakes become Login Responses with a status, after which the connection closes.
//
// The order of its checks: header (version, length, flags, stages), what must stay the same over the login, text,
// names, session type, access to the target, authentication policy, session, then the keys of the stage. Nothing of a
// session is changed before the final response, so a login that fails leaves an old session as it was.
//
// Attacks on CHAP and where they end:
//   a  guessing the challenge             random, new for each login; a new identifier each
//   b  using the target as an oracle      no response is computed before the initiator's was verified
//   c  reflecting a challenge             its own, or one of this process lately (SentChallenges), fails the login
//   d  one secret for both directions     a response that this end would have given itself fails
//   e  weak secrets                       this end does not answer with one of less than 12 bytes
//   f  telling users from secrets         unknown name, unknown pair and wrong response are one case, in one time
//   g  trying again                       one response a connection; then status 0201 and the end
//   h  jumping over the security stage    no transit before authentication is done; no start behind it
//   i  talking the target out of it       None only where policy says so; nothing offered counts as None
//   j  joining the session of another     an added connection proves the same identity by the same method
//   k  short responses                    the length must be the digest's
//   l  using another's name               CHAP_N must be the one that belongs to the pair of nodes
//
// Bounds: LoginLimits, and one text in each direction (a response text is as long as the keys allow, about 10 KiB).
#pragma once

#include <optional>
#include <string>

#include "agent/iscsi/login.h"
#include "agent/iscsi/security_text.h"
#include "shared/base/clock.h"
#include "shared/names/iscsi_name.h"

namespace iscsi {

struct LoginTargetSetting {
  std::uint32_t portal = 0;          // handed on to the interfaces
  std::uint32_t initialStatSn = 0;   // any value
  std::uint32_t commandWindow = 32;  // commands that a new session may send at once, at least 1
  names::FormRule nameForm = names::FormRule::Strict;
  // libiscsi (qemu) tells its names and session type again in the operational stage where the target chose None. RFC
  // 7143 6.3 would have that rejected; the same values once more change nothing, so they are let pass.
  bool sameNamesAgain = true;
  LoginLimits limits;
};

struct LoginTargetPorts {
  LoginAccess& access;
  CredentialsSource& credentials;
  LoginSessions& sessions;
  SentChallenges& challenges;
  const RandomSource& random;
};

class LoginTarget final : public CredentialsReceiver {
 public:
  enum class State : std::uint8_t {
    Running,  // waits for a request
    Waiting,  // for credentials
    Agreed,   // result() is there; send the response, then the connection is in full feature phase
    Failed,   // send the response, if there is one, and close
  };
  struct Reply {
    LoginResponse header;  // dataSegmentLength is set
    base::Bytes text;
  };

  LoginTarget(const LoginTargetSetting& setting, const LoginTargetPorts& ports);

  void onRequest(const LoginRequest& request, base::ByteView data, base::TimePoint now);
  // Any other PDU (4.2.4).
  void onOtherPdu();
  void onTimer(base::TimePoint now);
  void onCredentials(std::optional<ChapCredentials> credentials, base::TimePoint now) override;
  void onCredentialsFailed(base::TimePoint now) override;

  [[nodiscard]] std::optional<Reply> takeReply() { return std::exchange(reply_, std::nullopt); }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] base::TimePoint nextDeadline() const;
  [[nodiscard]] const AgreedLogin& result() const { return login_; }      // with Agreed
  [[nodiscard]] const LoginFailure& failure() const { return failure_; }  // with Failed
  // What is known so far, for logs; empty before the names came.
  [[nodiscard]] const AgreedLogin& known() const { return login_; }

 private:
  enum class Step : std::uint8_t { Method, MethodProposed, Algorithm, Response, Done };

  bool checkHeader(const LoginRequest& request, base::ByteView data);
  bool checkConstants(const LoginRequest& request);
  void processText();
  bool checkText();
  [[nodiscard]] bool repeatsName(const TextPair& pair) const;
  bool begin();
  bool readNames();
  bool readName(std::string_view value, std::string& name, std::string_view what);
  bool admit();
  bool takePair(const TextPair& pair, SecurityText& security, TextWriter& out);
  bool takeOperational(const TextPair& pair, TextWriter& out);

  bool secure(const SecurityText& text, TextWriter& out);
  bool chooseMethod(const SecurityText& text, TextWriter& out);
  bool methodAnswered(const SecurityText& text, TextWriter& out);
  bool sendChallenge(const SecurityText& text, TextWriter& out);
  bool takeResponse(const SecurityText& text);
  bool verify(const std::optional<ChapCredentials>& credentials, TextWriter& out);
  bool proveSelf(const ChapCredentials& credentials, TextWriter& out);

  void respond();
  bool transit(LoginResponse& response);
  bool enterFullFeature(LoginResponse& response);
  [[nodiscard]] bool readyToTransit() const;
  [[nodiscard]] SessionQuestion sessionQuestion() const;
  LoginResponse responseHeader() const;
  void numbers(LoginResponse& response);
  bool fail(LoginStatus status, std::string_view what, const TextKeyRow* key = nullptr);
  bool fail(const NegotiationFault& fault);
  void close(std::string_view what);

  LoginTargetSetting setting_;
  LoginTargetPorts ports_;
  State state_ = State::Running;
  Step step_ = Step::Method;
  Stage stage_ = Stage::Security;
  bool started_ = false;  // a first request came
  bool named_ = false;    // its whole text was taken
  std::uint32_t pdus_ = 0;
  base::TimePoint now_{};  // of the last request
  LoginRequest first_;
  LoginRequest request_;
  std::uint32_t statSn_;
  std::uint32_t expCmdSn_ = 0;
  std::uint32_t maxCmdSn_ = 0;

  TextCollector collector_;
  TextSender sender_;
  KeysSeen seen_;
  AccessAnswer access_;
  SessionAnswer session_;
  std::optional<Negotiation> negotiation_;

  ChapChallenge challenge_;
  std::string peerName_;                        // CHAP_N
  base::Bytes peerResponse_;                    // CHAP_R
  std::optional<std::uint8_t> peerIdentifier_;  // CHAP_I and CHAP_C: the initiator wants a proof too
  base::Bytes peerChallenge_;

  AgreedLogin login_;
  LoginFailure failure_;
  std::optional<Reply> reply_;
};

}  // namespace iscsi
