// TargetWatch: what one target shows this host, kept true: a session that asks for its units now and then.
//
// When and where is LookPlan's to say. A look asks for the LUNs (REPORT LUNS), then each unit that is new or says that
// it changed what it is, and tells the whole list. The disks have sessions of their own: the end of this one is no end
// of a disk. Bounds: kMaxUnits units, the rest is left out; one session, one command at a time.
//
// One thread, the loop's. Hears are called from the loop; the watch is not destroyed inside of them. SPC-4 6.33, 7.8.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/attach/look_plan.h"
#include "agent/block/remote_lun_probe.h"
#include "agent/initiator/session.h"

namespace attach {

// How a login proves who it is: which credential of a management server that is, and which versions of its secrets; 0:
// none.
struct LoginProof : initiator::LoginCredentials {
  std::uint32_t credential = 0;
  std::uint32_t version = 0;
  std::uint32_t mutualVersion = 0;
  bool awaited = false;  // the server waits for a login with it

  [[nodiscard]] LoginProof copy() const;
  friend bool operator==(const LoginProof&, const LoginProof&) = default;
};

class TargetWatch final : private initiator::SessionOwner {
 public:
  static constexpr std::size_t kMaxUnits = 1024;

  struct Hears {
    std::function<void(std::vector<UnitSeen> units)> units;  // each time that something is other than before
    std::function<void(const std::string& why)> trouble;     // no session, or no answer; once for the same words
    std::function<void()> opened;                            // a session is there
    // A login came to nothing, refused by the target or not; `last`: all proofs and portals have been tried. May be
    // empty.
    std::function<void(bool refused, bool last, const std::string& why)> failed = {};
    // The proof that a login is awaited with was none to the target. May be empty.
    std::function<void(const LoginProof& proof, const std::string& why)> unproven = {};
  };
  TargetWatch(net::Loop& loop, std::string initiatorName, std::string target, Hears hears);
  ~TargetWatch();
  TargetWatch(const TargetWatch&) = delete;
  TargetWatch& operator=(const TargetWatch&) = delete;

  // "host:port", in the order in which they are tried. None: it rests.
  void setPortals(std::vector<std::string> portals);
  // For the next login, which is made at once; where one is refused, the next one is tried. None: without proof.
  void setProofs(std::vector<LoginProof> proofs);
  // Of the last login, or the next; null: without proof.
  [[nodiscard]] const LoginProof* proof() const { return proofs_.empty() ? nullptr : &proofs_[plan_.proof()]; }
  void lookNow();
  // What the target is told of who logs in, from the next login on (InitiatorAlias).
  void setAlias(std::string alias) { alias_ = std::move(alias); }
  // Logs out and rests for good; `left` is called when the session is gone, from the loop, or at once where there is
  // none.
  void leave(std::function<void()> left);

  [[nodiscard]] const std::string& target() const { return target_; }
  // Where the session is, and since when; empty: there is none.
  [[nodiscard]] std::string portal() const;
  [[nodiscard]] base::WallTime since() const { return since_; }
  [[nodiscard]] const iscsi::AgreedLogin* agreed() const;
  [[nodiscard]] const std::string& why() const { return plan_.why(); }
  [[nodiscard]] const std::vector<UnitSeen>& units() const { return plan_.units(); }

 private:
  class Lun;
  class Request;

  void onReady() override;
  void onNotice(const iscsi::InitiatorNotice& notice) override;
  void onEnded(const iscsi::InitiatorEnd& end) override;

  void act();
  void carryOut(const LookOrder& order);
  void tell(const LookEvent& event);
  void open(const OpenSession& at);
  void look();
  void listed(Request& request);
  void ask(std::size_t at);
  void asked(std::size_t at, base::Result<std::optional<block::RemoteLunFacts>> found);
  void checked(std::size_t at, const Request& request);
  void finished();
  void failed(std::string why);

  net::Loop& loop_;
  const std::string initiatorName_;
  const std::string target_;
  Hears hears_;
  std::string alias_;
  std::function<void()> left_;  // it is leaving
  LookPlan plan_;
  std::vector<LoginProof> proofs_;
  bool acting_ = false;
  base::WallTime since_{};
  std::vector<std::uint8_t> list_;
  std::vector<std::unique_ptr<Lun>> luns_;  // of this session, in the order of the list
  std::unique_ptr<Lun> first_;  // LUN 0, to which REPORT LUNS goes
  std::unique_ptr<Request> request_;
  block::RemoteLunProbe probe_;
  net::Timer timer_;
  std::unique_ptr<initiator::Session> session_;
};

// What names a unit best, as the model writes it (shared/san: "naa.6001405..."); else kUnnamed.
std::string designatorOf(const block::RemoteLunFacts& facts);

}  // namespace attach
