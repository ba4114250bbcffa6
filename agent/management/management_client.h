// ManagementClient: what an agent asks of its management server, and when (docs/design/agents-api.md).
//
// Pure: answers and the time go in; requests and events come out of take(), in order. One thing of each kind (Ask) is
// on its way at most. The states:
//
//   idle       not enrolled, or told to leave
//   enrolling  the token goes to the servers one after the other, kEnrolRounds times; the owner checks and keeps what
//              comes (Enrolled) and then calls begin()
//   away       no server answers; each is tried, then the wait doubles up to kMaxBackOff
//   linked     waits for desired states, reports what the owner says is true (setTruth), renews the certificate at two
//              thirds of its life or when another root issues than the one that issued it
//   refused    the certificate is not taken (401): told once, and tried every kRefusedRetry
//
// Reports: the first after begin() asks which number the server has (an empty one with number 1); then a full one, then
// what differs, one on its way. What the server did not know the names of is told again. It refuses a report whole that
// holds a name which the certificate does not cover, so refused logins of such names are not told. A server of an older
// version refuses a report for a list that it does not know (held disks, addresses): it is told without, until the link
// begins anew. Bounds: kRefusedLogins waiting refused logins, of which the oldest go. One owner, no locks. Errors are
// events with sentences.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/management/desired_state.h"
#include "agent/management/report.h"
#include "shared/base/clock.h"
#include "shared/base/random.h"
#include "shared/mgmt/certificate.h"
#include "shared/mgmt/enrolment_token.h"
#include "shared/mgmt/identity.h"
#include "shared/mgmt/report_limits.h"

namespace management {

enum class Ask : std::uint8_t { Enrol, Desired, Report, Renew };
inline constexpr std::size_t kAsks = 4;

// ---- Outputs -------------------------------------------------------------------------------------------------------

// A request; its answer comes by onAnswer(). `token`: the server is one that it pins, else nothing is sent; without it,
// one that the roots of the enrolment lead to.
struct Send {
  Ask ask = Ask::Desired;
  std::string server;  // "host:port"
  std::string method;
  std::string path;
  std::string body;  // JSON; wiped by whoever sends it
  std::shared_ptr<const mgmt::EnrolmentToken> token;
  base::Duration patience{};
};
// Its answer is not wanted any more, and none may come.
struct Cancel {
  Ask ask = Ask::Desired;
};
// Certificates to keep, with the roots to believe.
struct Certified {
  bool renewed = false;  // else enrolled
  std::string server;
  std::vector<mgmt::Certificate> chain;
  std::vector<mgmt::Certificate> roots;
};
struct NotEnrolled {
  std::string why;
};
struct NewState {
  DesiredState state;
  std::string text;  // the answer that it was read from, to be kept sealed; the owner wipes it
};
// What the server wants found out is another than before.
struct NewWanted {
  Wanted wanted;
};
struct Linked {
  std::string server;
};
struct Away {
  std::string server;
  std::string why;
};
struct Refused {
  std::string server;
  std::string why;
};
// Something that the server should take and does not, or says and cannot mean; it is tried again.
struct Trouble {
  Ask ask = Ask::Report;
  std::string why;
};
using Output = std::variant<Send, Cancel, Certified, NotEnrolled, NewState, NewWanted, Linked, Away, Refused, Trouble>;

// ---- Inputs --------------------------------------------------------------------------------------------------------

struct Answer {
  int status = 0;  // of HTTP; 0: there is none
  std::string body;
  std::string why;  // there is none
  std::optional<base::Duration> retryAfter;
  bool connected = false;  // by a connection that was made for it
};

struct EnrolOrder {
  std::vector<std::string> servers;  // at least one
  std::shared_ptr<const mgmt::EnrolmentToken> token;
  std::string request;    // PKCS#10 in PEM
  mgmt::Fingerprint key;  // of the key that it is for
};

// What the agent has.
struct Standing {
  std::vector<std::string> servers;
  std::vector<mgmt::Certificate> chain;
  std::vector<mgmt::Certificate> roots;
  std::string request;  // for renewals
  mgmt::Fingerprint key;
};

// An enrolment under way.
struct EnrolmentRun {
  EnrolOrder order;
  std::size_t server = 0;
  int round = 0;
  std::string why;                    // of the last failure
  base::TimePoint at = base::kNever;  // of the next round
};

class ManagementClient {
 public:
  static constexpr std::chrono::seconds kWait{50};      // for news
  static constexpr std::chrono::seconds kPatience{20};  // for an answer, beside the wait
  static constexpr std::chrono::seconds kMinBackOff{1};
  static constexpr std::chrono::seconds kMaxBackOff{60};
  static constexpr std::chrono::seconds kRefusedRetry{300};
  static constexpr std::chrono::seconds kSignOfLife{60};  // between reports that say nothing new
  static constexpr std::chrono::seconds kTellAgain{10};   // what the server did not know the names of; later and later
  static constexpr std::chrono::minutes kRenewRetry{10};
  static constexpr int kEnrolRounds = 3;
  static constexpr std::size_t kRefusedLogins = mgmt::ReportLimits::kRefusedLogins;

