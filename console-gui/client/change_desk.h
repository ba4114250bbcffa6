// ChangeDesk: change sets without a server: submitted, committed, confirmed, taken back, as the server would.
//
// For the demo. The functions that decide are those of shared/san (apply, inverse, guards); here is only their order, and
// the JSON of the API for it. There is one user, who may do everything. The UI thread; the time is an argument. Errors:
// Problem, with the codes of the API. Bound: kMost change sets.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "console-gui/client/source.h"
#include "shared/san/change.h"

namespace console {

class ChangeDesk {
 public:
  static constexpr std::size_t kMost = 200;
  // Makes a snapshot the present one.
  using Publish = std::function<void(san::Snapshot snapshot)>;

  // The SAN as it was at a revision; nothing: that is not known.
  using At = std::function<std::optional<san::Snapshot>(san::Revision revision)>;

  ChangeDesk(std::string user, At at, Publish publish)
      : user_(std::move(user)), at_(std::move(at)), publish_(std::move(publish)) {}

  // Whether the question is about change sets; then `answer` is set.
  bool ask(const Ask& question, const san::Snapshot& present, san::Seconds now, Answer& answer);
  // A change set of the past, confirmed since; `after` holds its record.
  void addPast(const san::Snapshot& before, const san::Snapshot& after);
  // A change set that nobody confirmed in time is taken back.
  void onTime(const san::Snapshot& present, san::Seconds now);
  [[nodiscard]] san::Seconds nextDeadline() const;  // 0: none

 private:
  struct Change {
    std::uint64_t id = 0, version = 1;
    std::string author, approver, state = "open", title, reason, ticket, exception, overrideReason, note;
    std::vector<san::Edit> edits;
    san::Snapshot before, after;  // around its commit
    san::Snapshot base;
    san::Seconds createdAt = 0, committedAt = 0, endedAt = 0, confirmBy = 0;
    std::uint64_t undoes = 0;
  };

  Answer create(const Ask& question, const san::Snapshot& present, san::Seconds now);
  Answer step(Change& change, const Ask& question, const san::Snapshot& present, san::Seconds now);
  static Answer impact(const Change& change, const san::Snapshot& present, san::Seconds now);
  Answer commit(Change& change, const base::Json& body, const san::Snapshot& present, san::Seconds now);
  Answer rollBack(Change& change, const san::Snapshot& present, san::Seconds now, const std::string& why);
  Change* find(const std::string& id);
  enum class Edits : std::uint8_t { Whole, Count };
  [[nodiscard]] base::Json json(const Change& change, const san::Snapshot& present, Edits edits = Edits::Whole) const;

  const std::string user_;
  const At at_;
  const Publish publish_;
  std::deque<Change> changes_;
  std::uint64_t lastId_ = 100;
};

}  // namespace console
