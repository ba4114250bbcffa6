// StateFiles: what units must keep over a power loss (reservations, identifying information), a file each.
//
// The loop's thread. A save goes to a worker: the loop never waits. load() waits for what is being saved, so it is for
// the opening of units. A file that is damaged is an Error that says what to do, and the unit is not opened:
// reservations must not vanish silently. Bound: one save a unit and kind at a time, as StateStore promises.
#pragma once

#include <functional>
#include <string>

#include "agent/app/disk_worker.h"
#include "agent/target/target_server.h"
#include "shared/files/atomic_file.h"

namespace agent {

// A file's bytes: a line "san-agent unit state 1 KIND SIZE SHA256", then the image.
base::Bytes packState(scsi::StateKind kind, base::ByteView image);
base::Result<base::Bytes> unpackState(scsi::StateKind kind, base::ByteView file);

class StateFiles final : public target::UnitStates {
 public:
  static constexpr std::size_t kMaxImage = std::size_t{4} << 20;
  using Failed = std::function<void(std::string_view unit, const base::Error& why)>;

  // `folder` exists; `failed` hears of saves that did not succeed.
  StateFiles(DiskWorker& worker, std::string folder, Failed failed, const files::FileCalls& calls = files::kFileCalls)
      : worker_(worker), folder_(std::move(folder)), failed_(std::move(failed)), calls_(calls) {}

  base::Result<base::Bytes> load(std::string_view unit, scsi::StateKind kind) override;
  void save(std::string_view unit, scsi::StateKind kind, base::ByteView image, scsi::SaveRequest& request) override;

  // For a unit that is deleted: another one of that name shall not inherit.
  void remove(std::string_view unit);

  [[nodiscard]] std::string pathOf(std::string_view unit, scsi::StateKind kind) const;

 private:
  DiskWorker& worker_;
  std::string folder_;
  Failed failed_;
  const files::FileCalls& calls_;
};

}  // namespace agent
