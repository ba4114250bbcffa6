// KeyDriver: carries out changes of the server's keys: files, rows, and what is served with them.
//
// Changes of sealed rows are made in a turn of the model's lane, as they write whole rows. upkeep() is called now and
// then: it seals anew what a restart or a failed store has left, lets go of keys that nothing needs, and has the
// server's certificate made anew in time, and where the clock was put back to before its beginning. The management
// server's thread. Errors: Problems of the API, log events.
#pragma once

#include <functional>

#include "isns-server/api/desk.h"
#include "isns-server/api/key_desk.h"
#include "isns-server/app/log_events.h"
#include "isns-server/app/log_guard.h"
#include "isns-server/app/log_key.h"
#include "isns-server/app/server_keys.h"

namespace app {

class KeyDriver final : public api::KeyDesk {
 public:
  static constexpr std::chrono::hours kRenewBefore{30 * 24};  // the end of the server's own certificate

  struct Parts {
    manage::SealKeeper& seals;
    manage::AuthorityKeeper& authority;
    manage::AgentKeeper& agents;
    manage::ModelLane& lane;
    LogKey& logKey;
    AuditWitness& witness;
    LogGuard& guard;
    api::Clerk& clerk;
    ops::Log& log;
  };
  // What the certificate that is shown holds for.
  struct Shown {
    base::WallTime from{};
    base::WallTime until{};
  };
  using Serve = std::function<manage::Wanted<Shown>()>;
  // `serve`: shows what the authority is now.
  KeyDriver(Parts parts, std::string folder, Serve serve)
      : parts_(parts), folder_(std::move(folder)), serve_(std::move(serve)) {}

  // HTTPS shows what the authority is now.
  manage::Wanted<void> serve();
  // `quiet`: no step is on its way to the store.
  void upkeep(base::Now now, bool quiet);

  [[nodiscard]] const manage::AuthorityKeeper& authority() const override { return parts_.authority; }
  [[nodiscard]] const manage::SealKeeper& seals() const override { return parts_.seals; }
  void rotateAuthority(const Asker& asker, std::chrono::seconds overlap, Done done) override;
  void disownAuthorities(const Asker& asker, Done done) override;
  void rotateSealing(const Asker& asker, Done done) override;
  [[nodiscard]] LogSigner logSigner() const override;
  void rotateLogKey(const Asker& asker, Done done) override;
  void acceptClock(const Asker& asker, Done done) override;
  // What is left of a change of the audit log's key, once the witness is by the new one.
  void finishLogKey(base::Now now);

 private:
  using Make = std::function<base::Result<manage::Step>(base::Now now)>;
  void makeInTurn(Make make, Done done);
  Done served(Done done);
  void sealAnew(const Done& done);

  Parts parts_;
  const std::string folder_;
  const Serve serve_;
  Shown shown_;
  bool sealing_ = false;  // anew
  bool fileStays_ = false;                // of the audit log's old key, and the log has been told
  std::vector<ops::AuditRecord> unsaid_;  // of the change of the sealing key that is under way
};

}  // namespace app
