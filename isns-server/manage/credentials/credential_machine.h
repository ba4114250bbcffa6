// The life of a credential: given, changed in two phases, proven, retired.
//
//   Settled -> Spreading: every verifying end accepts current and next -> Switching: every answering end uses next ->
//   a real login with next at our target (and, where mutual, at our initiator) -> Settled with next as current.
//
// With a foreign end there is no Spreading there: ours becomes ready for both and the state reads "waiting for the
// foreign end". Our target takes both until the first login with the next one; our initiator tries next, then current
// once. Sessions are not touched, for CHAP runs at login; where none comes by itself, AskLogin wants one. A change that
// is not proven by its deadline is rolled back or forced (AtDeadline); where a person was shown the next version for a
// foreign end, both go on to hold, for it may be set there. Going back, the initiator comes first and the
// target drops the next version only when the initiator no longer answers with it.
//
// A change of the user name or of `mutual` keeps logins working in the same way: targets take both names until the
// initiator has the new one; they can prove themselves before the initiator demands it, and for as long as it does.
//
// Events that are late, repeated or of another version change nothing. The machine works on a credential that it
// borrows and appends to outputs; what it appends is to be stored in the transaction that stores the credential, before
// anything is sent. Pure; one owner. Texts are for the audit and hold names and versions only.
#pragma once

#include <string>
#include <vector>

#include "isns-server/manage/credentials/credential.h"
#include "shared/base/result.h"

namespace credentials {

enum class OutputKind : std::uint8_t {
  Give,          // the end is to be told that there is something else to hold
  AskLogin,      // the initiator's agent is to log in anew, beside its sessions
  EraseVersion,  // the sealed secrets of this version go
  MakeVersion,   // secrets of this version are to be there, before anything is given
  Audit,
  Alarm,
  Done,    // a change has ended well
  Failed,  // a change has ended with the old version
};

struct Output {
  OutputKind kind = OutputKind::Audit;
  Side side = Side::Initiator;  // Give
  std::string node;             // Give, AskLogin
  Version version = 0;
  std::string text;  // Audit, Alarm
};
using Outputs = std::vector<Output>;

// A login that an agent reports.
struct LoginReport {
  Side reportedBy = Side::Target;
  std::string target;   // iSCSI name
  Version forward = 0;  // what the initiator proved itself with
  Version reverse = 0;  // what the target proved itself with; 0: it did not
  bool md5 = false;
};

// The Audit text of a credential that is new.
inline constexpr std::string_view kMadeText = "credential made";

struct ChangeOptions {
  std::chrono::seconds within = std::chrono::hours(24);
  AtDeadline atDeadline = AtDeadline::KeepOld;
};

class CredentialMachine {
 public:
  CredentialMachine(Credential& credential, Outputs& out) : c_(credential), out_(out) {}

  // A new one; ends, names and mutual are set. An end may get its agent later. `above`, also below: the new version has
  // a number beyond it.
  base::Status create(base::WallTime now, Version above = 0);
  base::Status startChange(base::WallTime now, const ChangeOptions& options = {}, Version above = 0);
  // Of one that is rolling back already: the initiator is not waited for.
  base::Status cancelChange(base::WallTime now);
  void retire(base::WallTime now);
  // It was gone for a time: an agent may have dropped what it held of it, or may hold it still.
  void comeBack();

  // An agent tells the step that holds at its end.
  void onApplied(Side side, std::string_view node, std::uint32_t step, base::WallTime now);
  void onLogin(const LoginReport& report, base::WallTime now);
  // A login with this version was refused, and none with the other one is tried any more.
  void onLoginRefused(Version version, base::WallTime now);
  void onTimer(base::WallTime now);
  // The targets that it is for, by name: those that are new are given to, those that are not among them go.
  struct Target {
    std::string node;
    bool managed = false;
  };
  void setTargets(const std::vector<Target>& targets, base::WallTime now);
  // What a change set made of it.
  // One rename at a time: another one is to be asked for again when the initiator has this one.
  void setUserName(std::string userName, base::WallTime now);
  void setMutual(bool mutual, base::WallTime now);
  // An end got an agent, or lost it.
  void onManaged(Side side, std::string_view node, bool managed, base::WallTime now);

  [[nodiscard]] base::WallTime nextDeadline() const { return c_.deadline; }  // 0: none

 private:
  void giveAll();
  void giveAnew(Side side);
  void welcome();
  void settleTerms();
  void give(Side side);
  void advance(base::WallTime now);
  void finish(base::WallTime now);
  void goBack(base::WallTime now, const std::string& why);
  void dropNext();
  [[nodiscard]] bool allApplied() const;
  [[nodiscard]] bool proven() const;
  [[nodiscard]] bool anyForeign() const;
  [[nodiscard]] bool mayBeTyped() const;
  void audit(std::string text);

  Credential& c_;
  Outputs& out_;
};

}  // namespace credentials
