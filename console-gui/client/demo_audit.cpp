#include "console-gui/client/demo_audit.h"

#include <algorithm>
#include <limits>

#include "console-gui/client/problem_reader.h"
#include "shared/base/hex.h"
#include "shared/base/json_members.h"
#include "shared/base/whole_number.h"
#include "shared/evidence/audit_chain.h"
#include "shared/mgmt/problem.h"
#include "shared/san/diff.h"
#include "shared/san/edits_of.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;
using ops::AuditEvent;

constexpr std::string_view kServer = "isns-server";
constexpr std::string_view kLogId = "demo";

std::string objectOf(std::uint64_t change) { return "change-set:#" + std::to_string(change); }

base::Failure<Problem> badParameter(std::string_view name, std::string detail) {
  Problem problem = problemOf(mgmt::ProblemCode::BadParameter, std::move(detail));
  problem.hint.insert(0, std::string(name).append(": "));
  return base::fail(std::move(problem));
}

std::string_view in(const mgmt::Query& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

// `absent` where it is not there.
std::optional<std::uint64_t> numberIn(const mgmt::Query& query, std::string_view name, std::uint64_t absent) {
  const std::string_view text = in(query, name);
  if (text.empty()) return absent;
  return base::wholeNumber<std::uint64_t>(text);
}

}  // namespace

void DemoAudit::add(AuditEvent event, std::string actor, std::string object, san::Revision revision, san::Seconds time,
                    std::vector<ops::AuditDetail> details, std::string reason, std::string ticket) {
  if (records_.size() >= kMost) return;
  ops::AuditRecord record;
  record.sequence = records_.size() + 1;
  record.revision = revision;
  record.time = base::WallTime(std::chrono::seconds(time));
  const bool server = actor == kServer;
  record.actorKind = server ? ops::ActorKind::Server : ops::ActorKind::Person;
  record.actor = std::move(actor);
  if (!server) record.origin = "demo";
  record.event = std::string(ops::eventRow(event).name);
  record.object = std::move(object);
  record.reason = std::move(reason);
  record.ticket = std::move(ticket);
  record.details = std::move(details);
  record = ops::bounded(std::move(record));
  head_ = evidence::linkHash(head_, record);
  records_.push_back({std::move(record), base::hexText(head_)});
}

void DemoAudit::begin(const std::vector<DemoRevision>& history, san::Seconds now) {
  records_.clear();
  head_ = evidence::genesisHash(kLogId);
  const san::Snapshot& first = history.front().snapshot;
  add(AuditEvent::LogBegun, std::string(kServer), "audit-log", 0, first.time, {}, "The log of the demo: nothing signs it");
  add(AuditEvent::ServerStarted, std::string(kServer), {}, 0, first.time,
      ops::auditDetails<AuditEvent::ServerStarted>({{"version", "demo"}, {"revision", std::uint64_t{0}}}));
  for (std::size_t i = 1; i < history.size(); ++i) notePast(history[i - 1].snapshot, history[i].snapshot);
  add(AuditEvent::Login, user_, {}, history.back().snapshot.revision, now,
      ops::auditDetails<AuditEvent::Login>({{"method", "demo"}, {"role", "administrator"}}));
}

void DemoAudit::notePast(const san::Snapshot& before, const san::Snapshot& after) {
  const san::Diff diff = san::diff(before, after);
  for (const san::ObjectChange& one : diff.objects) {
    if (one.object.kind != san::Kind::ChangeSet || one.fate != san::Fate::Created) continue;
    const auto& change = *after.get<san::ChangeSet>(one.object.id);
    const std::string object = objectOf(one.object.id);
    const std::uint64_t edits = san::editsOf(diff, san::Writer::ChangeSet).size();
    const auto tell = [&](AuditEvent event, const std::string& who, san::Revision revision, std::vector<ops::AuditDetail> details) {
      add(event, who, object, revision, change.committedAt, std::move(details), change.reason, change.ticket);
    };
    tell(AuditEvent::ChangeSubmit, change.author, before.revision, ops::auditDetails<AuditEvent::ChangeSubmit>({{"edits", edits}}));
    if (!change.approver.empty()) {
      tell(AuditEvent::ChangeApprove, change.approver, before.revision,
           ops::auditDetails<AuditEvent::ChangeApprove>({{"author", change.author}}));
    }
    tell(AuditEvent::ChangeCommit, change.author, after.revision,
         ops::auditDetails<AuditEvent::ChangeCommit>(
             {{"edits", edits}, {"approval", change.approver.empty() ? std::string("none") : change.approver}, {"origin", "demo"}}));
    tell(AuditEvent::ChangeConfirm, change.author, after.revision, {});
  }
  noteObjects(before, after, after.time);
}