  enum class State : std::uint8_t { Idle, Away, Linked, Refused };

  // `memory` is for secrets, borrowed.
  ManagementClient(base::RandomSource random, std::pmr::memory_resource* memory)
      : random_(std::move(random)), memory_(memory) {}

  // Not while enrolling. What was before goes on where it fails.
  void enrol(EnrolOrder order, base::Now now);
  // From now on by this standing; also after a renewal.
  void begin(Standing standing, base::Now now);
  void leave();

  void onAnswer(Ask ask, Answer answer, base::Now now);
  void onTimer(base::Now now);
  // What is to be reported. An older truth that is not told yet is forgotten.
  void setTruth(Truth truth, base::Now now);
  void noteRefused(RefusedLogin login, base::Now now);

  [[nodiscard]] base::TimePoint nextDeadline(base::Now now) const;
  [[nodiscard]] std::vector<Output> take() { return std::exchange(outputs_, {}); }

  // What the server has taken of it last.
  [[nodiscard]] const Truth& told() const { return told_; }
  // How often it took all of it: one that has begun anew does, also where it was told the same before.
  [[nodiscard]] std::uint64_t toldInFull() const { return toldInFull_; }

  [[nodiscard]] State state() const { return state_; }
  // That was asked last.
  [[nodiscard]] std::string server() const { return servers_.empty() ? std::string() : servers_[server_]; }

 private:
  // Of a kind of request.
  struct Line {
    bool busy = false;
    base::TimePoint at = base::kNever;  // not before
  };

  Line& line(Ask ask) { return lines_[static_cast<std::size_t>(ask)]; }
  [[nodiscard]] const Line& line(Ask ask) const { return lines_[static_cast<std::size_t>(ask)]; }
  void out(Output output) { outputs_.push_back(std::move(output)); }
  void send(Ask ask, std::string method, std::string path, std::string body, base::Duration patience);
  void cancelAll();

  void sendToken(base::Now now);
  void onEnrolAnswer(Answer answer, base::Now now);
  void enrolFailed(std::string why, bool tryOn, base::Now now);
  void onDesired(Answer answer, base::Now now);
  void onReceipt(Answer answer, base::Now now);
  void onRenewed(const Answer& answer, base::Now now);
  base::Result<Certified> readCertified(const Answer& answer, mgmt::Fingerprint key, base::WallTime now) const;

  // Whether the link goes on; what does not is dealt with.
  bool goesOn(Ask ask, const Answer& answer, base::Now now);
  void away(std::string why, std::optional<base::Duration> wait, base::Now now);
  void ask(base::Now now);
  void maybeReport(base::Now now);
  void maybeRenew(base::Now now);
  [[nodiscard]] base::Duration backOff(int tries) const;
  [[nodiscard]] std::string issuer() const;
  bool leaveOut(const Answer& answer);
  [[nodiscard]] bool covers(const RefusedLogin& login) const;
  void cutUnknown(Truth& truth) const;
  void tellAgain(bool wanted, base::Now now);

  base::RandomSource random_;
  std::pmr::memory_resource* memory_;
  std::vector<Output> outputs_;
  State state_ = State::Idle;
  std::optional<EnrolmentRun> enrolment_;

  Standing standing_;
  mgmt::Identity identity_;  // of the certificate
  std::vector<std::string> servers_;
  std::size_t server_ = 0;
  std::size_t triedInARow_ = 0;  // servers that did not answer
  int rounds_ = 0;               // in which none did
  bool awayTold_ = false;
  bool refusedTold_ = false;
  std::array<Line, kAsks> lines_;
  std::uint64_t revision_ = 0;  // that the agent has; 0: none since begin()
  std::vector<net::Address> nameServers_;  // of the state that the agent has
  Wanted wanted_;                          // told last
  bool greeted_ = false;        // this server has answered
  std::string authority_;       // that issues now, as the server says
  base::WallTime renewAt_{};

  // Reports.
  enum class Numbering : std::uint8_t { Unknown, Asked, Known };
  Numbering numbering_ = Numbering::Unknown;
  std::uint64_t sequence_ = 0;  // the last that was taken
  bool full_ = true;            // the next one is
  std::optional<Truth> truth_;
  // The server takes what is told of these, as far as is known.
  bool heldKnown_ = true;
  bool addressesKnown_ = true;
  Truth told_;
  std::uint64_t toldInFull_ = 0;
  Truth sending_;
  bool sendingFull_ = false;
  std::deque<RefusedLogin> refusedLogins_;
  std::size_t refusedSending_ = 0;  // the first of them are on their way
  int reportTries_ = 0;
  base::TimePoint tellAgainAt_ = base::kNever;  // in full
  base::Duration tellAgainAfter_ = kTellAgain;
  base::TimePoint signOfLifeAt_{};  // a report that says nothing new is due
};

}  // namespace management
