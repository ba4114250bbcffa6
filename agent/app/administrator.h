// Administrator: the file's configuration and the saved changes as what holds, and how a change comes to hold.
//
// A change is tried (does it fit, can it be opened), brought into force, saved durably, and only then acknowledged;
// what cannot be saved is taken back. One that takes something away is saved first and then brought into force, because
// it could not be taken back: the blocks of a unit in memory would be gone. One change at a time; the control server
// keeps the others waiting. The loop's thread.
#pragma once

#include <functional>
#include <string>

#include "agent/app/holder.h"
#include "agent/app/log_events.h"
#include "agent/app/metrics_table.h"
#include "agent/app/overlay.h"
#include "agent/app/state_files.h"
#include "shared/files/atomic_file.h"

namespace agent {

class Administrator {
 public:
  // Borrowed.
  struct Parts {
    Holder& holder;
    DiskWorker& worker;
    ops::Log& log;
    ops::Metrics& metrics;
    std::string changesPath;
    Identity identity;
    const files::FileCalls& calls = files::kFileCalls;
  };
  explicit Administrator(Parts parts) : parts_(std::move(parts)) {}

  // What is kept under `path`; without a file nothing.
  static base::Result<Overlay> loadOverlay(const std::string& path);

  base::Status start(const Config& config, Overlay overlay);
  // Another configuration file; waits for the end of a change that is under way. An Error leaves all as it was.
  using Reloaded = std::function<void(const base::Status&)>;
  void reload(const Config& config, Reloaded done);

  [[nodiscard]] const Effective& effective() const { return effective_; }
  [[nodiscard]] const Overlay& overlay() const { return overlay_; }
  [[nodiscard]] bool busy() const { return busy_; }

  enum class Order : std::uint8_t { ApplyThenSave, SaveThenApply };
  enum class Refusal : std::uint8_t { Invalid, NotSaved };
  struct Refused {
    Refusal why = Refusal::Invalid;
    std::string text;
  };
  using Done = std::function<void(const std::optional<Refused>&)>;

  // An overlay with an object put, or removed; what the file says of it becomes the base of the change.
  [[nodiscard]] Overlay with(Overlay overlay, ObjectKind kind, const std::string& key,
                             std::optional<Record> record) const;

  // Blocking work that a change needs first, by the disk worker; `then` commits the change, or does not. Reloads wait
  // for both: a change that came in the midst of one would be lost with the setup that it was made for. Not while
  // busy().
  void prepare(DiskWorker::Job job, DiskWorker::Done then);
  // Not while busy().
  void commit(Overlay next, Order order, Done done);
  // Another size of a unit, whose store is then called `store`.
  void commitResize(Overlay next, const std::string& unit, std::uint64_t blocks, block::Shrink shrink,
                    const std::string& store, Done done);

 private:
  void save(const Overlay& overlay, std::function<void(const base::Status&)> done);
  void hold(Effective effective, Overlay overlay);
  void endBusy();
  void finish(const Done& done, std::optional<Refused> refused);
  base::Result<Effective, Refused> tryOut(const Overlay& next) const;
  void reloadNow(const Config& config, const Reloaded& done);

  Parts parts_;
  Objects file_;
  RuntimeConfig runtime_;
  Overlay overlay_;
  Effective effective_;
  bool busy_ = false;
  std::vector<std::function<void()>>
      afterwards_;  // reloads that wait; SIGHUP and `sanctl agent reload` alone make them
};

}  // namespace agent
