#include "isns-server/app/change_audit.h"

#include <array>
#include <iterator>

#include "isns-server/manage/changes/wire_changes.h"
#include "shared/base/printable.h"
#include "shared/isns/functions.h"

namespace app {
namespace {

using manage::AuditEvent;
using Row = ops::AuditEvent;

struct Told {
  std::string_view event;  // of ChangeSets
  Row row;
  std::vector<ops::AuditDetail> (*details)(const AuditEvent& event);
};

std::vector<ops::AuditDetail> none(const AuditEvent&) { return {}; }
std::vector<ops::AuditDetail> draft(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeDraft>({{"edits", event.edits}});
}
std::vector<ops::AuditDetail> submit(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeSubmit>(
      {{"edits", event.edits}, {"gained", event.cells.gained}, {"lost", event.cells.lost}});
}
std::vector<ops::AuditDetail> approve(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeApprove>(
      {{"gained", event.cells.gained}, {"lost", event.cells.lost}, {"author", event.author}});
}
std::vector<ops::AuditDetail> reject(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeReject>({{"author", event.author}});
}
std::vector<ops::AuditDetail> commit(const AuditEvent& event) {
  auto details =
      ops::auditDetails<Row::ChangeCommit>({{"edits", event.edits},
                                            {"gained", event.cells.gained},
                                            {"lost", event.cells.lost},
                                            {"approval", event.approver.empty() ? "none" : event.approver},
                                            {"origin", event.who.kind == ops::ActorKind::Server ? "server" : "api"}});
  const auto add = [&](std::vector<ops::AuditDetail> more) {
    std::move(more.begin(), more.end(), std::back_inserter(details));
  };
  if (!event.exception.empty()) add(ops::auditDetails<Row::ChangeCommit>({{"exception", event.exception}}));
  if (!event.overrideReason.empty()) add(ops::auditDetails<Row::ChangeCommit>({{"override", event.overrideReason}}));
  return details;
}
std::vector<ops::AuditDetail> rollback(const AuditEvent& event) {
  if (!event.left) return ops::auditDetails<Row::ChangeRollback>({{"why", event.details}});
  return ops::auditDetails<Row::ChangeRollback>({{"why", event.details}, {"left", *event.left}});
}
std::vector<ops::AuditDetail> discard(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeDiscard>({{"edits", event.edits}});
}
std::vector<ops::AuditDetail> drain(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeDrain>({{"edits", event.edits}, {"leaves_at", event.details}});
}
std::vector<ops::AuditDetail> begunAnew(const AuditEvent& event) {
  return ops::auditDetails<Row::ChangeBegunAnew>({{"until", event.until}});
}
std::vector<ops::AuditDetail> refusal(const AuditEvent& event) {
  return ops::auditDetails<Row::AccessRefused>({{"request", "change set"}, {"needs", event.outcome}, {"count", 1}});
}

constexpr std::array<Told, 18> kTold{{
    {"change.created", Row::ChangeDraft, &draft},
    {"change.edited", Row::ChangeDraft, &draft},
    {"change.rebased", Row::ChangeDraft, &draft},
    {"change.discarded", Row::ChangeDiscard, &discard},
    {"change.submitted", Row::ChangeSubmit, &submit},
    {"change.approved", Row::ChangeApprove, &approve},
    {"baseline.approved", Row::ChangeApprove, &approve},
    {"change.refused", Row::ChangeReject, &reject},
    {"change.impact-differs", Row::ChangeReject, &reject},
    {"change.committed", Row::ChangeCommit, &commit},
    {"change.confirmed", Row::ChangeConfirm, &none},
    {"change.rolled-back", Row::ChangeRollback, &rollback},
    {"change.rollback-failed", Row::ChangeRollback, &rollback},
    {"change.draining", Row::ChangeDrain, &drain},
    {"change.drain-failed", Row::ChangeDiscard, &discard},
    {"change.begun-anew", Row::ChangeBegunAnew, &begunAnew},
    {"change.denied", Row::AccessRefused, &refusal},
    {"wire.violation", Row::IsnsAdministrative, &none},
}};

const Told* find(std::string_view event) {
  for (const Told& told : kTold) {
    if (told.event == event) return &told;
  }
  return nullptr;
}

}  // namespace

std::optional<ops::AuditRecord> auditRecordOf(const AuditEvent& event, const std::string& origin) {
  const Told* told = find(event.event);
  if (told == nullptr) return std::nullopt;
  ops::AuditRecord record;
  record.actorKind = event.who.kind;
  record.actor = manage::recordedName(event.who);
  record.origin = origin;
  record.event = std::string(ops::eventRow(told->row).name);
  record.object = event.object;
  const bool refused =
      event.outcome != "done" || event.event == "change.rollback-failed" || event.event == "change.drain-failed";
  record.outcome = refused ? ops::AuditOutcome::Refused : ops::AuditOutcome::Done;
  if (event.outcome != "done") record.code = event.outcome;
  record.ticket = event.ticket;
  const bool why = told->row == Row::ChangeReject || told->row == Row::AccessRefused ||
                   told->row == Row::ChangeRollback || told->row == Row::ChangeBegunAnew ||
                   told->row == Row::IsnsAdministrative || (told->row == Row::ChangeDiscard && !event.details.empty());
  record.reason = why || event.reason.empty() ? event.details : event.reason;
  record.details = told->details(event);
  return record;
}

ops::AuditRecord wireRecordOf(const core::ChangeNote& note, bool controlNode) {
  ops::AuditRecord record;
  record.actorKind = controlNode ? ops::ActorKind::ControlNode : ops::ActorKind::Node;
  record.actor = base::printable(note.origin);
  record.origin = std::string(note.address);
  record.event = std::string(ops::eventRow(Row::IsnsAdministrative).name);
  record.object = "change-set:#" + std::to_string(manage::wireId(note.revision));
  record.details = ops::auditDetails<Row::IsnsAdministrative>(
      {{"function", isns::functionName(static_cast<std::uint16_t>(note.kind))},
       {"status", 0},
       {"change", record.object}});
  return record;
}

ops::AuditRecord wireRefusalOf(const manage::RefusalTally::Told& refused) {
  ops::AuditRecord record;
  record.actorKind = ops::ActorKind::Node;
  record.actor = base::printable(refused.about.who);
  record.origin = refused.key == manage::kOthers ? refused.key : refused.about.address;
  record.event = std::string(ops::eventRow(Row::IsnsRefused).name);
  record.outcome = ops::AuditOutcome::Refused;
  record.code = "source-unauthorized";
  record.details = ops::auditDetails<Row::IsnsRefused>({{"function", refused.about.what}, {"count", refused.count}});
  return record;
}

}  // namespace app
