// ArchiveReader: the audit log as the API reads it, in pages on the store's reading thread.
//
// Any number of reads at a time; what they give is handed over by `post`. Borrowed: the readings and the guard.
#pragma once

#include "isns-server/api/archive.h"
#include "isns-server/app/log_guard.h"
#include "isns-server/app/readings.h"

namespace app {

class ArchiveReader final : public api::Archive {
 public:
  using Post = std::function<void(std::function<void()>)>;  // to the management server's thread; called from any
  ArchiveReader(Readings& readings, LogGuard& guard, std::string serverId, Post post)
      : readings_(readings), guard_(guard), serverId_(std::move(serverId)), post_(std::move(post)) {}

  void listAudit(api::AuditQuery query, std::function<void(const manage::Wanted<api::AuditPage>&)> done) override;
  void exportAudit(std::uint64_t from, std::uint64_t to, std::function<void(const manage::Wanted<std::string>&)> done) override;
  void evidenceFacts(std::uint64_t cut, std::function<void(const manage::Wanted<Facts>&)> done) override;
  void checkLog(Findings done) override;
  void acceptRestore(ops::AuditRecord record, Findings done) override;
  [[nodiscard]] api::LogState logState() const override { return guard_.state(); }
  [[nodiscard]] api::LogNotes logNotes() const override { return guard_.notes(); }

 private:
  template <class T, class Make>
  void read(std::function<void(const manage::Wanted<T>&)> done, Make make);

  Readings& readings_;
  LogGuard& guard_;
  const std::string serverId_;
  const Post post_;
};

}  // namespace app