void DemoAudit::noteObjects(const san::Snapshot& before, const san::Snapshot& after, san::Seconds now) {
  for (const san::ObjectChange& one : san::diff(before, after).objects) {
    if (one.fate != san::Fate::Created) continue;
    const std::string object = san::refText(after, one.object);
    if (const auto* waiver = one.object.kind == san::Kind::Waiver ? after.get<san::Waiver>(one.object.id) : nullptr) {
      add(AuditEvent::FindingWaived, user_, object, after.revision, now,
          ops::auditDetails<AuditEvent::FindingWaived>({{"rule", waiver->rule}, {"until", std::to_string(waiver->expires)}}), waiver->reason);
    } else if (const auto* agent = one.object.kind == san::Kind::Agent ? after.get<san::Agent>(one.object.id) : nullptr) {
      add(AuditEvent::AgentEnrolled, std::string(kServer), object, after.revision, now,
          ops::auditDetails<AuditEvent::AgentEnrolled>({{"names", std::uint64_t{agent->nodes.size()}}}));
    } else if (const auto* credential = one.object.kind == san::Kind::Credential ? after.get<san::Credential>(one.object.id) : nullptr) {
      add(AuditEvent::SecretCreated, std::string(kServer), object, after.revision, now,
          ops::auditDetails<AuditEvent::SecretCreated>({{"pair", san::nameOf(after, credential->initiator.ref())},
                                                        {"direction", credential->mutual ? "mutual" : "one-way"}}));
    }
  }
}

void DemoAudit::noteTimeout(const san::Snapshot& before, const san::Snapshot& after, san::Seconds now) {
  for (const san::ObjectChange& one : san::diff(before, after).objects) {
    if (one.object.kind != san::Kind::ChangeSet || one.fate != san::Fate::Created) continue;
    const auto& change = *after.get<san::ChangeSet>(one.object.id);
    add(AuditEvent::ChangeRollback, std::string(kServer), objectOf(one.object.id), after.revision, now,
        ops::auditDetails<AuditEvent::ChangeRollback>({{"why", change.reason}}), change.reason, change.ticket);
  }
}

void DemoAudit::note(const Ask& question, const Json& answer, san::Revision revision, san::Seconds now) {
  const std::uint64_t edits = base::numberOf(answer, "edit_count");
  const std::string author = base::textOf(answer, "author");
  const auto tell = [&](AuditEvent event, std::vector<ops::AuditDetail> details) {
    const std::uint64_t id = base::numberOf(answer, "id");
    const std::string object = id != 0 ? objectOf(id) : "change-set:#" + (question.segments.empty() ? std::string() : question.segments.front());
    add(event, user_, object, revision, now, std::move(details), base::textOf(answer, "reason"), base::textOf(answer, "ticket"));
  };
  switch (question.route) {
    case Route::CreateChange:
      return tell(AuditEvent::ChangeDraft, ops::auditDetails<AuditEvent::ChangeDraft>({{"edits", edits}}));
    case Route::DiscardChange:
      return tell(AuditEvent::ChangeDiscard, {});
    case Route::SubmitChange:
      return tell(AuditEvent::ChangeSubmit, ops::auditDetails<AuditEvent::ChangeSubmit>({{"edits", edits}}));
    case Route::ApproveChange:
      return tell(AuditEvent::ChangeApprove, ops::auditDetails<AuditEvent::ChangeApprove>({{"author", author}}));
    case Route::CommitChange: {
      const std::string approver = base::textOf(answer, "approver");
      return tell(AuditEvent::ChangeCommit, ops::auditDetails<AuditEvent::ChangeCommit>(
                                                {{"edits", edits}, {"approval", approver.empty() ? std::string("none") : approver}, {"origin", "demo"}}));
    }
    case Route::ConfirmChange:
      return tell(AuditEvent::ChangeConfirm, {});
    case Route::RollBackChange:
      return tell(AuditEvent::ChangeRollback, ops::auditDetails<AuditEvent::ChangeRollback>({{"why", base::textOf(answer, "note")}}));
    default:
      return;
  }
}

Answer DemoAudit::list(const mgmt::Query& query) const {
  constexpr std::uint64_t kLast = std::numeric_limits<std::int64_t>::max();
  const std::string_view order = in(query, "order");
  if (!order.empty() && order != "oldest" && order != "newest") return badParameter("order", "order must be oldest or newest.");
  const bool newest = order == "newest";
  const auto from = numberIn(query, "from", 1);
  const auto to = numberIn(query, "to", kLast);
  const auto limit = numberIn(query, "limit", kUsualPage);
  if (!from || *from == 0) return badParameter("from", "Records begin with number 1.");
  if (!to || *to < *from) return badParameter("to", "to is before from.");
  if (!limit || *limit == 0 || *limit > kMostPage) return badParameter("limit", "limit must be a number from 1 to 1000.");
  const auto cursor = numberIn(query, "cursor", newest ? *to : *from);
  if (!cursor) return badParameter("cursor", "cursor is the next_cursor of a page before.");
  const std::string_view event = in(query, "event");
  if (!event.empty() && ops::findAuditEvent(event) == nullptr) return badParameter("event", "There is no event " + std::string(event) + ".");
  const std::string_view actor = in(query, "actor");
  const std::uint64_t low = newest ? *from : std::max(*from, *cursor);
  const std::uint64_t high = std::min<std::uint64_t>(newest ? std::min(*to, *cursor) : *to, records_.size());

  Json::Array items;
  Json next;
  for (std::uint64_t i = 0; low + i <= high; ++i) {
    const Sealed& one = records_[static_cast<std::size_t>((newest ? high - i : low + i) - 1)];
    if ((!event.empty() && one.record.event != event) || (!actor.empty() && one.record.actor != actor)) continue;
    if (items.size() == *limit) {
      next = one.record.sequence;
      break;
    }
    Json::Object json = *ops::toJson(one.record).object();
    json.push_back({"hash", one.hash});
    items.emplace_back(std::move(json));
  }
  return Json(Json::Object{{"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

}  // namespace console
